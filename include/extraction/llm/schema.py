"""What is asked of the model, as a JSON schema and in words; pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from include.document_types.catalogue import Catalogue, DocumentType, FieldSpec

#: How many labels tell the model what a field is called on papers.
_LABELS = 4
_HINTS = {
    "date": "a date",
    "integer": "a whole number",
    "decimal": "a number",
    "money": "an amount",
    "weight": "a weight with its unit when one stands beside it",
    "volume": "a volume with its unit when one stands beside it",
    "code": "a number or code",
    "name": "a name without its address",
    "address": "an address without the name",
}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The fields to ask for, and the columns of the table when its lines are asked for too."""

    fields: Mapping[str, FieldSpec]
    lines: Mapping[str, FieldSpec] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.fields or self.lines)


def fields_schema(wanted: Wanted) -> dict[str, Any]:
    """Strict: every property required, absent values null, nothing besides."""
    properties: dict[str, Any] = {name: _value() for name in wanted.fields}
    if wanted.lines:
        row = _object({name: _value() for name in wanted.lines})
        properties["lines"] = {"type": "array", "items": row}
    return _object(properties)


def type_schema(catalogue: Catalogue) -> dict[str, Any]:
    kinds = {"type": "string", "enum": [*catalogue.types, "unknown"]}
    return _object({"document_type": kinds, "evidence": _value()})


def fields_in_words(kind: DocumentType, wanted: Wanted) -> str:
    """The list of fields for servers that ignore the schema, and what papers call each."""
    rows = [f"The paper is: {kind.hint or kind.name}", "Fields:", *_described(wanted.fields)]
    if wanted.lines:
        rows += ["`lines`: the rows of the table of goods, in their order, each with:"]
        rows += _described(wanted.lines)
    return "\n".join(rows)


def types_in_words(catalogue: Catalogue) -> str:
    rows = [
        f"- {kind.name}: {kind.hint} Titles: {', '.join(kind.titles[:_LABELS])}"
        for kind in catalogue.types.values()
    ]
    return "\n".join(["Kinds:", *rows, "- unknown", "Answer with: document_type, evidence"])


def prompt_hash(system: str, words: str, schema: Mapping[str, Any]) -> str:
    """Names the standing part of a prompt: system text, fields and shape."""
    text = json.dumps([system, words, schema], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _described(specs: Mapping[str, FieldSpec]) -> Iterator[str]:
    for spec in specs.values():
        parts = [spec.hint, _HINTS.get(spec.kind, ""), _called(spec)]
        yield f"- {spec.name}: " + "; ".join(part for part in parts if part)


def _called(spec: FieldSpec) -> str:
    labels = [label for words in spec.labels_by_language.values() for label in words[:2]]
    return f"printed as {', '.join(labels[:_LABELS])}" if labels else ""


def _value() -> dict[str, Any]:
    return {"type": ["string", "null"], "description": "exactly as printed, or null"}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }

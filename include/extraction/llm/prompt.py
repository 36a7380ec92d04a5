"""What the model is asked: prompt files filled in, and a JSON schema made from the type."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from include.document_types.catalogue import DocumentType, FieldSpec
from include.extraction.layout.page import Sheet

FOLDER = Path(__file__).parent.parent / "prompts"
#: Longest document text that is sent, in characters.
MAX_TEXT = 48_000
_KINDS = {
    "address": "address, all its lines, separated by commas",
    "code": "code or number",
    "decimal": "number",
    "integer": "whole number",
    "money": "amount",
    "name": "name of the company or person only, without the address",
    "weight": "weight with its unit",
    "volume": "volume with its unit",
}


@dataclass(frozen=True)
class Question:
    """One question to the model: which fields, whether the table too, and how it is put."""

    fields: Mapping[str, FieldSpec]
    lines: Mapping[str, FieldSpec]
    schema: Mapping[str, Any]
    messages: tuple[Mapping[str, str], ...]
    prompt_hash: str
    is_cut: bool = False


def ask_for(
    kind: DocumentType,
    names: Sequence[str],
    with_lines: bool,
    sheets: Sequence[Sheet],
    mark: str | None = None,
) -> Question:
    """The question for the fields `names` of a document. The mark around its text is random, and
    stands in the user message only, so that the system prompt can be cached."""
    fields = {name: kind.fields[name] for name in names}
    lines = kind.lines if with_lines else {}
    schema = schema_of(fields, lines)
    text = document_text(sheets)
    mark = mark or f"----- {secrets.token_hex(8)} -----"
    prompt = Template(prompt_file("extract")).substitute(
        document_type=kind.name.replace("_", " "),
        hint=kind.hint,
        fields=_listing(fields),
        lines=f"lines (one object per row of the table):\n{_listing(lines)}" if lines else "",
        schema=json.dumps(schema, ensure_ascii=False),
        mark=mark,
        document=text[:MAX_TEXT].replace(mark, ""),
    )
    messages = (
        {"role": "system", "content": prompt_file("system")},
        {"role": "user", "content": prompt},
    )
    return Question(fields, lines, schema, messages, prompts_hash(), len(text) > MAX_TEXT)


def schema_of(fields: Mapping[str, FieldSpec], lines: Mapping[str, FieldSpec]) -> dict[str, Any]:
    """A strict JSON schema: every property required, absent values null, amounts as strings."""
    properties: dict[str, Any] = {name: {"type": ["string", "null"]} for name in fields}
    if lines:
        properties["lines"] = {"type": "array", "items": schema_of(lines, {})}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def document_text(sheets: Sequence[Sheet]) -> str:
    """The pages as text: one row per line, segments apart."""
    pages = (
        "\n".join(" | ".join(segment.text for segment in row.segments) for row in sheet.rows)
        for sheet in sheets
    )
    return "\n\f\n".join(pages)


def _listing(specs: Mapping[str, FieldSpec]) -> str:
    lines = []
    for name, spec in specs.items():
        labels = ", ".join(spec.labels_by_language.get("en", spec.labels)[:4])
        hint = f"; {spec.hint}" if spec.hint else ""
        lines.append(f"- {name}: {_KINDS.get(spec.kind, spec.kind)} (printed as: {labels}){hint}")
    return "\n".join(lines)


@cache
def prompt_file(name: str) -> str:
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


@cache
def prompts_hash() -> str:
    """Version of the prompts: which texts were in force."""
    texts = "\0".join(prompt_file(name) for name in ("system", "extract", "repair"))
    return hashlib.sha256(texts.encode()).hexdigest()[:16]

"""What a document type file may say, and how a mistake in it is told."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, field_validator

Kind = Literal[
    "text", "name", "address", "date", "decimal", "integer", "weight", "volume", "money", "code"
]
Check = Literal[
    "iso6346", "imo", "hs_code", "port", "airport", "currency", "country", "incoterm",
    "party", "purchase_order", "iban", "vat",
]  # fmt: skip
#: How a value is found when no label stands beside it.
WithoutLabel = Literal[
    "letterhead", "letterhead_address", "window", "window_address", "title", "pattern", "first"
]  # fmt: skip

#: A scanned page with a smaller share of good words needs another look.
GOOD_SHARE = 0.75

Labels = dict[str, list[str]]


class LabelLoader(yaml.SafeLoader):
    """YAML in which `no`, `on` and `yes` are words: they are labels on papers."""


LabelLoader.yaml_implicit_resolvers = {
    letter: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")
    ]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
LabelLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), ["t", "f"]
)


class FieldEntry(BaseModel):
    """One field or one table column."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    labels: Labels = Field(default_factory=dict)
    vocabulary: list[str] | None = None
    required: bool = False
    pattern: str | None = None
    checks: list[Check] = Field(default_factory=list)
    derived: bool = False
    risk: Literal["normal", "high"] = "normal"
    threshold: float | None = Field(default=None, ge=0, le=1)
    without_label: list[WithoutLabel] = Field(default_factory=list)
    #: Beginnings of labels that may as well announce something else: a better one goes first.
    weaker_labels: list[str] = Field(default_factory=list)
    hint: str = ""

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                re.compile(value)
            except re.error as error:
                raise ValueError(f"is no regular expression ({error})") from error
        return value


class SumEntry(BaseModel):
    """`total` should equal the sum of the fields `parts`, or of the table's `column`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    total: str
    parts: tuple[str, ...] = ()
    column: str = ""


class ReadingEntry(BaseModel):
    """Who reads scanned pages of this type again, and which: those with a smaller share of good
    words than `below` (1: every scanned page)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    engine: Literal["vision", "tesseract", "rapidocr", "openvino"]
    below: float = Field(default=GOOD_SHARE, ge=0, le=1)


class TypeFile(BaseModel):
    """A `<type>.yaml`."""

    model_config = ConfigDict(extra="forbid")

    titles: Labels
    fields: dict[str, FieldEntry] = Field(min_length=1)
    lines: dict[str, FieldEntry] = Field(default_factory=dict)
    threshold: float | None = Field(default=None, ge=0, le=1)
    erp: dict[str, Any] = Field(default_factory=dict)
    sums: list[SumEntry] = Field(default_factory=list)
    evidence: Labels = Field(default_factory=dict)
    shape: Literal["any", "narrow"] = "any"
    reading: ReadingEntry | None = None
    hint: str = ""


class VocabularyFile(BaseModel):
    """Labels shared by several types."""

    model_config = ConfigDict(extra="forbid")

    fields: dict[str, Labels]
    lines: dict[str, Labels]
    other_columns: dict[str, Labels]
    other_labels: Labels


def line_of(node: yaml.Node | None, location: Sequence[Any]) -> int:
    """The line (from 1) of the deepest part of `location` that the file holds."""
    line = 1
    for part in location:
        match node:
            case yaml.MappingNode():
                found = next((kv for kv in node.value if kv[0].value == str(part)), None)
                if found is None:
                    break
                line, node = found[0].start_mark.line + 1, found[1]
            case yaml.SequenceNode() if isinstance(part, int) and part < len(node.value):
                node = node.value[part]
                line = node.start_mark.line + 1
            case _:
                break
    return line


def remedy(problem: Mapping[str, Any]) -> str:
    """What is wrong, and what to write instead."""
    text = str(problem["msg"])
    match problem["type"]:
        case "extra_forbidden":
            return "is not known here; mend the spelling or take it out"
        case "missing":
            return "is missing; add it"
        case "literal_error":
            return f"is {problem['input']!r}; {text.replace('Input should be', 'write')}"
    return f"{text}; it is {problem['input']!r}"

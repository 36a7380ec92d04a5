"""The nouns of Lading: frozen and typed; boxes are in page points, origin top left, y down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """Where a document is on its way; each with the phrase shown to people."""

    RECEIVED = "received"  # landed and registered, not yet read
    READ = "read"  # its pages are words with boxes
    EXTRACTED = "extracted"  # its type and fields are known
    CHECKED = "checked"  # the checks have run
    DECIDED = "decided"  # export or review, waiting for the papers that came with it
    APPROVED = "approved"  # may go to the ERP; its outbox row exists
    IN_REVIEW = "in_review"  # waits for a person
    REJECTED = "rejected"  # a person said no
    EXPORTING = "exporting"  # the ERP is being written
    EXPORTED = "exported"  # the ERP holds it and its reference was read back
    DUPLICATE = "duplicate"  # the same bytes as an earlier document
    QUARANTINED = "quarantined"  # cannot be read
    FAILED = "failed"  # an outside system failed for good
    SPLIT = "split"  # became several documents


#: States after which nothing happens by itself.
END_STATES = frozenset(
    {
        State.IN_REVIEW,
        State.REJECTED,
        State.EXPORTED,
        State.DUPLICATE,
        State.QUARANTINED,
        State.FAILED,
        State.SPLIT,
    }
)


class Severity(StrEnum):
    """What a failed check means for the decision."""

    ERROR = "error"  # never exported unseen
    WARNING = "warning"  # shown, does not stop by itself
    INFO = "info"  # noted


class Outcome(StrEnum):
    """What the decision says."""

    EXPORT = "export"
    REVIEW = "review"
    REJECT = "reject"


class Tier(StrEnum):
    """Which reader of fields answered, cheapest first."""

    XML = "xml"
    RULES = "rules"
    RANKER = "ranker"
    LLM = "llm"
    REVIEW = "review"


@dataclass(frozen=True)
class Box:
    """A rectangle on a page in points (1/72 inch), origin top left, y down."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def middle(self) -> float:
        """Vertical centre, in points."""
        return (self.y0 + self.y1) / 2

    def union(self, other: Box) -> Box:
        return Box(
            min(self.x0, other.x0),
            min(self.y0, other.y0),
            max(self.x1, other.x1),
            max(self.y1, other.y1),
        )

    def as_list(self) -> list[float]:
        return [round(v, 2) for v in (self.x0, self.y0, self.x1, self.y1)]

    @classmethod
    def from_list(cls, values: list[float]) -> Box:
        return cls(*values)


@dataclass(frozen=True)
class Word:
    """One printed word. `confidence` 0..1 (text layer: 1); `line` and `block` count per page."""

    text: str
    box: Box
    confidence: float = 1.0
    line: int = 0
    block: int = 0

    def as_list(self) -> list[Any]:
        """[text, x0, y0, x1, y1, confidence, line, block]: a word in `pages.words`."""
        return [self.text, *self.box.as_list(), round(self.confidence, 4), self.line, self.block]

    @classmethod
    def from_list(cls, v: list[Any]) -> Word:
        return cls(v[0], Box(*v[1:5]), v[5], v[6], v[7])


@dataclass(frozen=True)
class Element:
    """A typed piece of a page, named as `unstructured` does (Title, NarrativeText, Table ...)."""

    kind: str
    text: str
    box: Box | None = None


@dataclass(frozen=True)
class Cell:
    """One cell of a table; `row` and `column` count from 0, spans from 1."""

    text: str
    box: Box
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1


@dataclass(frozen=True)
class Table:
    """Rows and cells on one page; `is_ruled` when drawn lines gave the grid.

    `header_rows`: how many rows at the top name the columns; `cells` row by row, empty ones left
    out.
    """

    box: Box
    cells: tuple[Cell, ...]
    is_ruled: bool = False
    header_rows: int = 0


@dataclass(frozen=True)
class Difference:
    """A place where the text layer does not say what a person sees.

    `layer`: what the text layer says there, `seen`: what OCR of the rendered page sees; the one
    or the other may be empty.
    """

    box: Box
    layer: str
    seen: str


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page as words. `width` and `height` in points; words are upright after `rotation`.

    `language`: ISO 639-1 code, empty when there is too little text to tell.
    """

    number: int
    width: float
    height: float
    words: tuple[Word, ...]
    engine: str
    rotation: int = 0
    seconds: float = 0.0
    language: str = ""
    elements: tuple[Element, ...] = ()
    tables: tuple[Table, ...] = ()
    differences: tuple[Difference, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """A file inside a file: a mail's or a PDF's attachment, a member of an archive."""

    index: int
    name: str
    size_bytes: int


@dataclass(frozen=True)
class Cut:
    """One document of a packet: pages `first` to `last` (from 1) and why it begins there."""

    first: int
    last: int
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What the reader brought back for one file; `bad_pages`: page number -> what is wrong."""

    media_type: str
    pages: tuple[Page, ...]
    seconds: float = 0.0
    embedded_xml: str | None = None
    sender: str = ""
    parts: tuple[Part, ...] = ()
    bad_pages: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Field:
    """One extracted value: as printed, normalised by its type, and where it stands.

    `normalised`: ISO dates, decimals as plain strings with a point, codes without blanks.
    `confidence` 0..1. `grounded` is true when the printed value was found on the page words.
    """

    name: str
    value: str
    normalised: str
    confidence: float
    tier: Tier = Tier.RULES
    page: int | None = None
    boxes: tuple[Box, ...] = ()
    grounded: bool = True
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of the document's table; `cells` by field name; `position` counts from 1."""

    position: int
    cells: Mapping[str, Field]
    page: int | None = None


@dataclass(frozen=True, kw_only=True)
class Extraction:
    """Type, fields and lines of one document, by one run of the extraction.

    `mentions`: identifiers of orders, containers and transport documents printed anywhere on
    the pages, as (kind, normalised value); they tie the papers of one shipment together.
    """

    document_type: str
    type_confidence: float
    fields: Mapping[str, Field]
    lines: tuple[Line, ...] = ()
    tier: Tier = Tier.RULES
    type_evidence: tuple[str, ...] = ()
    mentions: tuple[tuple[str, str], ...] = ()
    flags: tuple[str, ...] = ()
    model: str | None = None
    prompt_hash: str | None = None

    def value(self, name: str) -> str | None:
        """The normalised value of field `name`, or None when it was not found."""
        found = self.fields.get(name)
        return found.normalised if found else None


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    """What one check said; a wrong document is this, not an exception."""

    check: str
    passed: bool
    severity: Severity = Severity.ERROR
    reason: str = ""
    field: str | None = None
    line: int | None = None
    page: int | None = None
    box: Box | None = None
    other_document_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a document is not exported unseen; always names a field when there is one."""

    code: str
    text: str
    field: str | None = None
    line: int | None = None


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """What stands behind a threshold: how many reviewed documents, how many wrong, the bound."""

    threshold: float | None
    is_certified: bool = False
    reviewed: int = 0
    wrong: int = 0
    bound: float | None = None
    since: dt.date | None = None
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Export, review or reject, with the reasons and the certificate it rests on."""

    outcome: Outcome
    confidence: float
    reasons: tuple[Reason, ...]
    certificate: Certificate


@dataclass(frozen=True, kw_only=True)
class Document:
    """A registered document as the stages see it.

    `parent_id`: the file it came out of; `first_page`, `last_page`: where in that packet, when it
    was cut from one. `sender`: the mail address it came from, empty when unknown.
    """

    id: int
    sha256: str
    file_name: str
    media_type: str
    blob_key: str
    state: State
    received_at: dt.datetime
    document_type: str | None = None
    source: str = "folder"
    revision: int = 1
    shipment_id: int | None = None
    chunk_id: int | None = None
    batch_id: str | None = None
    parent_id: int | None = None
    first_page: int | None = None
    last_page: int | None = None
    sender: str = ""

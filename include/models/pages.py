"""What reading finds; boxes are in page points, origin top left, y down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


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

    @property
    def pages(self) -> str:
        """As people write it: `2`, `3-4`."""
        return f"{self.first}" if self.first == self.last else f"{self.first}-{self.last}"

    @property
    def spoken(self) -> str:
        """As people say it: `page 2`, `pages 3-4`."""
        return f"page {self.pages}" if self.first == self.last else f"pages {self.pages}"


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

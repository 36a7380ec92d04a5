"""Rows by vertical overlap, segments by gaps: the layout that the rules look at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import median

from include.models import Box, Page, Word

#: A gap wider than this many text heights ends a segment.
SEGMENT_GAP = 0.85
#: Words of one OCR line belong together unless the gap is really wide.
SAME_LINE_GAP = 1.6
#: `Date:2026-03-01` or `Weight:12,5` are a label and a value; `12:30` and `http://` are not.
_GLUED = re.compile(r"^(\D*[^\W\d]\D*[:：])([^/\s:].*)$")
#: `Total(EUR)`: the bracket starts a word of its own.
_BRACKET = re.compile(r"^([^\W\d_][^()]*[^\W\d_.])(\(.*)$")


@dataclass(frozen=True)
class Segment:
    """Words on one row without a wide gap between them."""

    words: tuple[Word, ...]
    page: int
    row: int

    @cached_property
    def box(self) -> Box:
        return box_of(self.words)

    @cached_property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    def part(self, start: int, end: int | None = None) -> Segment:
        return Segment(self.words[start:end], self.page, self.row)


@dataclass(frozen=True)
class Row:
    """Segments side by side, left to right; `number` counts from 0 on its page."""

    segments: tuple[Segment, ...]
    page: int
    number: int

    @cached_property
    def box(self) -> Box:
        return box_of([word for segment in self.segments for word in segment.words])

    @property
    def words(self) -> tuple[Word, ...]:
        return tuple(word for segment in self.segments for word in segment.words)


@dataclass(frozen=True)
class Sheet:
    """One page as rows; `height` is the usual text height, `pitch` what it is on paper forms."""

    page: Page
    rows: tuple[Row, ...]
    height: float

    @property
    def number(self) -> int:
        return self.page.number

    @cached_property
    def is_scan(self) -> bool:
        return any(word.confidence < 1.0 for word in self.page.words)


def box_of(words: Sequence[Word]) -> Box:
    boxes = [word.box for word in words]
    return Box(
        min(b.x0 for b in boxes),
        min(b.y0 for b in boxes),
        max(b.x1 for b in boxes),
        max(b.y1 for b in boxes),
    )


def sheets_of(pages: Sequence[Page]) -> tuple[Sheet, ...]:
    """The pages as rows and segments."""
    return tuple(_sheet(page) for page in pages)


def _sheet(page: Page) -> Sheet:
    words = [piece for word in page.words if word.text.strip() for piece in _pieces(word)]
    words = [word for word in words if word.box.height < 6 * max(word.box.width, 1)]
    tall = [w.box.height for w in words if len(w.text) > 1]
    height = float(median(tall)) if tall else 8.0
    rows = tuple(
        Row(tuple(_segments(row, page.number, number, height)), page.number, number)
        for number, row in enumerate(_rows(words))
    )
    return Sheet(page, rows, height)


def _pieces(word: Word) -> list[Word]:
    """A word, cut where a label is glued to its value or its bracket."""
    match = _GLUED.match(word.text)
    if match and not match[2].startswith(("//", "\\")):
        return [part for half in _cut(word, len(match[1])) for part in _pieces(half)]
    match = _BRACKET.match(word.text)
    if match and len(match[2]) > 3:
        return _cut(word, len(match[1]))
    return [word]


def _cut(word: Word, at: int) -> list[Word]:
    box, share = word.box, at / len(word.text)
    x = box.x0 + box.width * share
    return [
        replace(word, text=word.text[:at], box=Box(box.x0, box.y0, x, box.y1)),
        replace(word, text=word.text[at:], box=Box(x, box.y0, box.x1, box.y1)),
    ]


def _rows(words: Sequence[Word]) -> list[list[Word]]:
    """Words by visual row, top to bottom; a row takes in what overlaps its middle."""
    rows: list[list[Word]] = []
    spans: list[tuple[float, float]] = []
    for word in sorted(words, key=lambda w: w.box.middle):
        box = word.box
        if rows:
            top, bottom = spans[-1]
            overlap = min(bottom, box.y1) - max(top, box.y0)
            if overlap > 0.5 * min(bottom - top, max(box.height, 1.0)) or (
                box.height < 0.5 * (bottom - top) and top <= box.middle <= bottom
            ):
                rows[-1].append(word)
                spans[-1] = _span(rows[-1])
                continue
        rows.append([word])
        spans.append((box.y0, box.y1))
    return [sorted(row, key=lambda w: w.box.x0) for row in rows]


def _span(row: Sequence[Word]) -> tuple[float, float]:
    """Where a row lies: the middle of its words' tops and bottoms, so that skew cannot chain rows."""
    return median(w.box.y0 for w in row), median(w.box.y1 for w in row)


def _segments(row: Sequence[Word], page: int, number: int, usual: float) -> list[Segment]:
    height = max(max(min(w.box.height, 3 * usual) for w in row), 0.8 * usual)
    groups: list[list[Word]] = [[row[0]]]
    for last, word in zip(row, row[1:], strict=False):
        gap = word.box.x0 - last.box.x1
        own = max(min(last.box.height, word.box.height), 0.8 * usual, 0.6 * height)
        is_scan_line = last.confidence < 1.0 and last.line == word.line
        if gap > (SAME_LINE_GAP if is_scan_line else SEGMENT_GAP) * own:
            groups.append([])
        groups[-1].append(word)
    return [Segment(tuple(group), page, number) for group in groups]

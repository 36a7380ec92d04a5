"""Rows by vertical overlap, segments by gaps: the layout that the rules look at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from statistics import median

from include.models import Box, Page, Word

#: A gap wider than this many text heights ends a segment.
SEGMENT_GAP = 0.85
#: Words of one OCR line belong together unless the gap is really wide.
SAME_LINE_GAP = 1.6
#: `Date:2026-03-01` or `Weight:12,5` are a label and a value; `12:30` and `http://` are not.
_GLUED = re.compile(r"^(\D*[^\W\d]\D*[:：])([^/\s:].*)$")
#: `Total(EUR)`: the bracket starts a word of its own.
#: Rules drawn with signs.
_RULE = re.compile(r"^[\-=_*.~—–·•|]{3,}$")
_DIGITS = re.compile(r"\d[\d.,]*")
_THIN = frozenset(("ll", "li", "il"))
_DATE_BEGUN = re.compile(r"\d[/.\-]\d{1,2}[/.\-]\d{0,3}$")
_TORN = re.compile(r"\d{1,3}(?:[.,]\d{3})*(?:[.,]\d{1,4})?")
#: In type of fixed pitch a gap of one blank is wider than usual; two blanks part columns.
FIXED_PITCH_GAP = 1.8
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
    """One page as rows; `height` is the usual text height."""

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
    words = [w for w in words if not (_runs_down(w) or _RULE.match(w.text))]
    tall = [w.box.height for w in words if len(w.text) > 1]
    height = float(median(tall)) if tall else 8.0
    lines = _lines(words)
    if any(word.confidence < 1.0 for word in words):
        lines = [_torn_joined(line) for line in lines]
    is_fixed = _is_fixed_pitch(lines)
    pieces = [piece for line in lines for piece in _segments(line, height, is_fixed)]
    rows = tuple(
        Row(tuple(Segment(tuple(ws), page.number, number) for ws in row), page.number, number)
        for number, row in enumerate(_rows(pieces))
    )
    return Sheet(page, rows, height)


def _runs_down(word: Word) -> bool:
    """Whether a word is set up or down the page."""
    return len(word.text) > 1 and word.box.height > 6 * max(word.box.width, 1)


def _lines(words: Sequence[Word]) -> list[list[Word]]:
    """Words that stand on one line: as the reader numbered them, else by their boxes."""
    if len({word.line for word in words}) <= 1:
        return [[w for ws in row for w in ws] for row in _rows([[word] for word in words])]
    lines: dict[int, list[Word]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word)
    return [sorted(line, key=lambda w: w.box.x0) for line in lines.values()]


def _torn_joined(row: list[Word]) -> list[Word]:
    """On scans words may be torn at thin signs: `1 2,708.00`, `5.21 0,40`, `Mil lrace`."""
    out: list[Word] = []
    for word in row:
        last = out[-1] if out else None
        if last is not None and last.line == word.line and _is_torn(last, word):
            text, box = last.text + word.text, last.box.union(word.box)
            confidence = min(last.confidence, word.confidence, 0.95)
            out[-1] = replace(last, text=text, box=box, confidence=confidence)
        else:
            out.append(word)
    return out


def _is_torn(last: Word, word: Word) -> bool:
    gap = (word.box.x0 - last.box.x1) / max(last.box.height, 1.0)
    a, b = last.text, word.text
    if _DIGITS.fullmatch(a) and _TORN.fullmatch(a + b):
        return gap < (0.45 if a == "1" else 0.3)
    if a[-1].isdigit() and b[0].isdigit():
        return gap < (0.28 if _DATE_BEGUN.search(a) else 0.15)
    return gap < 0.15 and a[-1] + b[0] in _THIN


def _is_fixed_pitch(lines: Sequence[Sequence[Word]]) -> bool:
    """Whether most rows are set in type where every sign is equally wide."""
    near = judged = 0
    for row in lines:
        pitches = sorted(pitch(word) for word in row if len(word.text) >= 4)
        if len(pitches) >= 2:
            usual = pitches[len(pitches) // 2]
            judged += len(pitches)
            near += sum(abs(pitch - usual) < 0.07 * usual for pitch in pitches)
    return judged >= 8 and near > 0.8 * judged


def pitch(word: Word) -> float:
    """The width of a sign in a word."""
    return word.box.width / (len(word.text) - 0.2)


def _pieces(word: Word) -> list[Word]:
    """A word, cut where a label is glued to its value or its bracket."""
    match = _GLUED.match(word.text)
    if match and not match[2].startswith(("//", "\\")):
        return [part for half in cut(word, len(match[1])) for part in _pieces(half)]
    match = _BRACKET.match(word.text)
    if match and len(match[2]) > 3:
        return cut(word, len(match[1]))
    return [word]


def cut(word: Word, at: int) -> list[Word]:
    """A word in two, its box shared out by signs."""
    box, share = word.box, at / len(word.text)
    x = box.x0 + box.width * share
    return [
        replace(word, text=word.text[:at], box=Box(box.x0, box.y0, x, box.y1)),
        replace(word, text=word.text[at:], box=Box(x, box.y0, box.x1, box.y1)),
    ]


def _rows(pieces: Sequence[Sequence[Word]]) -> list[list[Sequence[Word]]]:
    """Runs of words by visual row, top to bottom; a row takes in what overlaps its middle."""
    boxes = [box_of(piece) for piece in pieces]
    rows: list[list[int]] = []
    span = (0.0, 0.0)
    for index in sorted(range(len(pieces)), key=lambda n: boxes[n].middle):
        box = boxes[index]
        top, bottom = span
        overlap = min(bottom, box.y1) - max(top, box.y0)
        if rows and overlap > 0.5 * min(bottom - top, max(box.height, 1.0)):
            rows[-1].append(index)
            # Middle values, so that skew or one tall piece cannot chain rows together.
            span = (
                median(boxes[n].y0 for n in rows[-1]),
                median(boxes[n].y1 for n in rows[-1]),
            )
        else:
            rows.append([index])
            span = (box.y0, box.y1)
    return [[pieces[n] for n in sorted(row, key=lambda n: boxes[n].x0)] for row in rows]


def _segments(row: Sequence[Word], usual: float, is_fixed: bool) -> list[list[Word]]:
    groups: list[list[Word]] = [[row[0]]]
    for last, word in pairwise(row):
        own = max(min(last.box.height, word.box.height), 0.8 * usual)
        is_scan_line = last.confidence < 1.0 and last.line == word.line
        limit = (SAME_LINE_GAP if is_scan_line else SEGMENT_GAP) * own
        if is_fixed:
            pitches = [pitch(w) for w in (last, word) if len(w.text) >= 2]
            limit = max(limit, FIXED_PITCH_GAP * max(pitches, default=0.0))
        if word.box.x0 - last.box.x1 > limit:
            groups.append([])
        groups[-1].append(word)
    return groups

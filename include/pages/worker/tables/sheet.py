"""A page as rows of chunks: words side by side without the gap that parts columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from statistics import median

from include.models import Box, Word
from include.pages.worker.layout.order import around, rows_of
from include.pages.worker.tables.vocabulary import (
    GOODS,
    folded,
    is_amount,
    is_caption,
    is_drawn_rule,
    is_figure,
    is_value,
)

#: Gaps in units of the letter size that part chunks: in usual type, in type of fixed pitch.
CHUNK_GAP, FIXED_CHUNK_GAP = 0.65, 1.05
#: Mean width of a sign in units of the letter size.
_SIGN_WIDTH = 0.53


@dataclass(frozen=True)
class Chunk:
    """Words of one row that stand close together."""

    words: tuple[Word, ...]
    x0: float
    x1: float

    @cached_property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @cached_property
    def is_value(self) -> bool:
        return is_value(self.text)

    @cached_property
    def is_amount(self) -> bool:
        return is_amount(self.text)

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(folded(word.text) for word in self.words)

    @property
    def is_caption(self) -> bool:
        return any(map(is_caption, self.names))

    @property
    def is_goods(self) -> bool:
        return not self.names.isdisjoint(GOODS)

    @property
    def is_figure(self) -> bool:
        return any(map(is_figure, self.names))


@dataclass(frozen=True)
class Row:
    """What stands at one height; `is_rule`: it is a line drawn with signs."""

    chunks: tuple[Chunk, ...]
    y0: float
    y1: float
    is_rule: bool = False

    @cached_property
    def words(self) -> tuple[Word, ...]:
        return tuple(word for chunk in self.chunks for word in chunk.words)

    @cached_property
    def values(self) -> int:
        return sum(chunk.is_value for chunk in self.chunks)

    @property
    def x0(self) -> float:
        return self.chunks[0].x0

    @property
    def x1(self) -> float:
        return max(chunk.x1 for chunk in self.chunks)

    def between(self, x0: float, x1: float) -> Row | None:
        """The row without the chunks that lie wholly outside."""
        chunks = tuple(c for c in self.chunks if c.x1 > x0 and c.x0 < x1)
        if len(chunks) == len(self.chunks):
            return self
        return Row(chunks, self.y0, self.y1, self.is_rule) if chunks else None


@dataclass(frozen=True)
class Sheet:
    """The rows of a page, top to bottom; `em`: the usual letter size in points."""

    rows: tuple[Row, ...]
    em: float
    is_fixed_pitch: bool

    @property
    def chunk_gap(self) -> float:
        return self.em * (FIXED_CHUNK_GAP if self.is_fixed_pitch else CHUNK_GAP)


def letter_size(segments: Sequence[Sequence[Word]]) -> float:
    """The usual letter size in points, from how wide words are: their boxes may be tight or not."""
    widths = [w.box.width / len(w.text) for s in segments for w in s if len(w.text) >= 3]
    return max(median(widths) / _SIGN_WIDTH if widths else 8.0, 3.0)


def sheet_of(segments: Sequence[Sequence[Word]], boxes: Sequence[Box]) -> Sheet:
    """Rows of a page from its line segments and their boxes."""
    em = letter_size(segments)
    is_fixed = _is_fixed_pitch(segments)
    gap = em * (FIXED_CHUNK_GAP if is_fixed else CHUNK_GAP)
    rows = []
    for indexes in rows_of(boxes):
        words = sorted((w for i in indexes for w in segments[i]), key=lambda w: w.box.x0)
        y0 = min(boxes[i].y0 for i in indexes)
        y1 = max(boxes[i].y1 for i in indexes)
        drawn = [is_drawn_rule(w.text) for w in words]
        if all(drawn):
            rows.append(Row(tuple(_chunks(words, gap)), y0, y1, True))
            continue
        kept = [w for w, is_rule in zip(words, drawn, strict=True) if not is_rule]
        rows.append(Row(tuple(_chunks(kept, gap)), y0, y1))
    return Sheet(tuple(rows), em, is_fixed)


def _chunks(words: Sequence[Word], gap: float) -> list[Chunk]:
    groups: list[list[Word]] = []
    end = 0.0
    for word in words:
        if groups and word.box.x0 - end <= gap:
            groups[-1].append(word)
            end = max(end, word.box.x1)
        else:
            groups.append([word])
            end = word.box.x1
    return [Chunk(tuple(g), g[0].box.x0, max(w.box.x1 for w in g)) for g in groups]


def _is_fixed_pitch(segments: Sequence[Sequence[Word]]) -> bool:
    """Whether most words have signs of the same width as the others of their line."""
    near = judged = 0
    for words in segments:
        pitches = sorted(w.box.width / (len(w.text) - 0.2) for w in words if len(w.text) >= 4)
        if len(pitches) >= 2:
            usual = pitches[len(pitches) // 2]
            judged += len(pitches)
            near += sum(abs(p - usual) < 0.07 * usual for p in pitches)
    return judged >= 8 and near > 0.8 * judged


def line_up(upper: Row, lower: Row, em: float) -> bool:
    """Whether most chunks of one row begin or end where some of the other do."""
    near = 0.6 * em
    aligned = sum(
        any(abs(c.x0 - o.x0) < near or abs(c.x1 - o.x1) < near for o in upper.chunks)
        for c in lower.chunks
    )
    return aligned >= 0.6 * min(len(upper.chunks), len(lower.chunks))


def names_columns(rows: Sequence[Row]) -> bool:
    """Whether rows hold the captions of a table's columns."""
    chunks = [c for row in rows for c in row.chunks]
    columns = max(len(row.chunks) for row in rows)
    captions = sum(c.is_caption for c in chunks)
    figures = sum(c.is_figure for c in chunks)
    words = max(len(c.words) for c in chunks)
    return columns >= 2 and captions >= 2 and figures >= 1 and words <= 6


def union(words: Sequence[Word]) -> Box:
    """The box around all words."""
    return around([word.box for word in words])


def coverage(spans: Sequence[tuple[float, float]], x0: float, x1: float) -> list[int]:
    """How many spans cover each half point between x0 and x1."""
    size = int((x1 - x0) * 2) + 2
    steps = [0] * (size + 1)
    for a, b in spans:
        start, end = int((a - x0) * 2), int((b - x0) * 2)
        steps[min(max(start, 0), size)] += 1
        steps[min(max(end, start + 1, 0), size)] -= 1
    return list(accumulate(steps))[:size]

"""Words of a PDF text layer with boxes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from include.models import Box, Word
from include.pages.worker.layout.order import around, in_reading_order, rows_of
from include.pages.worker.pdf.glyphs import Array, Glyphs, page_glyphs, turn_of

#: Gaps in units of the text height: more splits a word, more splits a line into segments.
WORD_GAP = 0.6
OTHER_OBJECT_GAP = 0.2
SEGMENT_GAP = 1.6
#: Characters that stand for none that is known.
GARBAGE = re.compile("[\ufffd-\uffff\ue000-\uf8ff]")
#: Boxes of one text that overlap by more than this share are it drawn twice, to look bold.
DRAWN_TWICE = 0.5


@dataclass(frozen=True)
class LayerWords:
    """The words of a text layer as it has them.

    `starts`: index of the first glyph of each word, and the number of glyphs; `boxes` (n, 4) in
    points; `rows` (n, 4): with the whole font height, which puts a word into its row.
    """

    glyphs: Glyphs
    starts: Array
    texts: tuple[str, ...]
    boxes: Array
    rows: Array

    @property
    def owners(self) -> Array:
        """The text object of each word's first glyph."""
        return self.glyphs.owners[self.starts[:-1]]

    def word(self, index: int) -> Word:
        return Word(self.texts[index], Box(*self.boxes[index].tolist()))

    def is_on_page(self) -> Array:
        """Which words have their middle on the visible part of the page."""
        width, height = self.glyphs.size
        x = (self.boxes[:, 0] + self.boxes[:, 2]) / 2
        y = (self.boxes[:, 1] + self.boxes[:, 3]) / 2
        return np.asarray((x >= 0) & (x <= width) & (y >= 0) & (y <= height))

    def with_rows(self, kept: Array) -> list[tuple[Word, Box]]:
        """The words for which `kept` is true, each with the box that puts it into its row."""
        return [
            (Word(text, Box(*box)), Box(*row))
            for text, box, row, keep in zip(
                self.texts, self.boxes.tolist(), self.rows.tolist(), kept.tolist(), strict=True
            )
            if keep
        ]


def lined_up(words: list[tuple[Word, Box]]) -> tuple[Word, ...]:
    """Words with their row boxes in reading order, one `line` per run without a wide gap."""
    return in_reading_order(*_segments(_once(words)))


def page_words(page: Any) -> tuple[Word, ...]:
    """The words of a pypdfium2 page that lie on its visible part, in reading order."""
    layer = layer_words(page_glyphs(page))
    return lined_up(layer.with_rows(layer.is_on_page()))


def _to_top_left(page: Any, width: float, height: float) -> Callable[..., Box]:
    """A function from a box in page space to points as displayed (rotation, crop box)."""
    (ax, bx, ox), (ay, by, oy) = turn_of(page).tolist()

    def mapped(left: float, bottom: float, right: float, top: float) -> Box:
        xs = (ox + left * ax + bottom * bx, ox + right * ax + top * bx)
        ys = (oy + left * ay + bottom * by, oy + right * ay + top * by)
        return Box(min(xs), min(ys), max(xs), max(ys))

    return mapped


def layer_words(glyphs: Glyphs) -> LayerWords:
    """The glyphs put together to words (pdfium only splits at blanks, and cells that touch often
    have none)."""
    count = len(glyphs.text)
    if not count:
        none = np.zeros((0, 4))
        return LayerWords(glyphs, np.zeros(1, np.int64), (), none, none)
    begins = np.ones(count, bool)
    begins[1:] = ~glyphs.follows[1:] | _are_apart(glyphs)
    starts = np.append(np.flatnonzero(begins), count)
    at = starts[:-1]
    boxes = np.concatenate(
        [
            np.minimum.reduceat(glyphs.boxes[:, :2], at),
            np.maximum.reduceat(glyphs.boxes[:, 2:], at),
        ],
        axis=1,
    )
    ends = starts.tolist()
    texts = tuple(glyphs.text[a:b] for a, b in pairwise(ends))
    return LayerWords(glyphs, starts, texts, boxes, _row_boxes(boxes, glyphs.rows[at]))


def _are_apart(glyphs: Glyphs) -> Array:
    """For each glyph but the first: whether it is too far from the one before for one word."""
    a, b = glyphs.boxes[:-1], glyphs.boxes[1:]
    row = glyphs.rows[:-1]
    height = np.maximum(row[:, 3] - row[:, 1], 1.0)
    has_other_line = np.abs(a[:, 1] + a[:, 3] - b[:, 1] - b[:, 3]) / 2 > height
    is_elsewhere = (row[:, 2] > row[:, 0]) & (np.abs(a[:, 0] - b[:, 0]) > height)
    limit = np.where(glyphs.owners[:-1] == glyphs.owners[1:], WORD_GAP, OTHER_OBJECT_GAP)
    is_gap = (b[:, 0] - a[:, 2] > limit * height) | (b[:, 2] < a[:, 0] - height)
    # Text that runs up or down the page stays together: there, blanks decide.
    return np.asarray(np.where(has_other_line, is_elsewhere, is_gap))


def _row_boxes(boxes: Array, rows: Array) -> Array:
    """The words' boxes with the height of the font, where they stand on their run's row."""
    height = rows[:, 3] - rows[:, 1]
    away = np.abs(rows[:, 1] + rows[:, 3] - boxes[:, 1] - boxes[:, 3]) / 2
    is_on_row = away <= height
    tall = boxes.copy()
    tall[:, 1] = np.where(is_on_row, np.minimum(boxes[:, 1], rows[:, 1]), boxes[:, 1])
    tall[:, 3] = np.where(is_on_row, np.maximum(boxes[:, 3], rows[:, 3]), boxes[:, 3])
    return tall


def _once(words: list[tuple[Word, Box]]) -> list[tuple[Word, Box]]:
    """Without words that are drawn twice at one place, to look bold or to cast a shadow."""
    places: dict[str, list[Box]] = {}
    kept = []
    for word, row in words:
        others = places.setdefault(word.text, [])
        if others and any(_overlap(word.box, other) > DRAWN_TWICE for other in others):
            continue
        others.append(word.box)
        kept.append((word, row))
    return kept


def _overlap(a: Box, b: Box) -> float:
    """The share of the smaller box that the two have in common."""
    across = min(a.x1, b.x1) - max(a.x0, b.x0)
    down = min(a.y1, b.y1) - max(a.y0, b.y0)
    if across <= 0 or down <= 0:
        return 0.0
    return across * down / max(min(a.width * a.height, b.width * b.height), 1e-6)


def _segments(words: Sequence[tuple[Word, Box]]) -> tuple[list[list[Word]], list[Box]]:
    """Runs of words on one row without a wide gap, and the row box of each."""
    segments: list[list[Word]] = []
    boxes: list[list[Box]] = []
    for row in rows_of([box for _, box in words]):
        end: float | None = None
        for index in row:
            word, box = words[index]
            if end is None or word.box.x0 - end > SEGMENT_GAP * max(box.height, 4):
                segments.append([])
                boxes.append([])
            segments[-1].append(word)
            boxes[-1].append(box)
            end = word.box.x1
    return segments, [around(each) for each in boxes]


def share_of_garbage(words: Sequence[Word]) -> float:
    """Share of characters that stand for no known character."""
    text = "".join(word.text for word in words)
    return len(GARBAGE.findall(text)) / max(len(text), 1)

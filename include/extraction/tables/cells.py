"""The cells of a row: its words by the column that they stand under."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from include.document_types.catalogue import FieldSpec
from include.extraction.finders.found import Habits
from include.extraction.layout.page import Row, box_of, pitch
from include.extraction.normalise import find
from include.extraction.tables.headers import Column
from include.models import Box, Word

NUMERIC = frozenset(("decimal", "integer", "weight", "volume", "money"))
#: What a cell of numbers may begin with.
_PLAIN_NUMBER = re.compile(r"^[^\w/]*(?:[A-Z]{3}|[€$£])?[^\w/]*\d|^[-–—]+$")
Cells = dict[int, list[Word]]


def cells_of(
    row: Row, columns: Sequence[Column], specs: Mapping[str, FieldSpec], height: float
) -> Cells:
    """The words of a row by column position."""
    cells: Cells = {}
    for segment in row.segments:
        for piece in _cut_at_columns(segment.words, columns, height):
            column = _column_of(box_of(piece), columns)
            if column is None:
                continue
            if column and not _PLAIN_NUMBER.match(piece[0].text):
                own, left = (specs.get(columns[n].name) for n in (column, column - 1))
                is_number = own is not None and own.kind in NUMERIC
                if is_number and left is not None and left.kind == "text" and column - 1 in cells:
                    column -= 1  # a text ran on under the next header
            cells.setdefault(column, []).extend(piece)
    return cells


def _cut_at_columns(
    words: Sequence[Word], columns: Sequence[Column], height: float
) -> list[list[Word]]:
    """Cut a run of words where the next one begins exactly under another header."""
    pieces: list[list[Word]] = [[words[0]]]
    for last, word in pairwise(words):
        gap = word.box.x0 - last.box.x1
        before = _column_of(box_of(pieces[-1]), columns)
        own = _column_of(word.box, columns)
        parted = before is not None and lies_under(last.box, columns[before].box)
        under = own is not None and lies_under(word.box, columns[own].box)
        if own != before and not _is_digit_group(last, word, gap, height, parted and under):
            slack = 0.35 * height
            aligned = own is not None and abs(word.box.x0 - columns[own].box.x0) <= slack
            ended = before is not None and abs(last.box.x1 - columns[before].box.x1) <= slack
            both = last.text[-1].isdigit() and word.text[0].isdigit()
            if (
                (under and gap > 0.6 * height)
                or (both and gap > 0.1 * height)
                or ((aligned or ended) and gap > 0.45 * height)
                or (own is not None and gap > 0.2 * height and _begins(word, words, columns[own]))
            ):
                pieces.append([])
        pieces[-1].append(word)
    return pieces


def _begins(word: Word, run: Sequence[Word], column: Column) -> bool:
    """On scans, where cells are read as one line: the word nearest to where the header begins."""
    if word.confidence == 1.0 and all(other.confidence == 1.0 for other in run):
        return False
    off = abs(word.box.x0 - column.box.x0)
    nearest = min(abs(other.box.x0 - column.box.x0) for other in run)
    return off == nearest and off <= word.box.height


def _is_digit_group(
    last: Word, word: Word, gap: float, height: float, have_own_headers: bool
) -> bool:
    """`1 500,00`: a blank between thousands does not part cells.

    Where each part stands under its own header, only a blank as narrow as a printed one counts.
    """
    is_group = re.fullmatch(r"\d{1,3}", last.text) and re.fullmatch(r"\d{3}(?:[.,]\d+)?", word.text)
    if have_own_headers:
        return bool(is_group) and gap < 0.9 * pitch(word)
    return bool(is_group) and gap < max(0.6 * height, 1.8 * pitch(word))


def lies_under(box: Box, head: Box) -> bool:
    return min(box.x1, head.x1) - max(box.x0, head.x0) > 0.5 * min(box.width, head.width)


def _column_of(box: Box, columns: Sequence[Column]) -> int | None:
    """The column whose header lies over a cell, or is aligned with it."""
    best, best_score = None, 0.0
    for position, column in enumerate(columns):
        head = column.box
        overlap = min(box.x1, head.x1) - max(box.x0, head.x0)
        score = overlap / max(min(box.width, head.width), 1.0)
        near = min(abs(box.x0 - head.x0), abs(box.x1 - head.x1))
        if overlap > 0:
            score = 1.0 + score + (0.8 if near < 4 else 0.0)
        elif column.left <= box.x0 and box.x1 <= column.right:
            score = 0.9
        else:
            score = 0.5 - min(abs(overlap), 200) / 400
        if score > best_score:
            best, best_score = position, score
    return best if best_score > 0.3 else None


def counts(
    cells: Mapping[int, list[Word]],
    columns: Sequence[Column],
    specs: Mapping[str, FieldSpec],
    habits: Habits,
) -> tuple[int, int]:
    """How many cells hold a number where one belongs, and how many hold text where it belongs."""
    numbers = texts = 0
    for position, words in cells.items():
        spec = specs.get(columns[position].name)
        if spec is None:
            continue
        if spec.kind not in NUMERIC:
            texts += 1
            continue
        text = "".join(word.text for word in words)
        digits = sum(c.isdigit() for c in text)
        is_number = digits * 2 >= sum(c.isalnum() for c in text) - 3
        numbers += is_number and bool(find(spec, words, habits))
    return numbers, texts

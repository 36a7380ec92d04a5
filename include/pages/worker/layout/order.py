"""The reading order of words: rows from top to bottom, each from left to right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from include.models import Box, Word


def rows_of(boxes: Sequence[Box]) -> list[list[int]]:
    """Indexes of the boxes by visual row, top to bottom, each row left to right."""
    rows: list[list[int]] = []
    middle = height = 0.0
    for index in sorted(range(len(boxes)), key=lambda i: boxes[i].middle):
        box = boxes[index]
        if rows and box.middle - middle <= 0.5 * min(max(box.height, 0.4 * height), height):
            row = rows[-1]
            row.append(index)
            middle += (box.middle - middle) / len(row)
            height = max(height, box.height)
        else:
            rows.append([index])
            middle, height = box.middle, box.height
    return [sorted(row, key=lambda i: boxes[i].x0) for row in rows]


def in_reading_order(segments: Sequence[Sequence[Word]], boxes: Sequence[Box]) -> tuple[Word, ...]:
    """The words of all segments, row by row; `line` numbers the segments in that order."""
    order = [index for row in rows_of(boxes) for index in row]
    return tuple(
        replace(word, line=line) for line, index in enumerate(order) for word in segments[index]
    )

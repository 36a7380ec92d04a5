"""The reading order of words: rows from top to bottom, each from left to right."""

from __future__ import annotations

from collections.abc import Sequence

from include.models import Box, Word


def rows_of(boxes: Sequence[Box]) -> list[list[int]]:
    """Indexes of the boxes by visual row, top to bottom, each row left to right."""
    rows: list[list[int]] = []
    middle = height = 0.0
    middles = [box.middle for box in boxes]
    for index in sorted(range(len(boxes)), key=middles.__getitem__):
        own_middle, own_height = middles[index], boxes[index].height
        if rows and own_middle - middle <= 0.5 * min(max(own_height, 0.4 * height), height):
            row = rows[-1]
            row.append(index)
            middle += (own_middle - middle) / len(row)
            height = max(height, own_height)
        else:
            rows.append([index])
            middle, height = own_middle, own_height
    lefts = [box.x0 for box in boxes]
    return [sorted(row, key=lefts.__getitem__) for row in rows]


def in_reading_order(segments: Sequence[Sequence[Word]], boxes: Sequence[Box]) -> tuple[Word, ...]:
    """The words of all segments, row by row; `line` numbers the segments in that order."""
    order = [index for row in rows_of(boxes) for index in row]
    return tuple(
        Word(word.text, word.box, word.confidence, line, word.block)
        for line, index in enumerate(order)
        for word in segments[index]
    )


def around(boxes: Sequence[Box]) -> Box:
    """The box around all boxes."""
    if len(boxes) == 1:
        return boxes[0]
    return Box(
        min([b.x0 for b in boxes]),
        min([b.y0 for b in boxes]),
        max([b.x1 for b in boxes]),
        max([b.y1 for b in boxes]),
    )

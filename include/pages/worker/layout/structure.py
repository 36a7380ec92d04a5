"""What a page's words make together: blocks in reading order, a language, tables."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from include.models import Box, Cell, Page, Table, Word
from include.pages.worker.layout.blocks import Item, blocks_of
from include.pages.worker.layout.language import language_of
from include.pages.worker.tables.find import find_tables
from include.pages.worker.tables.sheet import letter_size, union
from include.pages.worker.tables.vocabulary import is_label

Segment = Sequence[Word]
#: A line so many times as high as usual that lies over others is a stamp.
_STAMP = 2.2


def structured(page: Page, rulings: Sequence[Box] = ()) -> Page:
    """The page with blocks, language and tables; `rulings`: drawn lines in points, thin boxes."""
    if not page.words:
        return page
    lines: dict[int, list[Word]] = {}
    for word in page.words:
        lines.setdefault(word.line, []).append(word)
    segments = list(lines.values())
    boxes = [union(segment) for segment in segments]
    stamps = _stamps(segments, boxes)
    flat = [i for i in range(len(segments)) if i not in stamps]
    tables = find_tables([segments[i] for i in flat], [boxes[i] for i in flat], rulings)
    blocks = _blocks(segments, boxes, flat, tables)
    return replace(
        page,
        words=_numbered(segments, [*blocks, *([i] for i in sorted(stamps))]),
        tables=tables,
        language=language_of(page.words),
    )


def _stamps(segments: Sequence[Segment], boxes: Sequence[Box]) -> set[int]:
    """Lines that run down the page, or are much too high and lie over others."""
    usual = median(b.height for b in boxes)
    found = set()
    for index, (segment, box) in enumerate(zip(segments, boxes, strict=True)):
        if box.height <= _STAMP * usual:
            continue
        runs_down = sum(len(w.text) for w in segment) > 2 and box.height > 2 * box.width
        if runs_down or sum(_overlaps(box, b) for b in boxes) > 2:
            found.add(index)
    return found if len(found) < len(segments) else set()


def _overlaps(a: Box, b: Box) -> bool:
    across, down = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
    return across > 0 and down > 0.3 * min(a.height, b.height)


def _blocks(
    segments: Sequence[Segment],
    boxes: Sequence[Box],
    flat: Sequence[int],
    tables: Sequence[Table],
) -> list[list[int]]:
    """Indexes of the segments by block; each table is one block, row by row, cell by cell."""
    inside: dict[int, list[int]] = {}
    items = []
    for i in flat:
        owner = next((t for t, table in enumerate(tables) if _lies_in(boxes[i], table.box)), None)
        if owner is None:
            items.append(Item(boxes[i], i, is_label([w.text for w in segments[i]])))
        else:
            inside.setdefault(owner, []).append(i)
    items += [Item(tables[t].box, -1 - t, is_table=True) for t in inside]
    blocks: list[list[int]] = []
    for block in blocks_of(items, letter_size(segments)):
        own: list[int] = []
        for index in block:
            if index >= 0:
                own.append(index)
                continue
            blocks += [own] if own else []
            blocks.append(_by_cell(tables[-1 - index], inside[-1 - index], segments, boxes))
            own = []
        blocks += [own] if own else []
    return blocks


def _lies_in(box: Box, table: Box) -> bool:
    x, y = (box.x0 + box.x1) / 2, box.middle
    return table.x0 - 1 <= x <= table.x1 + 1 and table.y0 - 1 <= y <= table.y1 + 1


def _by_cell(
    table: Table, inside: Sequence[int], segments: Sequence[Segment], boxes: Sequence[Box]
) -> list[int]:
    """Segments in the order of the cells that they begin in."""
    rows: dict[int, list[Cell]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(cell)
    numbers = sorted(rows, key=lambda r: min(c.box.y0 for c in rows[r]))
    tops = [min(c.box.y0 for c in rows[r]) for r in numbers]
    order: dict[int, tuple[float, ...]] = {}
    for i in inside:
        first = segments[i][0].box
        row = numbers[max(bisect_right(tops, first.middle) - 1, 0)]
        x = first.x0 + 1
        column = max((c.column for c in rows[row] if c.box.x0 <= x), default=0)
        order[i] = (row, column, boxes[i].y0, boxes[i].x0)
    return sorted(inside, key=lambda i: order[i])


def _numbered(segments: Sequence[Segment], blocks: Sequence[Sequence[int]]) -> tuple[Word, ...]:
    """The words block by block; `line` numbers the segments in that order."""
    words: list[Word] = []
    line = 0
    for block, indexes in enumerate(blocks):
        for index in indexes:
            words += [Word(w.text, w.box, w.confidence, line, block) for w in segments[index]]
            line += 1
    return tuple(words)

"""Rows of a table as items: anchor rows, and to which of them the rows in between belong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from include.extraction.layout.page import Row
from include.extraction.tables.cells import Cells
from include.extraction.tables.headers import Column


@dataclass(frozen=True)
class BodyRow:
    """A row under a header; `is_anchor` when its numbers make it an item of its own."""

    row: Row
    cells: Cells
    is_anchor: bool
    numbers: int = 0


@dataclass
class TableRow:
    """One item: the words of each column, by column position."""

    cells: Cells
    columns: tuple[Column, ...]
    page: int
    rows: list[int] = field(default_factory=list)


def items_of(
    body: Sequence[BodyRow], columns: tuple[Column, ...], page: int, height: float
) -> list[TableRow]:
    """Items from anchor rows; rows in between go to the item that they stand nearest to."""
    anchors = [n for n, row in enumerate(body) if row.is_anchor]
    if not anchors:
        return []
    owners = _owners(body, anchors, height)
    items = {n: TableRow({}, columns, page) for n in anchors}
    for n, row in enumerate(body):
        owner = owners.get(n)
        if owner is None:
            continue
        for position, words in row.cells.items():
            items[owner].cells.setdefault(position, []).extend(words)
        items[owner].rows.append(row.row.number)
    return [items[n] for n in anchors]


def _owners(body: Sequence[BodyRow], anchors: Sequence[int], height: float) -> dict[int, int]:
    """For each row the anchor it belongs to: rows between two anchors are parted at the widest
    gap, and all go up when the gaps are alike."""
    gaps = [body[n].row.box.y0 - body[n - 1].row.box.y1 for n in range(1, len(body))]
    owners = {n: n for n in anchors}
    for n in range(anchors[0] - 1, -1, -1):
        if gaps[n] > 1.0 * height:
            break
        owners[n] = anchors[0]
    for anchor, after in zip(anchors, [*anchors[1:], len(body)], strict=True):
        is_last = after == len(body)
        cut = after if is_last else _cut(gaps, anchor, after, height)
        for n in range(anchor + 1, after):
            if is_last and gaps[n - 1] > 1.3 * height:
                break
            owners[n] = anchor if n < cut else after
    return owners


def _cut(gaps: Sequence[float], anchor: int, after: int, height: float) -> int:
    """The first row between two anchors that belongs to the lower one."""
    between = gaps[anchor:after]
    widest = max(between)
    if len(between) > 1 and widest > min(between) + 0.35 * height:
        return anchor + 1 + between.index(widest)
    return after

"""Tables whose cells are drawn: rows between lines that share the same lines down."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from include.models import Box, Table, Word
from include.pages.worker.tables.drawn.cells import (
    Slot,
    header_rows_of,
    holds_value,
    is_table,
    table_of,
)
from include.pages.worker.tables.drawn.lines import Line, Lines
from include.pages.worker.tables.sheet import Sheet

#: Points: lines that are no farther apart are one edge; a row is no lower than the second.
_SAME, _MIN_ROW = 3.0, 4.5
#: Points: a line that ends so near to another one ends there.
_BESIDE = 10.0
_MAX_EDGES, _MAX_CELLS = 300, 6_000


@dataclass(frozen=True)
class _Grid:
    """Edges of one drawn grid; `sides[row]`: which x edges are drawn beside that row."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    sides: tuple[tuple[int, ...], ...]
    horizontal: tuple[Line, ...]


def drawn_tables(sheet: Sheet, lines: Lines) -> list[Table]:
    """The drawn grids that hold a table; forms and frames around text are none."""
    tables = []
    for grid in _grids(lines):
        for first, last in _bands(grid):
            slots, head = _slots(grid, first, last, sheet)
            header_rows = header_rows_of(slots, head)
            if is_table(slots, header_rows):
                tables.append(table_of(slots, header_rows))
    return tables


def _grids(lines: Lines) -> Iterator[_Grid]:
    for across, down in _crossing(lines):
        xs = _edges([x for x, _, _ in down] + _shared_ends(across, down))
        ys = _edges([y for y, _, _ in across] + _shared_ends(down, across))
        if len(xs) < 3 or len(ys) < 3 or max(len(xs), len(ys)) > _MAX_EDGES:
            continue
        if len(xs) * len(ys) > _MAX_CELLS:
            continue
        sides = tuple(_sides(xs, y0, y1, across, down) for y0, y1 in pairwise(ys))
        yield _Grid(xs, ys, sides, tuple(across))


def _crossing(lines: Lines) -> list[tuple[list[Line], list[Line]]]:
    """Lines that hang together, as those across and those down."""
    if not lines.horizontal or not lines.vertical:
        return []
    h, v = np.array(lines.horizontal), np.array(lines.vertical)
    y, x = h[:, None, 0], v[None, :, 0]
    touch = (x >= h[:, None, 1] - _SAME) & (x <= h[:, None, 2] + _SAME)
    touch &= (y >= v[None, :, 1] - _SAME) & (y <= v[None, :, 2] + _SAME)
    group_of: dict[int, int] = {}
    groups = []
    for start in range(len(h)):
        if start in group_of:
            continue
        rows, columns = np.zeros(len(h), bool), np.zeros(len(v), bool)
        rows[start] = True
        while True:
            columns = np.asarray(touch[rows].any(axis=0))
            grown = np.asarray(touch[:, columns].any(axis=1)) | rows
            if (grown == rows).all():
                break
            rows = grown
        group_of |= dict.fromkeys(np.flatnonzero(rows).tolist(), start)
        across = [lines.horizontal[i] for i in np.flatnonzero(rows)]
        down = [lines.vertical[i] for i in np.flatnonzero(columns)]
        if len(across) >= 2 and len(down) >= 1:
            groups.append((across, down))
    return groups


def _shared_ends(lines: Sequence[Line], others: Sequence[Line]) -> list[float]:
    """Where at least two of the lines begin or end far from the others: an edge not drawn."""
    ends = sorted(v for _, a, b in lines for v in (a, b))
    shared = [v for u, v in pairwise(ends) if v - u <= _SAME]
    return [v for v in shared if all(abs(v - at) > _BESIDE for at, _, _ in others)]


def _edges(values: Sequence[float]) -> tuple[float, ...]:
    out: list[float] = []
    for value in sorted(values):
        if not out or value - out[-1] > _SAME:
            out.append(value)
    return tuple(out)


def _sides(
    xs: Sequence[float], y0: float, y1: float, across: Sequence[Line], down: Sequence[Line]
) -> tuple[int, ...]:
    """Which x edges have a line beside the row; ends that the lines above and below share count."""
    drawn = set()
    for x, a, b in down:
        if min(b, y1) - max(a, y0) >= 0.6 * (y1 - y0):
            drawn.add(_index(xs, x))
    above = [(a, b) for y, a, b in across if abs(y - y0) <= _SAME]
    below = [(a, b) for y, a, b in across if abs(y - y1) <= _SAME]
    if drawn and above and below:
        left = min(a for a, _ in above), min(a for a, _ in below)
        right = max(b for _, b in above), max(b for _, b in below)
        drawn |= {_index(xs, a) for a, b in (left, right) if abs(a - b) <= _SAME}
    return tuple(sorted(drawn))


def _index(edges: Sequence[float], value: float) -> int:
    at = max(bisect_right(edges, value + 0.01) - 1, 0)
    if at + 1 < len(edges) and edges[at + 1] - value < value - edges[at]:
        return at + 1
    return at


def _bands(grid: _Grid) -> Iterator[tuple[int, int]]:
    """Runs of rows, `first` up to but without `last`, with the same lines down.

    Rows of wider cells in between belong to the run when the same lines come again.
    """
    start = 0
    while start < len(grid.sides):
        edges = grid.sides[start]
        last = row = start + 1
        while row < len(grid.sides) and _height(grid, row) >= _MIN_ROW:
            if _mended(grid.sides[row], edges) == edges:
                last = row + 1
            elif not _has_same_frame(grid.sides[row], edges) or row - last >= 3:
                break
            row += 1
        if len(edges) >= 3:
            yield start, last
        start = last


def _mended(sides: tuple[int, ...], edges: tuple[int, ...]) -> tuple[int, ...]:
    """The sides of a row, or `edges` when only an outer one is missing: scans are torn there."""
    return edges if sides in (edges[1:], edges[:-1]) and len(sides) >= 3 else sides


def _has_same_frame(sides: tuple[int, ...], edges: tuple[int, ...]) -> bool:
    return len(sides) >= 2 <= len(edges) and sides[0] == edges[0] and sides[-1] == edges[-1]


def _height(grid: _Grid, row: int) -> float:
    return grid.ys[row + 1] - grid.ys[row]


def _slots(grid: _Grid, first: int, last: int, sheet: Sheet) -> tuple[list[Slot], int]:
    """The cells of rows `first` to `last`, and how many rows of wider captions lie above."""
    edges = grid.sides[first]
    above = first
    while above > 0 and _is_coarser(grid.sides[above - 1], edges) and first - above < 2:
        if len(grid.sides[above - 1]) < 3:
            break
        above -= 1
    slots = _with_words(_boxes(grid, above, last, edges), sheet)
    while above < first:
        top = [s for s in slots if s.row == 0]
        if sum(bool(s.lines) for s in top) >= 2 and not any(map(holds_value, top)):
            return slots, first - above
        above += 1
        slots = _with_words(_boxes(grid, above, last, edges), sheet)
    return slots, 0


def _is_coarser(sides: tuple[int, ...], edges: tuple[int, ...]) -> bool:
    return (
        len(sides) >= 2
        and set(sides) < set(edges)
        and sides[0] == edges[0]
        and sides[-1] == edges[-1]
    )


def _boxes(grid: _Grid, first: int, last: int, edges: tuple[int, ...]) -> list[Slot]:
    slots: list[Slot] = []
    open_above: dict[int, Slot] = {}
    for row in range(first, last):
        sides = [edges.index(k) for k in _mended(grid.sides[row], edges) if k in edges]
        for a, b in pairwise(sides):
            x0, x1 = grid.xs[edges[a]], grid.xs[edges[b]]
            upper = open_above.get(a)
            is_joined = upper is not None and upper.column_span == b - a
            if is_joined and not _is_drawn(grid.horizontal, grid.ys[row], x0, x1) and upper:
                upper.row_span += 1
                upper.box = Box(x0, upper.box.y0, x1, grid.ys[row + 1])
                continue
            box = Box(x0, grid.ys[row], x1, grid.ys[row + 1])
            open_above[a] = Slot(row - first, a, 1, b - a, box, [])
            slots.append(open_above[a])
    return slots


def _is_drawn(across: Sequence[Line], y: float, x0: float, x1: float) -> bool:
    covered = sum(max(min(b, x1) - max(a, x0), 0) for at, a, b in across if abs(at - y) <= _SAME)
    return covered >= 0.6 * (x1 - x0)


def _with_words(slots: list[Slot], sheet: Sheet) -> list[Slot]:
    if not slots:
        return slots
    top, bottom = slots[0].box.y0, max(s.box.y1 for s in slots)
    for row in sheet.rows:
        if row.is_rule or row.y1 < top or row.y0 > bottom:
            continue
        found: dict[int, list[Word]] = {}
        for word in row.words:
            x, y = (word.box.x0 + word.box.x1) / 2, word.box.middle
            for index, slot in enumerate(slots):
                if slot.box.x0 <= x < slot.box.x1 and slot.box.y0 <= y < slot.box.y1:
                    found.setdefault(index, []).append(word)
                    break
        for index, words in found.items():
            slots[index].lines.append(words)
    return slots

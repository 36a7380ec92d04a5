"""Tables whose cells are drawn: rows between lines that share the same lines down."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from include.models import Box, Cell, Table, Word
from include.pages.worker.tables.lines import Line, Lines
from include.pages.worker.tables.sheet import Sheet
from include.pages.worker.tables.vocabulary import folded, is_amount, is_caption, is_value

#: Points: lines that are no farther apart are one edge; a row is no lower than the second.
_SAME, _MIN_ROW = 3.0, 4.5
_MAX_EDGES, _MAX_CELLS = 300, 6_000


@dataclass(frozen=True)
class _Grid:
    """Edges of one drawn grid; `sides[row]`: which x edges are drawn beside that row."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    sides: tuple[tuple[int, ...], ...]
    horizontal: tuple[Line, ...]


@dataclass
class _Slot:
    """A cell of a drawn grid, with the words in it by line of text."""

    row: int
    column: int
    row_span: int
    column_span: int
    box: Box
    lines: list[list[Word]]

    @property
    def text(self) -> str:
        return " ".join(word.text for line in self.lines for word in line)


def drawn_tables(sheet: Sheet, lines: Lines) -> list[Table]:
    """The drawn grids that hold a table; forms and frames around text are none."""
    tables = []
    for grid in _grids(lines):
        for first, last in _bands(grid):
            slots, head = _slots(grid, first, last, sheet)
            header_rows = _header_rows(slots, head)
            if _is_table(slots, header_rows):
                tables.append(_table(slots, header_rows))
    return tables


def _grids(lines: Lines) -> Iterator[_Grid]:
    for across, down in _crossing(lines):
        xs = _edges([x for x, _, _ in down] + [v for _, a, b in across for v in (a, b)])
        ys = _edges([y for y, _, _ in across] + [v for _, a, b in down for v in (a, b)])
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


def _edges(values: Sequence[float]) -> tuple[float, ...]:
    out: list[float] = []
    for value in sorted(values):
        if not out or value - out[-1] > _SAME:
            out.append(value)
    return tuple(out)


def _sides(
    xs: Sequence[float], y0: float, y1: float, across: Sequence[Line], down: Sequence[Line]
) -> tuple[int, ...]:
    """Which x edges have a line beside the row; the ends of the lines above and below count."""
    drawn = set()
    for x, a, b in down:
        if min(b, y1) - max(a, y0) >= 0.6 * (y1 - y0):
            drawn.add(_index(xs, x))
    ends = [(a, b) for y, a, b in across if min(abs(y - y0), abs(y - y1)) <= _SAME]
    if drawn and ends:
        drawn |= {_index(xs, min(a for a, _ in ends)), _index(xs, max(b for _, b in ends))}
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
            if grid.sides[row] == edges:
                last = row + 1
            elif not _has_same_frame(grid.sides[row], edges) or row - last >= 3:
                break
            row += 1
        if len(edges) >= 3:
            yield start, last
        start = last


def _has_same_frame(sides: tuple[int, ...], edges: tuple[int, ...]) -> bool:
    return len(sides) >= 2 <= len(edges) and sides[0] == edges[0] and sides[-1] == edges[-1]


def _height(grid: _Grid, row: int) -> float:
    return grid.ys[row + 1] - grid.ys[row]


def _slots(grid: _Grid, first: int, last: int, sheet: Sheet) -> tuple[list[_Slot], int]:
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
        if sum(bool(s.lines) for s in top) >= 2 and not any(map(_holds_value, top)):
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


def _boxes(grid: _Grid, first: int, last: int, edges: tuple[int, ...]) -> list[_Slot]:
    slots: list[_Slot] = []
    open_above: dict[int, _Slot] = {}
    for row in range(first, last):
        sides = [edges.index(k) for k in grid.sides[row] if k in edges]
        for a, b in pairwise(sides):
            x0, x1 = grid.xs[edges[a]], grid.xs[edges[b]]
            upper = open_above.get(a)
            is_joined = upper is not None and upper.column_span == b - a
            if is_joined and not _is_drawn(grid.horizontal, grid.ys[row], x0, x1) and upper:
                upper.row_span += 1
                upper.box = Box(x0, upper.box.y0, x1, grid.ys[row + 1])
                continue
            box = Box(x0, grid.ys[row], x1, grid.ys[row + 1])
            open_above[a] = _Slot(row - first, a, 1, b - a, box, [])
            slots.append(open_above[a])
    return slots


def _is_drawn(across: Sequence[Line], y: float, x0: float, x1: float) -> bool:
    covered = sum(max(min(b, x1) - max(a, x0), 0) for at, a, b in across if abs(at - y) <= _SAME)
    return covered >= 0.6 * (x1 - x0)


def _with_words(slots: list[_Slot], sheet: Sheet) -> list[_Slot]:
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


def _header_rows(slots: Sequence[_Slot], wider: int) -> int:
    """Rows at the top that hold captions: words only, in most of the columns."""
    count = 0
    while count < 3:
        row = [s for s in slots if s.row == count]
        filled = [s for s in row if s.lines]
        below = [s for s in slots if s.row == count + 1 and s.lines]
        if len(filled) < max(2, 0.5 * len(row)) or not below:
            break
        if any(map(_holds_value, filled)):
            break
        if count > wider and sum(map(_is_caption, filled)) < 2:
            break
        count += 1
    return count


def _holds_value(slot: _Slot) -> bool:
    """Whether a cell has a value in it, or a label for one: it is no caption then."""
    if any(sum(map(str.isdigit, w.text)) >= 3 for line in slot.lines for w in line):
        return True
    return not _is_caption(slot) and (is_value(slot.text) or slot.text.endswith(":"))


def _is_caption(slot: _Slot) -> bool:
    words = [folded(w.text) for line in slot.lines for w in line]
    return len(words) <= 8 and any(map(is_caption, words))


def _is_table(slots: Sequence[_Slot], header_rows: int) -> bool:
    """Whether the cells are a table's: captions over values, in rows that are alike."""
    body = [s for s in slots if s.row >= header_rows and s.lines]
    rows = {s.row for s in body}
    columns = {s.column for s in body}
    if not rows or len(columns) < 2 or _has_many_items_in_a_row(body):
        return False
    captions = sum(_is_caption(s) for s in slots if s.row < header_rows)
    values = _columns_of(body, is_value)
    if header_rows and captions >= 2 and values:
        return len(columns) >= 3 or len(rows) >= 2
    is_form = sum(s.text.endswith(":") or len(s.lines) > 3 for s in body) > 0.15 * len(body)
    is_full = len(body) >= 0.7 * len(rows) * len(columns)
    if is_form or not is_full or len(rows) < 3 or len(columns) < 3:
        return False
    if header_rows:
        return captions >= 2 or bool(values)
    return len(_columns_of(body, is_amount)) >= 2


def _columns_of(body: Sequence[_Slot], test: Callable[[str], bool]) -> list[int]:
    """The columns whose cells mostly pass the test."""
    by_column: dict[int, list[str]] = {}
    for slot in body:
        by_column.setdefault(slot.column, []).append(slot.text)
    return [c for c, t in by_column.items() if sum(map(test, t)) >= 0.6 * len(t)]


def _has_many_items_in_a_row(body: Sequence[_Slot]) -> bool:
    """Whether a drawn row holds several items, which only its lines of text tell apart."""
    stacked: dict[int, int] = {}
    for slot in body:
        amounts = sum(is_amount(" ".join(w.text for w in line)) for line in slot.lines)
        if amounts >= 2:
            stacked[slot.row] = stacked.get(slot.row, 0) + 1
    return any(count >= 2 for count in stacked.values())


def _table(slots: Sequence[_Slot], header_rows: int) -> Table:
    box = slots[0].box
    for slot in slots[1:]:
        box = box.union(slot.box)
    rows = _numbered({r for s in slots if s.lines for r in range(s.row, s.row + s.row_span)})
    columns = _numbered(
        {c for s in slots if s.lines for c in range(s.column, s.column + s.column_span)}
    )
    cells = [
        Cell(
            s.text,
            s.box,
            rows[s.row],
            columns[s.column],
            rows[s.row + s.row_span - 1] - rows[s.row] + 1,
            columns[s.column + s.column_span - 1] - columns[s.column] + 1,
        )
        for s in slots
        if s.lines
    ]
    cells.sort(key=lambda c: (c.row, c.column))
    return Table(box, tuple(cells), True, header_rows)


def _numbered(used: set[int]) -> dict[int, int]:
    """New numbers from 0 for the rows or columns that hold something."""
    return {old: new for new, old in enumerate(sorted(used))}

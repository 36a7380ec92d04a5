"""The cells of a drawn grid: whether they are a table's, and which rows are captions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from include.models import Box, Cell, Table, Word
from include.pages.worker.tables.vocabulary import GOODS, folded, is_amount, is_caption, is_value


@dataclass
class Slot:
    """A cell of a drawn grid while it is filled, with the words in it by line of text."""

    row: int
    column: int
    row_span: int
    column_span: int
    box: Box
    lines: list[list[Word]]

    @property
    def text(self) -> str:
        return " ".join(word.text for line in self.lines for word in line)


def header_rows_of(slots: Sequence[Slot], wider: int) -> int:
    """Rows at the top that hold captions: words only, in most of the columns."""
    count = 0
    while count < 3:
        row = [s for s in slots if s.row == count]
        filled = [s for s in row if s.lines]
        below = [s for s in slots if s.row == count + 1 and s.lines]
        if len(filled) < max(2, 0.5 * len(row)) or not below:
            break
        if any(map(holds_value, filled)):
            break
        if count > wider and sum(map(_is_caption, filled)) < 2:
            break
        count += 1
    return count


def holds_value(slot: Slot) -> bool:
    """Whether a cell has a value in it, or a label for one: it is no caption then."""
    if any(sum(map(str.isdigit, w.text)) >= 3 for line in slot.lines for w in line):
        return True
    return not _is_caption(slot) and (is_value(slot.text) or slot.text.endswith(":"))


def _is_caption(slot: Slot) -> bool:
    words = [folded(w.text) for line in slot.lines for w in line]
    return len(words) <= 8 and any(map(is_caption, words))


def _is_for_goods(slot: Slot) -> bool:
    return any(folded(w.text) in GOODS for line in slot.lines for w in line)


def is_table(slots: Sequence[Slot], header_rows: int) -> bool:
    """Whether the cells are a table's: captions over values, in rows that are alike."""
    body = [s for s in slots if s.row >= header_rows and s.lines]
    rows = {s.row for s in body}
    columns = {s.column for s in body}
    if not rows or len(columns) < 2 or _has_many_items_in_a_row(body):
        return False
    captions = sum(_is_caption(s) for s in slots if s.row < header_rows)
    values = _columns_of(body, is_value)
    if header_rows and captions >= 2 and values and len(rows) >= 2:
        return True
    if header_rows and captions >= 2 and len(rows) == 1:  # or labels above single values
        is_for_goods = any(_is_for_goods(s) for s in slots if s.row < header_rows)
        amounts = _columns_of(body, is_amount)
        return len(columns) >= 3 and ((is_for_goods and bool(values)) or len(amounts) >= 3)
    is_form = sum(s.text.endswith(":") or len(s.lines) > 3 for s in body) > 0.15 * len(body)
    is_full = len(body) >= 0.7 * len(rows) * len(columns)
    if is_form or not is_full or len(rows) < 3 or len(columns) < 3:
        return False
    if header_rows:
        return captions >= 2 or bool(values)
    return len(_columns_of(body, is_amount)) >= 2


def _columns_of(body: Sequence[Slot], test: Callable[[str], bool]) -> list[int]:
    """The columns whose cells mostly pass the test."""
    by_column: dict[int, list[str]] = {}
    for slot in body:
        by_column.setdefault(slot.column, []).append(slot.text)
    return [c for c, t in by_column.items() if sum(map(test, t)) >= 0.6 * len(t)]


def _has_many_items_in_a_row(body: Sequence[Slot]) -> bool:
    """Whether a drawn row holds several items, which only its lines of text tell apart."""
    stacked: dict[int, int] = {}
    for slot in body:
        amounts = sum(is_amount(" ".join(w.text for w in line)) for line in slot.lines)
        if amounts >= 2:
            stacked[slot.row] = stacked.get(slot.row, 0) + 1
    return any(count >= 2 for count in stacked.values())


def table_of(slots: Sequence[Slot], header_rows: int) -> Table:
    """The table of the cells that hold something; empty rows and columns are not counted."""
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

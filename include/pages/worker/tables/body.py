"""The rows of a table's body: where it ends, and which lines of text make one row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from include.models import Cell, Table, Word
from include.pages.worker.tables.columns import Span, column_at, placed
from include.pages.worker.tables.sheet import Row, Sheet, line_up, names_columns, union
from include.pages.worker.tables.vocabulary import is_amount, is_value, opens_totals

#: A table ends at a gap of this many letter sizes, or of more where an item follows.
END_GAP, END_GAP_BEFORE_ITEM = 3.5, 8.0
MAX_ROWS = 2_000
#: So many lines of text may stand between two items.
_TEXT_BETWEEN = 8


@dataclass(frozen=True)
class Entry:
    """One line of text of a table's body. `is_anchor`: it begins, or is, a row of the table."""

    row: Row
    cells: Mapping[int, Sequence[Word]]
    is_anchor: bool


def body_rows(
    rows: Sequence[Row], top: float, sheet: Sheet, head: Sequence[Row], across: Sequence[float]
) -> list[Row]:
    """The rows below a header that may belong to its table.

    `top`: where the header ends; `across`: y of the drawn lines that span the header.
    """
    body: list[Row] = []
    chunks = max(len(row.chunks) for row in head)
    last, passed = top, False
    for number, row in enumerate(rows[:MAX_ROWS]):
        if row.is_rule:
            passed, last = bool(body), max(last, row.y1)
            continue
        if body and (_is_behind(row, chunks) or (names_columns([row]) and not row.values)):
            break
        is_item = looks_like_item(row, chunks) and not (_is_label(row) and len(row.chunks) < 4)
        gap = (row.y0 - last) / sheet.em
        passed = passed or (bool(body) and any(last - 1 < y < row.y0 + 2 for y in across))
        is_end = gap > END_GAP or passed or _is_sentence(row, head) or (body and _is_label(row))
        if is_item and gap > END_GAP_BEFORE_ITEM:
            break
        if not is_item and is_end and not _item_follows(rows[number:], body, chunks, sheet):
            break
        body.append(row)
        last, passed = max(last, row.y1), False
    return body


def _item_follows(rows: Sequence[Row], body: Sequence[Row], chunks: int, sheet: Sheet) -> bool:
    """Whether after some lines of text there comes an item that lines up with one above."""
    items = [row for row in body if looks_like_item(row, chunks)]
    if not items:
        return False
    for before, row in pairwise(rows[:_TEXT_BETWEEN]):
        if row.y0 - before.y1 > END_GAP_BEFORE_ITEM * sheet.em or _is_behind(row, chunks):
            return False
        if looks_like_item(row, chunks):
            return len(row.chunks) >= max(3, 0.6 * chunks) and line_up(items[0], row, sheet.em)
    return False


def looks_like_item(row: Row, columns: int) -> bool:
    """Whether a row has the values of an item."""
    filled = len(row.chunks)
    return (row.values >= 2 and filled >= min(3, columns)) or (row.values == 1 and filled >= 3)


def _is_behind(row: Row, chunks: int) -> bool:
    """Whether a row sums up the ones above."""
    is_full = looks_like_item(row, chunks) and len(row.chunks) >= max(4, chunks - 1)
    return opens_totals([w.text for w in row.words[:3]], is_full)


def _is_label(row: Row) -> bool:
    """Whether a label of a single value stands in the row."""
    return any(chunk.text.endswith(":") for chunk in row.chunks[:-1])


def _is_sentence(row: Row, head: Sequence[Row]) -> bool:
    """Whether one text runs below several captions, as remarks under a table do."""
    longest = max(row.chunks, key=lambda c: c.x1 - c.x0)
    over = max(
        sum(longest.x0 < (c.x0 + c.x1) / 2 < longest.x1 for c in line.chunks) for line in head
    )
    lettered = sum(not any(map(str.isdigit, w.text)) for w in longest.words)
    return len(row.chunks) <= 2 and over >= 3 and lettered >= 4


def entries_of(body: Sequence[Row], columns: Sequence[Span], sheet: Sheet) -> list[Entry]:
    """The lines of the body with their cells; which ones begin a row shows in what they fill."""
    cells = [placed(row, columns, sheet.em) for row in body]
    figures = _figure_columns(cells, len(columns))
    wanted = min(2, len(figures))
    anchors = [_is_anchor(found, figures, wanted, len(columns)) for found in cells]
    entries = [Entry(r, c, a) for r, c, a in zip(body, cells, anchors, strict=True)]
    while entries and not entries[-1].is_anchor and _is_loose(entries, figures, sheet):
        entries.pop()
    return entries


def _is_loose(entries: Sequence[Entry], figures: set[int], sheet: Sheet) -> bool:
    """Whether the last line, no row of its own, does not go on with the cells above either."""
    if len(entries) < 2:
        return True
    last, above = entries[-1], entries[-2]
    if last.row.y0 - above.row.y1 > 0.8 * sheet.em:
        return True
    return any(
        column in figures and not is_value(" ".join(w.text for w in words))
        for column, words in last.cells.items()
    )


def _figure_columns(cells: Sequence[Mapping[int, Sequence[Word]]], count: int) -> set[int]:
    """Columns that hold values in most of their cells."""
    out = set()
    for column in range(count):
        texts = [" ".join(w.text for w in found[column]) for found in cells if column in found]
        if texts and sum(map(is_value, texts)) > 0.6 * len(texts):
            out.add(column)
    return out


def _is_anchor(
    found: Mapping[int, Sequence[Word]], figures: set[int], wanted: int, columns: int
) -> bool:
    values = sum(
        is_value(" ".join(w.text for w in words))
        for column, words in found.items()
        if column in figures
    )
    return values >= max(wanted, 1) and len(found) >= min(2, columns)


def records_of(entries: Sequence[Entry], lines: Sequence[float], sheet: Sheet) -> list[list[Entry]]:
    """The rows of the table, each with its lines of text; `lines`: y of drawn lines across."""
    records: list[list[Entry]] = []
    edges = sorted(lines)
    start = 0
    while start < len(entries):
        stop = start + 1
        band = _band(entries[start], edges)
        while stop < len(entries) and _band(entries[stop], edges) == band:
            stop += 1
        records += _records_in_band(entries[start:stop], sheet)
        start = stop
    return _with_orphans_joined(records, bool(edges), sheet)


def _band(entry: Entry, edges: Sequence[float]) -> int:
    middle = (entry.row.y0 + entry.row.y1) / 2
    return sum(edge < middle for edge in edges)


def _records_in_band(entries: Sequence[Entry], sheet: Sheet) -> list[list[Entry]]:
    anchors = [i for i, entry in enumerate(entries) if entry.is_anchor]
    if len(anchors) <= 1:
        return [list(entries)]
    records: list[list[Entry]] = [[] for _ in anchors]
    for index, entry in enumerate(entries):
        before = max((k for k, at in enumerate(anchors) if at <= index), default=0)
        after = min(before + 1, len(anchors) - 1) if anchors[before] < index else before
        records[_nearer(entries, index, before, after, anchors)].append(entry)
    return records


def _nearer(
    entries: Sequence[Entry], index: int, before: int, after: int, anchors: Sequence[int]
) -> int:
    """Whose a line between two anchors is: the upper one's, unless it stands closer below."""
    if before == after:
        return before
    row = entries[index].row
    above = row.y0 - entries[index - 1].row.y1
    below = entries[index + 1].row.y0 - row.y1
    is_close = below < 0.5 * above and above > 0
    return after if is_close and anchors[after] == index + 1 else before


def _with_orphans_joined(
    records: list[list[Entry]], is_ruled: bool, sheet: Sheet
) -> list[list[Entry]]:
    """Lines without values at the head of a table belong to the row below, others above."""
    out: list[list[Entry]] = []
    for record in records:
        has_anchor = any(entry.is_anchor for entry in record)
        follows = bool(out) and any(entry.is_anchor for entry in out[-1])
        if out and not is_ruled and not (has_anchor and follows):
            out[-1].extend(record)
        else:
            out.append(list(record))
    return out


def table_of(
    head: Sequence[Row],
    records: Sequence[Sequence[Entry]],
    columns: Sequence[Span],
    sheet: Sheet,
    is_ruled: bool,
) -> Table:
    """The table with its cells; the header's lines make one row."""
    cells: list[Cell] = []
    if head:
        captions: dict[int, list[Word]] = {}
        for row in head:
            for word in row.words:
                column = column_at(columns, (word.box.x0 + word.box.x1) / 2)
                captions.setdefault(column, []).append(word)
        cells += _cells(0, captions)
    for number, record in enumerate(records, start=1 if head else 0):
        joined: dict[int, list[Word]] = {}
        for entry in record:
            for column, words in entry.cells.items():
                joined.setdefault(column, []).extend(words)
        cells += _cells(number, joined)
    box = cells[0].box
    for cell in cells[1:]:
        box = box.union(cell.box)
    return Table(box, tuple(cells), is_ruled, 1 if head else 0)


def _cells(row: int, found: Mapping[int, Sequence[Word]]) -> list[Cell]:
    return [
        Cell(" ".join(w.text for w in found[column]), union(found[column]), row, column)
        for column in sorted(found)
    ]


def has_amounts(records: Sequence[Sequence[Entry]], column: int) -> bool:
    """Whether a column holds one number in most of the rows."""
    texts = [
        " ".join(w.text for e in record for w in e.cells.get(column, ())) for record in records
    ]
    return sum(map(is_amount, texts)) > 0.7 * len(texts)

"""Tables of a page: drawn grids first, then rows under captions, then rows that line up."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from include.models import Box, Table, Word
from include.pages.worker.tables.body import (
    Entry,
    body_rows,
    entries_of,
    has_amounts,
    records_of,
    table_of,
)
from include.pages.worker.tables.columns import Span, columns_of
from include.pages.worker.tables.drawn.grids import drawn_tables
from include.pages.worker.tables.drawn.lines import Lines, lines_of
from include.pages.worker.tables.runs import aligned_tables
from include.pages.worker.tables.sheet import Row, Sheet, names_columns, sheet_of

#: A page with more words than this is no paper with a table for people.
MAX_WORDS = 6_000
MAX_TABLES = 40
_MAX_HEAD_ROWS = 4


@dataclass(frozen=True)
class _Head:
    """The rows of a header: `first` to `last` of the page's rows."""

    rows: tuple[Row, ...]
    first: int
    last: int

    @property
    def x0(self) -> float:
        return min(row.x0 for row in self.rows)

    @property
    def x1(self) -> float:
        return max(row.x1 for row in self.rows)

    @property
    def y1(self) -> float:
        return max(row.y1 for row in self.rows)


def find_tables(
    segments: Sequence[Sequence[Word]], boxes: Sequence[Box], rulings: Sequence[Box]
) -> tuple[Table, ...]:
    """The tables of a page whose line segments and drawn lines are known, top to bottom."""
    if sum(map(len, segments)) > MAX_WORDS:
        return ()
    sheet = sheet_of(segments, boxes)
    words = [w for s in segments for w in s]
    is_scan = any(w.confidence < 1.0 for w in words)
    lines = lines_of(rulings, [w.box for w in words] if is_scan else ())
    tables = drawn_tables(sheet, lines)
    sheet = _without(sheet, tables)
    tables += _captioned_tables(sheet, lines)
    sheet = _without(sheet, tables)
    tables += aligned_tables(sheet)
    return tuple(sorted(tables, key=lambda t: (t.box.y0, t.box.x0))[:MAX_TABLES])


def _without(sheet: Sheet, tables: Sequence[Table]) -> Sheet:
    """The sheet without the rows' chunks that lie in tables already found."""
    if not tables:
        return sheet
    rows = []
    for row in sheet.rows:
        middle = (row.y0 + row.y1) / 2
        beside = [t.box for t in tables if t.box.y0 - 1 <= middle <= t.box.y1 + 1]
        if not beside:
            rows.append(row)
            continue
        chunks = tuple(
            c
            for c in row.chunks
            if not any(b.x0 - 1 <= (c.x0 + c.x1) / 2 <= b.x1 + 1 for b in beside)
        )
        if chunks:
            rows.append(Row(chunks, row.y0, row.y1, row.is_rule))
    return Sheet(tuple(rows), sheet.em, sheet.is_fixed_pitch)


def _captioned_tables(sheet: Sheet, lines: Lines) -> list[Table]:
    tables: list[Table] = []
    number = 0
    while number < len(sheet.rows) and len(tables) < MAX_TABLES:
        head = _head_at(sheet, number)
        found = _table_below(head, sheet, lines) if head else None
        if head is None or found is None:
            number += 1
            continue
        table, taken = found
        tables.append(table)
        number = head.last + 1 + taken
    return tables


def _head_at(sheet: Sheet, number: int) -> _Head | None:
    """The header that begins with this row, with the rows its captions are wrapped over."""
    rows = [sheet.rows[number]]
    if rows[0].is_rule or not _may_be_caption(rows[0]):
        return None
    last = number
    for below in sheet.rows[number + 1 : number + _MAX_HEAD_ROWS]:
        gap = below.y0 - rows[-1].y1
        if below.is_rule or gap > 0.75 * sheet.em or not _may_be_caption(below):
            break
        if not _hangs_on(below, rows):
            break
        rows.append(below)
        last += 1
    return _Head(tuple(rows), number, last) if names_columns(rows) else None


def _may_be_caption(row: Row) -> bool:
    """Whether nothing in the row is a value."""
    if any(c.is_value and not c.is_caption for c in row.chunks):
        return False
    if any(sum(map(str.isdigit, w.text)) >= 3 for w in row.words):
        return False
    return sum(":" in c.text for c in row.chunks) <= 0.3 * len(row.chunks)


def _hangs_on(row: Row, above: Sequence[Row]) -> bool:
    """Whether all of a row stands under captions, which it goes on with."""
    chunks = [c for line in above for c in line.chunks]
    return all(any(c.x0 < o.x1 + 1 and c.x1 > o.x0 - 1 for o in chunks) for c in row.chunks) or (
        sum(c.is_caption for c in row.chunks) >= 1 and row.y0 < above[-1].y1
    )


def _table_below(head: _Head, sheet: Sheet, lines: Lines) -> tuple[Table, int] | None:
    """The table under a header, and how many of the rows below it takes up."""
    margin = 3 * sheet.em
    reach = head.x0 - margin, head.x1 + margin
    frame = lines.frame_around(head.x0, head.x1, head.y1)
    if frame:
        reach = min(reach[0], frame[0]), max(reach[1], frame[1])
    below = [(row.between(*reach), i) for i, row in enumerate(sheet.rows[head.last + 1 :])]
    rows = [row for row, _ in below if row]
    spanning = lines.across(head.x0, head.x1, head.y1, rows[-1].y1) if rows else []
    body = body_rows(rows, head.y1, sheet, head.rows, spanning)
    if not body:
        return None
    drawn = lines.down(head.y1, max(row.y1 for row in body), head.x0, head.x1)
    columns = _columns(head, body, sheet, drawn)
    entries = entries_of(body, columns, sheet)
    if not entries:
        return None
    bottom = max(entry.row.y1 for entry in entries)
    across = lines.across(columns[0][0], columns[-1][1], head.y1, bottom)
    across += [(r.y0 + r.y1) / 2 for r in rows if r.is_rule and head.y1 < r.y0 < bottom]
    records = records_of(entries, across, sheet)
    if not _is_table(head, records, columns):
        return None
    table = table_of(head.rows, records, columns, sheet, is_ruled=len(drawn) >= 2)
    taken = max(i for row, i in below if row and row.y0 <= bottom) + 1
    return table, taken


def _columns(head: _Head, body: Sequence[Row], sheet: Sheet, drawn: Sequence[float]) -> list[Span]:
    """The columns that the words show; lines drawn between them count in any case."""
    items = [row for row in body if row.values >= 1 and len(row.chunks) >= 2]
    columns = columns_of(head.rows, items if len(items) >= 3 else list(body), sheet)
    if len(drawn) < 2:
        return columns
    left, right = columns[0][0], columns[-1][1]
    edges = [left, *(x for x in drawn if left < x < right), right]
    words = [w.box.x0 + w.box.width / 2 for row in (*head.rows, *body) for w in row.words]
    for x, _ in columns[1:]:
        at = bisect_right(edges, x)
        cell = [v for v in words if edges[at - 1] < v < edges[at]]
        if cell and min(cell) < x < max(cell):
            edges.insert(at, x)
    return list(pairwise(edges))


def _is_table(head: _Head, records: Sequence[Sequence[Entry]], columns: Sequence[Span]) -> bool:
    """Whether there are rows enough; without a caption for goods they must hold amounts."""
    items = sum(any(entry.is_anchor for entry in record) for record in records)
    if any(c.is_goods for row in head.rows for c in row.chunks):
        return items >= (1 if len(columns) >= 3 else 3)
    amounts = sum(has_amounts(records, column) for column in range(len(columns)))
    return items >= 2 and len(columns) >= 3 and amounts >= 2

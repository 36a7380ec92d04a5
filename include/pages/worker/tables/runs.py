"""Tables without captions: rows of figures whose cells line up."""

from __future__ import annotations

from collections.abc import Sequence

from include.models import Table
from include.pages.worker.tables.body import entries_of, has_amounts, records_of, table_of
from include.pages.worker.tables.columns import column_at, columns_of
from include.pages.worker.tables.sheet import Row, Sheet, line_up
from include.pages.worker.tables.vocabulary import opens_totals

#: Rows, columns and columns of amounts that a table without known captions has at least.
MIN_ROWS, MIN_COLUMNS, MIN_AMOUNTS = 3, 3, 2
_GAP = 4.0


def aligned_tables(sheet: Sheet) -> list[Table]:
    """Tables told by nothing but their rows."""
    tables = []
    run: list[int] = []
    for number, row in enumerate(sheet.rows):
        if not _may_be_item(row):
            continue
        if run and not _goes_on(sheet, run[-1], number):
            tables += _table_of(sheet, run)
            run = []
        run.append(number)
    return tables + (_table_of(sheet, run) if run else [])


def _may_be_item(row: Row) -> bool:
    if row.is_rule or len(row.chunks) < MIN_COLUMNS or not any(c.is_amount for c in row.chunks):
        return False
    return not any(c.text.endswith(":") for c in row.chunks) and not opens_totals(
        [w.text for w in row.words[:2]]
    )


def _goes_on(sheet: Sheet, before: int, number: int) -> bool:
    """Whether two rows of figures stand close and line up, with at most text between them."""
    upper, lower = sheet.rows[before], sheet.rows[number]
    between = sheet.rows[before + 1 : number]
    if any(len(r.chunks) > 2 for r in between) or len(between) > 4:
        return False
    last = max(r.y1 for r in (upper, *between))
    if lower.y0 - last > _GAP * sheet.em:
        return False
    return line_up(upper, lower, sheet.em)


def _table_of(sheet: Sheet, run: Sequence[int]) -> list[Table]:
    if len(run) < MIN_ROWS:
        return []
    rows = [sheet.rows[i] for i in range(run[0], run[-1] + 1) if not sheet.rows[i].is_rule]
    columns = columns_of((), [sheet.rows[i] for i in run], sheet)
    if len(columns) < MIN_COLUMNS:
        return []
    entries = entries_of(rows, columns, sheet)
    records = records_of(entries, (), sheet)
    full = [c for c in range(len(columns)) if _share(records, c) >= 0.5]
    amounts = [c for c in full if has_amounts(records, c)]
    if len(full) < MIN_COLUMNS or len(amounts) < MIN_AMOUNTS or len(records) < MIN_ROWS:
        return []
    head = _head(sheet, run[0], columns)
    return [table_of(head, records, columns, sheet, is_ruled=False)]


def _share(records: Sequence[Sequence[object]], column: int) -> float:
    filled = sum(any(column in e.cells for e in record) for record in records)  # type: ignore[attr-defined]
    return filled / len(records)


def _head(sheet: Sheet, first: int, columns: Sequence[tuple[float, float]]) -> list[Row]:
    """The rows right above without values, when they stand over several columns."""
    rows: list[Row] = []
    top = sheet.rows[first].y0
    for row in reversed(sheet.rows[max(first - 3, 0) : first]):
        near = 2.0 if not rows else 0.75
        if row.is_rule or top - row.y1 > near * sheet.em or any(c.is_value for c in row.chunks):
            break
        rows.insert(0, row)
        top = row.y0
    over = {column_at(columns, (c.x0 + c.x1) / 2) for row in rows for c in row.chunks}
    return rows if len(over) >= 2 else []

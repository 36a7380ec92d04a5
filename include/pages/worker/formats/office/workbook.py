"""Workbooks as Excel shows them: visible sheets, rows and columns, values in their formats."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

import openpyxl
from openpyxl.utils import range_boundaries

from include.errors import OverLimit
from include.pages.worker.formats.office.number_format import shown
from include.pages.worker.formats.office.sheet import Grid, GridCell, Sheet
from include.pages.worker.formats.office.text import clean, kind_of_text

#: Cells cost about 300 bytes each once they are open.
_MAX_SHEET_BYTES = 96 << 20
_NO_VALUE = re.compile(
    rb"<(?:\w+:)?f[ >][^<]*</(?:\w+:)?f>\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></|</(?:\w+:)?c>)"
)
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell ref="([A-Z0-9:]{2,30})"')
#: Each of them becomes an object.
_MAX_MERGED = 500_000
_Row = list[tuple[int, Any]]


def lay_out_workbook(sheet: Sheet, data: bytes) -> set[str]:
    """Lay the sheets out, each from a new page on; what was left out comes back as flags."""
    flags = _warnings(data)
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    is_first = True
    for name in book.sheetnames:
        source = book[name]
        if not hasattr(source, "iter_rows"):
            continue  # a chart
        if source.sheet_state != "visible":
            flags |= {"hidden_sheet"} if source.max_row > 1 or source["A1"].value else set()
            continue
        rows, has_hidden = _visible(source)
        flags |= {"hidden_cells"} if has_hidden else set()
        if rows and not is_first:
            sheet.new_page()
        is_first = is_first and not rows
        for block in _blocks(rows):
            _lay_out_block(sheet, source, block)
    return flags


def _warnings(data: bytes) -> set[str]:
    """Whether formulas were never calculated; raises OverLimit for more than can be opened."""
    flags: set[str] = set()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [m for m in archive.infolist() if m.filename.startswith("xl/worksheets/")]
        if sum(member.file_size for member in sheets) > _MAX_SHEET_BYTES:
            raise OverLimit(f"sheets of more than {_MAX_SHEET_BYTES >> 20} MB")
        for member in sheets:
            if not member.filename.endswith(".xml"):
                continue
            xml = archive.read(member)
            if sum(_area(found[1].decode()) for found in _MERGED.finditer(xml)) > _MAX_MERGED:
                raise OverLimit(f"merged areas of more than {_MAX_MERGED} cells")
            if _NO_VALUE.search(xml):
                flags.add("not_calculated")
    return flags


def _area(reference: str) -> int:
    """How many cells a reference such as A1:C4 covers."""
    left, top, right, bottom = (value or 1 for value in range_boundaries(reference))
    return int((right - left + 1) * (bottom - top + 1))


def _visible(source: Any) -> tuple[list[tuple[int, _Row]], bool]:
    """(row number, its cells with a value) of what is shown, and whether something is not."""
    hidden_columns = {
        column
        for dimension in source.column_dimensions.values()
        if dimension.hidden and dimension.min
        for column in range(dimension.min, min(dimension.max or dimension.min, 16384) + 1)
    }
    rows, has_hidden = [], False
    for number, cells in _filled_rows(source):
        filled = [(cell.column, cell) for cell in cells if _text(cell)]
        kept = [(column, cell) for column, cell in filled if column not in hidden_columns]
        is_hidden = number in source.row_dimensions and source.row_dimensions[number].hidden
        has_hidden = has_hidden or len(kept) < len(filled) or bool(filled and is_hidden)
        if kept and not is_hidden:
            rows.append((number, kept))
    return rows, has_hidden


def _filled_rows(source: Any) -> Iterator[tuple[int, list[Any]]]:
    """Rows with the cells that exist; `iter_rows` would make all between the outermost two."""
    for number, places in groupby(sorted(source._cells), key=itemgetter(0)):
        yield number, [source._cells[place] for place in places]


def _text(cell: Any) -> str:
    if cell.value is None:
        return ""
    code = str(cell.number_format or "General")
    return clean("" if ";;;" in code else shown(cell.value, code)).strip()


def _blocks(rows: list[tuple[int, _Row]]) -> Iterator[list[tuple[int, _Row]]]:
    """Rows between which no row is empty."""
    block: list[tuple[int, _Row]] = []
    for number, cells in rows:
        if block and number > block[-1][0] + 1:
            yield block
            block = []
        block.append((number, cells))
    if block:
        yield block


def _lay_out_block(sheet: Sheet, source: Any, block: list[tuple[int, _Row]]) -> None:
    """Rows with one cell are text; what lies between them is a table."""
    spans = {
        (area.min_row, area.min_col): (area.max_row - area.min_row + 1, _across(area))
        for area in source.merged_cells.ranges
    }
    table: list[tuple[int, _Row]] = []
    for number, cells in [*block, (0, [])]:
        if len(cells) > 1 or (cells and table and cells[0][0] > 1):
            table.append((number, cells))
            continue
        if table:
            _lay_out_table(sheet, source, table, spans)
            table = []
        for _, cell in cells:
            text = _text(cell)
            sheet.text(kind_of_text(text), text)


def _across(area: Any) -> int:
    return int(area.max_col - area.min_col + 1)


def _lay_out_table(
    sheet: Sheet, source: Any, rows: list[tuple[int, _Row]], spans: dict[Any, tuple[int, int]]
) -> None:
    first = min(column for _, cells in rows for column, _ in cells)
    grid = tuple(
        tuple(
            GridCell(
                tuple(line.strip() for line in _text(cell).splitlines() if line.strip()),
                column - first,
                *spans.get((number, column), (1, 1)),
            )
            for column, cell in cells
        )
        for number, cells in rows
    )
    sheet.table(Grid(grid, 1 if rows[0][0] in _header_rows(source) else 0))


def _header_rows(source: Any) -> set[int]:
    """The rows that Excel's own tables call their headers."""
    return {
        int(range_boundaries(table.ref)[1] or 0)
        for table in source.tables.values()
        if table.headerRowCount != 0
    }

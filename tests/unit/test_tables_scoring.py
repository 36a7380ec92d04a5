"""How found tables are compared with true lines."""

from __future__ import annotations

import pytest

from benchmarks.tables import Score, add, is_own_cell
from include.models import Box, Cell, Page, Table, Word

BOX = Box(0, 0, 10, 10)
LINE = {
    "description": "Hex bolt",
    "item_code": "HB-8",
    "quantity": "1200",
    "line_total": "1234.50",
    "unit": "pcs",
}


def page_with(*rows: tuple[str, ...]) -> Page:
    cells = [Cell(t, BOX, r, c) for r, row in enumerate(rows) for c, t in enumerate(row) if t]
    words = tuple(Word(text, BOX) for row in rows for cell in row for text in cell.split())
    table = Table(BOX, tuple(cells), header_rows=1)
    return Page(number=1, width=1, height=1, words=words, engine="pdfium", tables=(table,))


def scored(*rows: tuple[str, ...]) -> dict[str, float]:
    score = Score()
    add(score, "a.pdf", [LINE], [page_with(("Goods", "Qty", "Total"), *rows)])
    return score.as_json()


def test_a_line_whose_values_have_cells_of_their_own_counts_fully() -> None:
    result = scored(("HB-8 Hex bolt, zinc", "1.200 pcs", "1.234,50"))
    assert (result["cell_recall"], result["line_recall"], result["row_precision"]) == (1, 1, 1)


def test_two_numbers_in_one_cell_count_for_neither() -> None:
    result = scored(("HB-8 Hex bolt", "1.200 1.234,50"))
    assert result["cells"] == 4
    assert result["cell_recall"] == 0.5


def test_rows_that_are_no_lines_cost_precision() -> None:
    result = scored(("HB-8 Hex bolt", "1,200", "1,234.50"), ("Net total", "", "1,234.50"))
    assert result["row_precision"] == 0.5


# printed by either use of point and comma, with a sign of money or a unit
@pytest.mark.parametrize("text", ["1.234,50", "1,234.50 EUR", "€ 1 234,50", "1234.5"])
def test_a_number_is_found_however_it_is_printed(text: str) -> None:
    assert is_own_cell("line_total", "1234.50", text)
    assert not is_own_cell("line_total", "1234.51", text)

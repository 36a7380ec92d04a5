"""Tables whose cells are drawn."""

from __future__ import annotations

from itertools import pairwise

from tests.papers import Placed
from tests.ruled import grid, pdf, read, rows

XS = [60, 90, 300, 380, 460]
HEAD: list[Placed] = [
    (64, 114, "Pos"),
    (94, 114, "Description"),
    (304, 114, "Quantity"),
    (384, 114, "Amount"),
]
ITEMS: list[Placed] = [
    (64, 134, "1"),
    (94, 134, "Hex bolt M8 x 40"),
    (304, 134, "120 pcs"),
    (384, 134, "1,234.50"),
    (64, 154, "2"),
    (94, 154, "Bearing housing"),
    (304, 154, "7 pcs"),
    (384, 154, "985.21"),
]
EXPECTED = [
    ["Pos", "Description", "Quantity", "Amount"],
    ["1", "Hex bolt M8 x 40", "120 pcs", "1,234.50"],
    ["2", "Bearing housing", "7 pcs", "985.21"],
]


def test_every_drawn_cell_becomes_a_cell_with_its_box() -> None:
    page, _ = read(pdf(HEAD + ITEMS, grid(XS, [100, 120, 140, 160])))
    [table] = page.tables
    assert rows(table) == EXPECTED
    assert (table.is_ruled, table.header_rows) == (True, 1)
    cell = next(c for c in table.cells if c.text == "Bearing housing")
    assert [round(v) for v in cell.box.as_list()] == [90, 140, 300, 160]
    assert [round(v) for v in table.box.as_list()] == [60, 100, 460, 160]


def test_a_table_made_of_boxes_side_by_side_is_the_same_table() -> None:
    ys = [100, 120, 140, 160]
    boxes = [(a, c, b, d) for a, b in pairwise(XS) for c, d in pairwise(ys)]
    page, _ = read(pdf(HEAD + ITEMS, boxes=boxes))
    [table] = page.tables
    assert rows(table) == EXPECTED


def test_cells_without_a_line_between_them_are_one_cell_with_spans() -> None:
    texts = [
        (94, 114, "Goods"), (310, 114, "Weight in kg"),
        (94, 134, "Description"), (304, 134, "Net"), (384, 134, "Gross"),
        (94, 154, "Hex bolt"), (304, 154, "120.0"), (384, 154, "121.5"),
        (94, 174, "Housing"), (304, 174, "70.0"), (384, 174, "71.5"),
    ]  # fmt: skip
    lines = [
        *((90, y, 460, y) for y in (100, 120, 140, 160, 180)),
        *((x, 100, x, 180) for x in (90, 300, 460)),
        (380, 120, 380, 180),
    ]
    page, _ = read(pdf(texts, lines))
    [table] = page.tables
    wide = next(c for c in table.cells if c.text == "Weight in kg")
    assert (wide.row, wide.column, wide.column_span, wide.row_span) == (0, 1, 2, 1)
    assert table.header_rows == 2
    assert rows(table)[2] == ["Hex bolt", "120.0", "121.5"]


def test_lines_down_without_lines_between_the_items_part_columns_and_text_parts_rows() -> None:
    lines = [
        *((60, y, 460, y) for y in (100, 120, 400)),
        *((x, 100, x, 400) for x in XS),
    ]
    page, _ = read(pdf([*HEAD, *ITEMS, (94, 166, "cast iron")], lines))
    [table] = page.tables
    assert rows(table) == [*EXPECTED[:2], ["2", "Bearing housing cast iron", "7 pcs", "985.21"]]


def test_a_form_drawn_as_boxes_is_no_table() -> None:
    texts = [
        (64, 112, "Shipper"), (64, 126, "Nordlicht Handels AG"), (64, 140, "20457 Hamburg"),
        (304, 112, "Consignee"), (304, 126, "Castrillane SAS"), (304, 140, "59000 Lille"),
        (64, 162, "Delivery Note No."), (164, 162, "8002343"),
        (304, 162, "Document date"), (404, 162, "2026-03-20"),
        (64, 182, "Order No."), (164, 182, "PO-2026-0023"),
        (304, 182, "Delivered on"), (404, 182, "2026-03-23"),
    ]  # fmt: skip
    lines = [
        *((60, y, 500, y) for y in (100, 150, 170, 190)),
        *((x, 100, x, 190) for x in (60, 300, 500)),
        *((x, 150, x, 190) for x in (160, 400)),
    ]
    page, _ = read(pdf(texts, lines))
    assert page.tables == ()


def test_a_frame_around_text_is_no_table() -> None:
    texts = [(70, 120 + 14 * n, "The goods remain the property of the seller.") for n in range(5)]
    page, _ = read(pdf(texts, boxes=[(60, 100, 500, 200), (64, 104, 496, 196)]))
    assert page.tables == ()


def test_labels_above_single_values_in_boxes_are_no_table() -> None:
    texts = [
        (64, 112, "Number of packages"), (204, 112, "Gross weight"), (344, 112, "Received by"),
        (64, 132, "29 cartons"), (204, 132, "523.70 kg"), (344, 132, "R. Lindqvist"),
    ]  # fmt: skip
    page, _ = read(pdf(texts, grid([60, 200, 340, 480], [100, 120, 140])))
    assert page.tables == ()

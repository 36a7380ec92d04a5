"""Tables that only the place of their words shows."""

from __future__ import annotations

import random

from include.models import Box, Page, Word
from include.pages.worker.layout.structure import structured
from tests import papers
from tests.papers import Placed
from tests.ruled import pdf, read, rows


def right(x: float, y: float, text: str) -> Placed:
    """A text that ends at x."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return x - stringWidth(text, "Helvetica", 10), y, text


HEAD: list[Placed] = [(60, 100, "Description"), right(360, 100, "Qty"), right(450, 100, "Price"),
                      right(540, 100, "Line total")]  # fmt: skip


def item(y: float, text: str, *values: str) -> list[Placed]:
    return [(60, y, text), *(right(x, y, v) for x, v in zip((360, 450, 540), values, strict=True))]


def test_one_item_under_captions_is_a_table() -> None:
    page, _ = read(pdf(HEAD + item(120, "Hex bolt M8 x 40", "120 pcs", "10.29", "1,234.80")))
    [table] = page.tables
    assert rows(table) == [
        ["Description", "Qty", "Price", "Line total"],
        ["Hex bolt M8 x 40", "120 pcs", "10.29", "1,234.80"],
    ]
    assert (table.is_ruled, table.header_rows) == (False, 1)


def test_lines_that_a_cell_is_wrapped_over_belong_to_its_row() -> None:
    texts = [
        *HEAD,
        *item(120, "Hex bolt M8 x 40, zinc", "120", "10.29", "1,234.80"),
        (60, 132, "plated, in boxes of 50"),
        *item(150, "Bearing housing", "7", "140.74", "985.21"),
        (60, 162, "cast iron"),
    ]
    page, _ = read(pdf(texts))
    [table] = page.tables
    assert [row[0] for row in rows(table)] == [
        "Description",
        "Hex bolt M8 x 40, zinc plated, in boxes of 50",
        "Bearing housing cast iron",
    ]


def test_captions_over_two_lines_are_one_header_row() -> None:
    texts = [
        (60, 100, "Goods"), (60, 112, "Description"), (300, 100, "Net"), (300, 112, "Weight"),
        (400, 100, "Gross"), (400, 112, "Weight"),
        (60, 132, "Hex bolt"), (300, 132, "120.00"), (400, 132, "121.50"),
        (60, 148, "Housing"), (300, 148, "70.00"), (400, 148, "71.50"),
    ]  # fmt: skip
    page, _ = read(pdf(texts))
    [table] = page.tables
    assert rows(table)[0] == ["Goods Description", "Net Weight", "Gross Weight"]
    assert len(rows(table)) == 3


def test_totals_below_are_not_part_of_the_table() -> None:
    texts = [
        *HEAD,
        *item(120, "Hex bolt", "120", "10.29", "1,234.80"),
        *item(136, "Housing", "7", "140.74", "985.21"),
        right(450, 160, "Net total"),
        right(540, 160, "2,220.01"),
        right(450, 176, "VAT 19 %"),
        right(540, 176, "421.80"),
    ]
    page, _ = read(pdf(texts))
    [table] = page.tables
    assert len(rows(table)) == 3


def test_rows_of_figures_without_known_captions_are_a_table() -> None:
    texts = [
        (60 + x, 100 + 16 * n, text)
        for n, name in enumerate(("Alpha", "Beta", "Gamma", "Delta"))
        for x, text in ((0, name), (200, f"{n + 1}.50"), (300, f"1{n}7.25"))
    ]
    page, _ = read(pdf(texts))
    [table] = page.tables
    assert rows(table)[2] == ["Gamma", "3.50", "127.25"]
    assert table.header_rows == 0


def test_cells_that_touch_are_parted_where_the_other_rows_have_a_gap() -> None:
    texts = [
        (60, 100, "Description"), (250, 100, "SKU"), (320, 100, "Qty"), (400, 100, "Amount"),
        (60, 116, "Docking station"), (250, 116, "DOC-USBC-014"), (320, 116, "12"),
        (400, 116, "99.98"),
        (60, 132, "Webcam"), (250, 132, "WEB-4K"), (320, 132, "9"), (400, 132, "169.91"),
        (60, 148, "Office chair"), (250, 148, "OC-ERG"), (320, 148, "4"), (400, 148, "199.96"),
    ]  # fmt: skip
    page, _ = read(pdf(texts, size=9))
    glued = next(w for w in page.words if w.text.startswith("DOC"))
    if glued.text == "DOC-USBC-014":  # the reader told them apart by itself: glue them here
        number = next(w for w in page.words if w.text == "12")
        whole = Word("DOC-USBC-01412", Box(250, 108, number.box.x1, 117), 1.0, glued.line)
        words = tuple(whole if w is glued else w for w in page.words if w is not number)
        page = structured(Page(number=1, width=595, height=842, words=words, engine="pdfium"))
    [table] = page.tables
    assert rows(table)[1] == ["Docking station", "DOC-USBC-014", "12", "99.98"]


def test_addresses_and_labels_with_values_are_no_tables() -> None:
    texts = [
        (60, 100, "Sold to"), (330, 100, "Invoice No."), (450, 100, "INV-417"),
        (60, 116, "Nordlicht Handels AG"), (330, 116, "Date"), (450, 116, "14.03.2026"),
        (60, 132, "Hafenstrasse 7"), (330, 132, "Customer No."), (450, 132, "49665"),
        (60, 148, "20457 Hamburg"), (330, 148, "Payable by"), (450, 148, "14.04.2026"),
        (60, 200, "Total packages:"), (200, 200, "120"),
        (330, 200, "Gross weight:"), (450, 200, "1,240.5 kg"),
        (60, 216, "Net weight:"), (200, 216, "1,200.0 kg"),
        (330, 216, "Volume:"), (450, 216, "4.5 m3"),
    ]  # fmt: skip
    page, _ = read(pdf(texts))
    assert page.tables == ()


def test_running_text_in_columns_is_no_table() -> None:
    line = "the carrier shall deliver 12 parcels within 30 days"
    texts = [(x, 100 + 14 * n, line) for x in (50, 310) for n in range(20)]
    page, _ = read(pdf(texts, size=9))
    assert page.tables == ()


def test_the_same_page_gives_the_same_tables_whatever_the_order_of_its_lines() -> None:
    page, _ = read(papers.pdf())
    lines = sorted({word.line for word in page.words})
    random.Random(3).shuffle(lines)
    shuffled = tuple(
        Word(w.text, w.box, w.confidence, lines.index(number))
        for number in lines
        for w in page.words
        if w.line == number
    )
    again = structured(Page(number=1, width=595, height=842, words=shuffled, engine="pdfium"))
    assert len(page.tables) == 1
    assert again.tables == page.tables
    assert [w.text for w in again.words] == [w.text for w in page.words]

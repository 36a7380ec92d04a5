"""Words to rows and segments."""

from __future__ import annotations

from dataclasses import replace

from include.extraction.layout.page import sheets_of
from include.models import Box, Page, Word
from tests.drawn import drawn_page


def _rows(page: Page) -> list[list[str]]:
    (sheet,) = sheets_of([page])
    return [[segment.text for segment in row.segments] for row in sheet.rows]


def test_wide_gaps_part_a_row_into_segments() -> None:
    page = drawn_page("Invoice No: 4711      Date: 01.02.2026\nACME GmbH")
    assert _rows(page) == [["Invoice No: 4711", "Date: 01.02.2026"], ["ACME GmbH"]]


def test_a_label_glued_to_its_value_is_parted() -> None:
    (sheet,) = sheets_of([drawn_page("Date:2026-03-01")])
    assert [word.text for word in sheet.rows[0].words] == ["Date:", "2026-03-01"]


def test_times_and_addresses_on_the_web_stay_whole() -> None:
    (sheet,) = sheets_of([drawn_page("12:30  http://example.test")])
    assert [word.text for word in sheet.rows[0].words] == ["12:30", "http://example.test"]


def test_rules_drawn_with_signs_are_left_out() -> None:
    assert _rows(drawn_page("Total\n----------\n=====\nEnd")) == [["Total"], ["End"]]


def test_a_big_title_does_not_join_the_two_lines_beside_it() -> None:
    small = [
        Word("Shipper", Box(40, 40, 80, 46), line=0),
        Word("ACME", Box(40, 50, 70, 56), line=1),
    ]
    title = Word("WAYBILL", Box(300, 40, 380, 54), line=2)
    page = Page(number=1, width=595, height=842, words=(*small, title), engine="drawn")
    rows = _rows(page)
    assert ["Shipper"] in [row[:1] for row in rows]
    assert ["ACME"] in [row[:1] for row in rows]


def test_a_row_that_falls_a_little_stays_one_row() -> None:
    words = tuple(
        Word(f"w{n}", Box(40 + 60 * n, 100 + 0.5 * n, 80 + 60 * n, 108 + 0.5 * n), line=n)
        for n in range(8)
    )
    page = Page(number=1, width=595, height=842, words=words, engine="drawn")
    assert len(_rows(page)) == 1


def test_numbers_torn_by_the_scan_are_put_together() -> None:
    page = drawn_page("Total")
    first = Word("5.21", Box(100, 40, 116, 50), 0.99, 5)
    second = Word("0,40", Box(118, 40, 134, 50), 0.99, 5)
    torn = replace(page, words=(*page.words, first, second))
    (sheet,) = sheets_of([torn])
    joined = sheet.rows[0].words[-1]
    assert joined.text == "5.210,40"
    assert joined.confidence < 0.97


def test_the_words_of_a_text_layer_are_never_joined() -> None:
    first = Word("5.21", Box(100, 40, 116, 50), 1.0, 5)
    second = Word("0,40", Box(118, 40, 134, 50), 1.0, 5)
    page = Page(number=1, width=595, height=842, words=(first, second), engine="drawn")
    (sheet,) = sheets_of([page])
    assert [word.text for word in sheet.rows[0].words] == ["5.21", "0,40"]


def test_words_up_the_margin_are_left_out() -> None:
    page = Page(
        number=1,
        width=595,
        height=842,
        words=(Word("COPYRIGHT", Box(10, 100, 18, 190)), Word("Total", Box(40, 40, 70, 48))),
        engine="drawn",
    )
    assert _rows(page) == [["Total"]]

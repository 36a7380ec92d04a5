"""Where a file is cut into documents: by its counters, titles, numbers, and what parts them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from include.document_types.catalogue import load_catalogue
from include.extraction.layout.page import sheets_of
from include.models import Cut, Page
from include.pages.packets import find_cuts
from include.pages.packets.counters import counter_of
from tests.drawn import drawn_page

CATALOGUE = load_catalogue()
TOTALS = "\n" * 40 + "Total EUR: 1,234.50"
ROWS = "Description      Quantity      Amount\nHex bolt M8      120      1,234.50"


def invoice(number: str, sender: str = "Karlsruher Werkzeugbau GmbH", more: str = "") -> str:
    return f"{sender}\n\n          COMMERCIAL INVOICE\nInvoice No: {number}\n{ROWS}\n{more}"


def pages(*drawings: str) -> list[Page]:
    return [drawn_page(drawing, number) for number, drawing in enumerate(drawings, 1)]


def at_foot(drawing: str, text: str) -> str:
    """The drawing with a line at the lower edge of its page."""
    rows = drawing.strip("\n").split("\n")
    return "\n".join([*rows, *[""] * (64 - len(rows)), text])


def ranges(cuts: tuple[Cut, ...]) -> list[tuple[int, int]]:
    return [(cut.first, cut.last) for cut in cuts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Page 1 of 3", (1, 3)),
        ("Page 2/3", (2, 3)),
        ("1/3", (1, 3)),
        ("Seite 1 von 3", (1, 3)),
        ("Blatt 2 von 2", (2, 2)),
        ("Page 1 sur 3", (1, 3)),
        ("Página 1 de 3", (1, 3)),
        ("pag. 1 di 3", (1, 3)),
        ("Side 1 av 2", (1, 2)),
        ("Strona 2 z 3", (2, 3)),
        ("Page 2 (4)", (2, 4)),
        ("Seite: 2", (2, 0)),
        ("- 2 -", (2, 0)),
        ("Page1of3", (1, 3)),  # as scans are read
        ("第1页 共3页", (1, 3)),
    ],
)
def test_counters_are_read_in_the_languages_of_the_papers(
    text: str, expected: tuple[int, int]
) -> None:
    sheet = sheets_of(pages(at_foot("Some text\nof a paper", text)))[0]
    counter = counter_of(sheet)
    assert counter is not None
    assert (counter.x, counter.y) == expected


@pytest.mark.parametrize(
    "text",
    [
        "FROM +49 40 1234567   10:22   P.01",  # a fax machine counts the transmission
        "Page 5 of 3",  # no page of a document
        "01/03/2026",  # a date
        "Quantity 1/3",  # within a line of text
        "Number of pages: 3",
    ],
)
def test_other_numbers_at_the_edges_are_no_counters(text: str) -> None:
    assert counter_of(sheets_of(pages(at_foot("Some text", text)))[0]) is None


def test_a_page_is_one_document() -> None:
    assert ranges(find_cuts(pages(invoice("INV-1")), CATALOGUE)) == [(1, 1)]


def test_no_pages_are_no_documents() -> None:
    assert find_cuts([], CATALOGUE) == ()


def test_two_invoices_of_one_sender_are_cut_where_the_number_changes() -> None:
    cuts = find_cuts(pages(invoice("INV-2026-0041"), invoice("INV-2026-0042")), CATALOGUE)
    assert ranges(cuts) == [(1, 1), (2, 2)]
    assert "other number: INV-2026-0042 instead of INV-2026-0041" in cuts[1].evidence


def test_a_form_that_repeats_title_and_number_on_each_page_stays_one() -> None:
    cuts = find_cuts(pages(*[invoice("INV-2026-0041")] * 3), CATALOGUE)
    assert ranges(cuts) == [(1, 3)]


def test_another_title_begins_another_document() -> None:
    packing = "          PACKING LIST\nPacking list no: PL-77\nInvoice No: INV-2026-0041\nGross: 1"
    cuts = find_cuts(pages(invoice("INV-2026-0041"), packing), CATALOGUE)
    assert ranges(cuts) == [(1, 1), (2, 2)]
    assert cuts[1].evidence[0] == "title 'PACKING LIST' on page 2"


def test_a_page_without_signs_goes_with_the_page_before_it() -> None:
    cuts = find_cuts(pages(invoice("INV-1041"), f"{ROWS}\n{TOTALS}"), CATALOGUE)
    assert ranges(cuts) == [(1, 2)]


def test_a_counter_that_begins_again_begins_a_document() -> None:
    cuts = find_cuts(
        pages(
            at_foot("Dear Sir or Madam", "Page 1 of 2"),
            at_foot("we thank you", "Page 2 of 2"),
            at_foot("Dear Madam", "Page 1 of 1"),
        ),
        CATALOGUE,
    )
    assert ranges(cuts) == [(1, 2), (3, 3)]
    assert "page 3 says 'Page 1 of 1'" in cuts[1].evidence


def test_nothing_is_cut_within_a_counted_document() -> None:
    first = at_foot(invoice("INV-1041"), "Seite 1 von 2")
    second = at_foot(
        "          DELIVERY NOTE\nDelivery note no: 99887\nplaces of delivery", "Seite 2 von 2"
    )
    assert ranges(find_cuts(pages(first, second), CATALOGUE)) == [(1, 2)]


def test_blank_pages_between_documents_belong_to_none() -> None:
    cuts = find_cuts(pages(invoice("INV-1041"), "", invoice("INV-1042"), ""), CATALOGUE)
    assert ranges(cuts) == [(1, 1), (3, 3)]
    assert "blank page 2 before it" in cuts[1].evidence


def test_a_blank_back_side_does_not_cut_a_document_that_goes_on() -> None:
    first, last = at_foot(invoice("INV-1041"), "Page 1 of 2"), at_foot(ROWS, "Page 2 of 2")
    assert ranges(find_cuts(pages(first, "", last), CATALOGUE)) == [(1, 3)]


def test_blank_sides_alone_do_not_cut() -> None:
    assert ranges(find_cuts(pages(invoice("INV-1041"), "", ROWS, "", TOTALS), CATALOGUE)) == [
        (1, 5)
    ]


@pytest.mark.parametrize("sheet", ["Separator", "Patch T", "T", "Trennblatt", "*SEP-0001*"])
def test_a_separator_sheet_parts_documents_without_any_other_sign(sheet: str) -> None:
    cuts = find_cuts(pages("Dear Sir", sheet, "Dear Madam"), CATALOGUE)
    assert ranges(cuts) == [(1, 1), (3, 3)]
    assert cuts[1].evidence == ("separator sheet on page 2",)


def test_terms_and_conditions_stay_with_their_invoice() -> None:
    terms = at_foot(
        "Terms and Conditions of Sale\n1. The goods remain ours.\n2. Claims in writing.",
        "Page 1 of 1",
    )
    first = at_foot(invoice("INV-1041"), "Page 1 of 1")
    assert ranges(find_cuts(pages(first, terms), CATALOGUE)) == [(1, 2)]


def test_what_is_carried_forward_is_not_cut() -> None:
    first = at_foot(invoice("INV-2026-0041"), "Carried forward: 1,200.00")
    second = f"Brought forward: 1,200.00\nInvoice No: INV-2026-9999\n{ROWS}"
    assert ranges(find_cuts(pages(first, second), CATALOGUE)) == [(1, 2)]


def test_a_manifest_is_not_cut_at_each_bill_of_lading() -> None:
    head = "          CARGO MANIFEST\nManifest no: MNV12345\nB/L No      Shipper      Packages\n"
    rows = [f"NVXL{n}00123      Karlsruher Werkzeugbau GmbH      {n}" for n in range(10, 40)]
    drawings = [head + "\n".join(rows[:15]), "B/L No      Shipper\n" + "\n".join(rows[15:])]
    assert ranges(find_cuts(pages(*drawings), CATALOGUE)) == [(1, 2)]


def test_an_unread_page_is_not_taken_for_a_blank_one() -> None:
    unread = replace(drawn_page("", 2), width=0, height=0, flags=("unread",))
    first, _, third = pages(invoice("INV-1041"), "", invoice("INV-1042"))
    cuts = find_cuts([first, unread, third], CATALOGUE)
    assert ranges(cuts) == [(1, 2), (3, 3)]


def test_pages_that_are_missing_belong_to_the_document_before_them() -> None:
    first, third = drawn_page(invoice("INV-1041"), 1), drawn_page(invoice("INV-1042"), 4)
    assert ranges(find_cuts([first, third], CATALOGUE)) == [(1, 3), (4, 4)]


def test_the_same_pages_are_always_cut_alike() -> None:
    made = pages(invoice("INV-1041"), "", invoice("INV-1042"), "x")
    assert find_cuts(made, CATALOGUE) == find_cuts(list(reversed(made)), CATALOGUE)

"""A value counts only where it stands on the page."""

from __future__ import annotations

import pytest

from include.document_types.catalogue import load_catalogue
from include.extraction.grounding import EQUAL, EXACT, NEARLY, ground
from include.extraction.layout.page import sheets_of
from tests.drawn import drawn_page

FIELDS = load_catalogue().types["invoice"].fields
PAGE = drawn_page("""
Velmarode Importhandel
GmbH                       Invoice No. INV-2026-00017
Brooktorweg 47
20457 Hamburg              Total   1.234,50 EUR
                           Date    01.02.2026   Due  01.02.2026
""")
SHEETS = sheets_of([PAGE])


@pytest.mark.parametrize(
    ("field", "value", "quality"),
    [
        ("number", "INV-2026-00017", EXACT),  # as printed
        ("number", "inv 2026 00017", EXACT),  # blanks and case do not count
        ("grand_total", "1234.50", EQUAL),  # the same amount
        ("issue_date", "2026-02-01", EQUAL),  # the same day
        ("buyer_name", "Velmarode Importhandel GmbH", EXACT),  # wrapped over two lines
    ],
)
def test_a_value_is_found_where_it_stands(field: str, value: str, quality: float) -> None:
    place = ground(value, FIELDS[field], SHEETS)
    assert place is not None
    assert place.quality == quality
    assert place.page == 1
    assert place.boxes


def test_the_boxes_are_those_of_the_words() -> None:
    place = ground("INV-2026-00017", FIELDS["number"], SHEETS)
    (word,) = [word for word in PAGE.words if word.text == "INV-2026-00017"]
    assert place is not None
    assert place.boxes == (word.box,)


def test_an_address_is_found_line_by_line() -> None:
    place = ground("Brooktorweg 47, 20457 Hamburg", FIELDS["buyer_address"], SHEETS)
    assert place is not None
    assert len(place.boxes) == 4


def test_places_are_counted() -> None:
    place = ground("01.02.2026", FIELDS["issue_date"], SHEETS)
    assert place is not None
    assert place.places == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", "INV-2026-00018"),  # another number
        ("number", "INV-2026"),  # a part of a word
        ("grand_total", "1234.51"),  # a cent more
        ("buyer_name", "Velmarode Export GmbH"),  # another name
        ("number", ""),  # nothing
    ],
)
def test_what_does_not_stand_there_is_not_found(field: str, value: str) -> None:
    assert ground(value, FIELDS[field], SHEETS) is None


def test_confused_signs_are_forgiven_on_scans_only() -> None:
    drawing = "Invoice No. 1NV-2O26-OOO17"
    scan = sheets_of([drawn_page(drawing, confidence=0.95)])
    place = ground("INV-2026-00017", FIELDS["number"], scan)
    assert place is not None
    assert place.quality == NEARLY
    assert place.ocr == 0.95
    assert ground("INV-2026-00017", FIELDS["number"], sheets_of([drawn_page(drawing)])) is None

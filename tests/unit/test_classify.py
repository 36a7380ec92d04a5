"""Which type of paper: titles weigh most, labels help, the rest is unknown."""

from __future__ import annotations

import pytest

from include.document_types.catalogue import load_catalogue
from include.extraction.layout.page import sheets_of
from include.pages.classify import classify, titles_on
from tests.drawn import drawn_page

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("drawing", "expected"),
    [
        ("          COMMERCIAL INVOICE\nInvoice No: 1", "invoice"),  # English
        ("          Handelsrechnung\nRechnungs-Nr.: 1", "invoice"),  # German
        ("          Liste de colisage\nPoids brut: 12 kg", "packing_list"),  # French
        ("          Conocimiento de embarque\nBuque: X", "bill_of_lading"),  # Spanish
        ("          AIR WAYBILL\nAirport of departure\nFRA", "air_waybill"),  # air
        ("          CARGO MANIFEST\nVessel: X\nVoyage: 1", "cargo_manifest"),  # sea
        ("          Lieferschein\nLieferdatum: 01.02.2026", "delivery_note"),  # delivery
        ("          PURCHASE ORDER\nPO No: PO-1", "purchase_order"),  # order
    ],
)
def test_a_title_tells_the_type(drawing: str, expected: str) -> None:
    verdict = classify(sheets_of([drawn_page(drawing)]), CATALOGUE)
    assert verdict.document_type == expected
    assert verdict.confidence > 0.5
    assert verdict.evidence


def test_a_packing_list_that_names_its_invoice_stays_a_packing_list() -> None:
    page = drawn_page("          PACKING LIST\nInvoice No: INV-1\nGross weight: 12 kg")
    assert classify(sheets_of([page]), CATALOGUE).document_type == "packing_list"


def test_the_same_title_in_small_type_at_the_foot_weighs_less() -> None:
    top = drawn_page("DELIVERY NOTE\n" + "\n" * 20 + "x")
    foot = drawn_page("x\n" + "\n" * 50 + "DELIVERY NOTE")
    high = classify(sheets_of([top]), CATALOGUE).confidence
    low = classify(sheets_of([foot]), CATALOGUE).confidence
    assert low < high


def test_a_title_with_a_misread_letter_is_known_on_a_scan() -> None:
    page = drawn_page("          C0MMERCIAL lNVOICE\nInvoice No: 1", confidence=0.97)
    assert classify(sheets_of([page]), CATALOGUE).document_type == "invoice"


@pytest.mark.parametrize(
    "drawing",
    [
        "",  # nothing
        "Dear Sir or Madam",  # a letter
        "lorem ipsum dolor sit amet",  # any text
    ],
)
def test_thin_evidence_stays_unknown(drawing: str) -> None:
    assert classify(sheets_of([drawn_page(drawing)]), CATALOGUE).document_type == "unknown"


@pytest.mark.parametrize(
    "drawing",
    [
        "Dear Sir or Madam\nKindly confirm\nreceipt.",  # the end of a sentence
        "Dear Sir or Madam\nwe paid your\ninvoice of March\nlast week",  # a word in one
    ],
)
def test_a_word_in_a_letter_is_no_title(drawing: str) -> None:
    assert classify(sheets_of([drawn_page(drawing)]), CATALOGUE).document_type == "unknown"


def test_a_strip_of_paper_is_a_receipt_whatever_it_calls_itself() -> None:
    strip = "CORNER SHOP\nINVOICE\nTea      2.50\nCake      3.20\nTotal      5.70"
    strip += "\nCash      10.00\nChange      4.30\nThank you"
    assert classify(sheets_of([drawn_page(strip)]), CATALOGUE).document_type == "receipt"


def test_the_weightiest_title_of_a_page_comes_first_with_what_follows_it() -> None:
    page = drawn_page("          COMMERCIAL INVOICE INV-77\n\nPurchase order: PO-1")
    titles = titles_on(sheets_of([page])[0], CATALOGUE)
    assert titles[0].document_type == "invoice"
    assert [word.text for word in titles[0].behind] == ["INV-77"]

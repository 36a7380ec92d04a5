"""The rules tier on drawn pages: what it finds, where, how sure, and what it leaves out."""

from __future__ import annotations

import time

import pytest

from include.document_types.catalogue import load_catalogue
from include.extraction.extract import extract
from include.models import Extraction
from tests.drawn import drawn_page

CATALOGUE = load_catalogue()

INVOICE = """
Qingyao Lighting Co., Ltd.
188 Haiping Road, Ningbo 315104, China

                              COMMERCIAL INVOICE

Sold To                                       Invoice No.:      INV-2026-05776
Velmarode Importhandel GmbH                   Invoice Date:     May 11, 2026
Brooktorweg 47                                P.O. Number:      PO-2026-0057
20457 Hamburg                                 Incoterms:        FOB Ningbo
Germany                                       Currency:         USD
Buyer VAT ID: DE245985020                     Tax ID:           91330203MAQBJ4UAUD

No.  Item Code    Description of Goods             Q'ty       Price      Amount
1    LMP-0263     LED desk lamp with dimmer    4700 pcs       10.01    47047.00
                  HS Code: 9405.21
2    LMP-0300     LED panel 600x600 40 W        100 pcs       12.00     1200.00
                  HS Code: 9405.42

                                                  Net Total:           48247.00
                                                  TOTAL INVOICE VALUE  USD 48247.00
"""


def _read(drawing: str, confidence: float = 1.0) -> Extraction:
    return extract([drawn_page(drawing, confidence=confidence)], CATALOGUE)


def test_an_invoice_gives_up_its_fields() -> None:
    extraction = _read(INVOICE)
    assert extraction.document_type == "invoice"
    found = {name: field.normalised for name, field in extraction.fields.items()}
    assert found == {
        "number": "INV-2026-05776",
        "issue_date": "2026-05-11",
        "seller_name": "Qingyao Lighting Co., Ltd.",
        "seller_address": "188 Haiping Road, Ningbo 315104, China",
        "seller_vat_id": "91330203MAQBJ4UAUD",
        "buyer_name": "Velmarode Importhandel GmbH",
        "buyer_address": "Brooktorweg 47, 20457 Hamburg, Germany",
        "buyer_vat_id": "DE245985020",
        "order_reference": "PO-2026-0057",
        "currency": "USD",
        "incoterm": "FOB",
        "net_total": "48247.00",
        "grand_total": "48247.00",
    }


def test_its_table_becomes_lines_without_the_totals() -> None:
    first, second = _read(INVOICE).lines
    assert {name: cell.normalised for name, cell in first.cells.items()} == {
        "item_code": "LMP-0263",
        "description": "LED desk lamp with dimmer",
        "hs_code": "940521",
        "quantity": "4700",
        "unit_price": "10.01",
        "line_total": "47047.00",
    }
    assert second.position == 2
    assert second.cells["line_total"].normalised == "1200.00"


def test_a_field_stands_where_its_words_stand() -> None:
    page = drawn_page(INVOICE)
    field = extract([page], CATALOGUE).fields["order_reference"]
    (word,) = [word for word in page.words if word.text == "PO-2026-0057"]
    assert field.page == 1
    assert field.boxes == (word.box,)
    assert field.label == "P.O. Number:"


def test_mentions_tie_the_paper_to_its_shipment() -> None:
    mentions = _read(INVOICE).mentions
    assert ("order", "PO-2026-0057") in mentions
    assert ("invoice", "INV-2026-05776") in mentions


def test_a_missing_field_is_absent_and_nothing_is_guessed() -> None:
    extraction = _read(INVOICE)
    assert "iban" not in extraction.fields
    assert "due_date" not in extraction.fields
    assert "tax_total" not in extraction.fields


def test_a_sum_that_agrees_makes_the_amounts_surer() -> None:
    agreeing = """
                    INVOICE
Invoice No: 4711
Subtotal:       100.00
VAT 19%:         19.00
Total:          119.00
"""
    differing = agreeing.replace("119.00", "120.00")
    sure = _read(agreeing).fields["grand_total"].confidence
    unsure = _read(differing).fields["grand_total"].confidence
    assert sure > unsure


def test_two_values_for_one_label_lower_the_confidence() -> None:
    one = _read("          INVOICE\nInvoice No: 4711\nInvoice Date: 01.02.2026")
    two = _read(
        "          INVOICE\nInvoice No: 4711\nInvoice Date: 01.02.2026\nInvoice Date: 03.02.2026"
    )
    assert two.fields["issue_date"].confidence < one.fields["issue_date"].confidence - 0.2


def test_poor_legibility_lowers_the_confidence() -> None:
    drawing = "          INVOICE\nInvoice No: 4711-88\nInvoice Date: 01.02.2026"
    clear = _read(drawing).fields["number"].confidence
    faint = _read(drawing, confidence=0.75).fields["number"].confidence
    assert faint < clear - 0.2


def test_labels_with_misread_letters_are_known_on_scans_only() -> None:
    drawing = "          INVOICE\nlnvoice Nurnber: 4711-88\nTotal: 12.00"
    assert _read(drawing, confidence=0.98).value("number") == "4711-88"
    assert _read(drawing).value("number") != "4711-88"


BOXED = """
                                    BILL OF LADING
Shipper                                     B/L No.              Booking No.
Anadorya Hali Sanayi A.S.                   MRSWMER3429275       MR40070081
Organize Sanayi Bolgesi 19
27600 Gaziantep
Turkey
Consignee                                   Notify Party
Velmarode Importhandel GmbH                 Same as consignee
Brooktorweg 47
20457 Hamburg
Germany
Vessel / Voyage No.            Port of Loading        Port of Discharge
MERSEYWOLD PLOVER / 031N       Mersin                 Bremerhaven
Marks and Nos.     Packages      Description of Goods       Gross Weight   Measurement
                                                                  (kg)         (m3)
VELMARODE          240 ctn       KELIM RUG WOOL 120X180         4,386.20        12.79
HAMBURG                          HS CODE 5702.10
                   380 ctn       WOOL CARPET 200X300            7,419.10        25.41
Number of Packages        Total Gross Weight        Volume
620 ctn                   11,805.30 KGS             38.20 CBM
Shipped on board                        Place and date of issue
08 Mar 2026                             Mersin, 09 Mar 2026
Container No. CSQU3054383               FREIGHT PREPAID
"""


def test_captions_over_boxes_are_read_downwards() -> None:
    extraction = _read(BOXED)
    assert extraction.document_type == "bill_of_lading"
    found = {name: field.normalised for name, field in extraction.fields.items()}
    expected = {
        "number": "MRSWMER3429275",
        "booking_number": "MR40070081",
        "shipper_name": "Anadorya Hali Sanayi A.S.",
        "shipper_address": "Organize Sanayi Bolgesi 19, 27600 Gaziantep, Turkey",
        "consignee_name": "Velmarode Importhandel GmbH",
        "notify_party_name": "Same as consignee",
        "vessel_name": "MERSEYWOLD PLOVER",
        "voyage_number": "031N",
        "port_of_loading": "Mersin",
        "port_of_discharge": "Bremerhaven",
        "shipped_on_board_date": "2026-03-08",
        "issue_date": "2026-03-09",
        "freight_terms": "PREPAID",
        "container_number": "CSQU3054383",
        "package_count": "620",
        "gross_weight_kg": "11805.30",
        "volume_m3": "38.20",
    }
    assert {name: found.get(name) for name in expected} == expected


def test_captions_stacked_over_two_rows_are_one_header() -> None:
    lines = _read(BOXED).lines
    assert [line.cells["gross_weight_kg"].normalised for line in lines] == ["4386.20", "7419.10"]
    assert [line.cells["volume_m3"].normalised for line in lines] == ["12.79", "25.41"]
    assert lines[0].cells["marks"].normalised == "VELMARODE HAMBURG"


def test_a_wrapped_description_stays_with_its_row() -> None:
    lines = _read("""
                    PACKING LIST
Packing List No: PL-4711
Description                    Qty      Gross Weight
Ceramic wall tile 30x60 cm     200          3,138.40
white, first choice
Mosaic sheet 30x30 cm          170          3,024.30
""").lines
    assert [line.cells["description"].value for line in lines] == [
        "Ceramic wall tile 30x60 cm white, first choice",
        "Mosaic sheet 30x30 cm",
    ]


def test_a_table_goes_on_over_pages_under_its_repeated_header() -> None:
    head = "Description            Qty     Price     Amount\n"
    first = drawn_page(f"""
                    INVOICE
Invoice No: 4711
{head}Steel bolts M12        100      1.00      100.00
Steel nuts M12         200      0.50      100.00
Carried forward                           200.00
""")
    second = drawn_page(
        f"""
{head}Brought forward                           200.00
Washers M12            300      0.10       30.00
Total                                     230.00
""",
        number=2,
    )
    extraction = extract([first, second], CATALOGUE)
    assert [line.cells["description"].value for line in extraction.lines] == [
        "Steel bolts M12",
        "Steel nuts M12",
        "Washers M12",
    ]
    assert extraction.lines[2].page == 2
    assert extraction.value("grand_total") == "230.00"


@pytest.mark.parametrize(
    ("drawing", "language", "expected"),
    [
        (  # German, value right of its label
            "     Rechnung\nRechnungs-Nr.: 4711\nRechnungsdatum: 05.06.2026"
            "\nGesamtbetrag: 1.190,00 EUR",
            "de",
            {"number": "4711", "issue_date": "2026-06-05", "grand_total": "1190.00"},
        ),
        (  # French, number words before and behind
            "     Facture\nN° de facture : FA-17\nDate d'émission : 05/06/2026"
            "\nTotal TTC : 1 190,00 €",
            "fr",
            {"number": "FA-17", "issue_date": "2026-06-05", "grand_total": "1190.00"},
        ),
        (  # Spanish
            "     Factura\nN.º de factura: F-17\nFecha de factura: 05/06/2026"
            "\nTotal factura: 1.190,00 €",
            "es",
            {"number": "F-17", "issue_date": "2026-06-05", "grand_total": "1190.00"},
        ),
        (  # the title carries the number
            "     Rechnung Nr. 4711 vom 05.06.2026\nZahlbetrag: 1.190,00 EUR"
            "\nBitte zahlen Sie ohne Abzug auf das Konto, das unten auf diesem Blatt steht.",
            "de",
            {"number": "4711", "issue_date": "2026-06-05", "amount_due": "1190.00"},
        ),
    ],
)
def test_papers_in_other_languages_are_read(
    drawing: str, language: str, expected: dict[str, str]
) -> None:
    extraction = _read(drawing)
    assert {name: extraction.value(name) for name in expected} == expected


def test_a_label_over_two_lines_is_one_label() -> None:
    extraction = _read("""
              Liste de colisage
N° de liste de       PK-03638
colisage:
Poids brut:          12,5 kg
""")
    assert extraction.value("number") == "PK-03638"


def test_the_buyer_in_an_address_window_needs_no_label() -> None:
    extraction = _read("""
Bei Spiel GmbH - Ecke 12 - 12345 Stadthausen

Theodor Est KG
Bahnstr. 42
88802 Spielkreis
                              Rechnung
Rechnungsnummer: 505
Bei Spiel GmbH
""")
    assert extraction.value("buyer_name") == "Theodor Est KG"
    assert extraction.fields["buyer_name"].confidence < 0.9


def test_a_paper_of_no_known_type_stays_unknown_with_its_mentions() -> None:
    extraction = _read("Dear all,\nplease find enclosed what we spoke about (PO-2026-0042).")
    assert extraction.document_type == "unknown"
    assert extraction.fields == {}
    assert ("order", "PO-2026-0042") in extraction.mentions


def test_a_page_without_words_is_unknown() -> None:
    assert extract([drawn_page("")], CATALOGUE).document_type == "unknown"
    assert extract([], CATALOGUE).document_type == "unknown"


def test_a_full_page_takes_a_fraction_of_a_second() -> None:
    rows = "\n".join(
        f"{n:<4} LMP-{n:04}    LED desk lamp number {n:<12} {n} pcs       10.01     {n * 10:>9}.00"
        for n in range(1, 55)
    )
    page = drawn_page(INVOICE + rows)
    extract([page], CATALOGUE)
    started = time.process_time()
    extract([page], CATALOGUE)
    assert time.process_time() - started < 0.3


@pytest.mark.parametrize(
    "printed",
    [
        "NORDVEXEL AURORA / 040N",  # a sign between them
        "NORDVEXEL AURORA/040N",  # glued
        "NORDVEXEL AURORA V. 040N",  # V. for voyage
        "NORDVEXEL AURORA 040N",  # nothing but the digits
    ],
)
def test_a_label_for_two_values_gives_each_its_part(printed: str) -> None:
    extraction = _read(f"          BILL OF LADING\nB/L No.: X-4711\nVessel / Voyage No.: {printed}")
    assert extraction.value("vessel_name") == "NORDVEXEL AURORA"
    assert extraction.value("voyage_number") == "040N"


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("PO: PO-2026-0071 / INV-2026-07146", "PO-2026-0071"),  # among others
        ("PO: PO-2026-0071/MD/2026-02323", "PO-2026-0071"),  # glued to another number
        ("Order PO/2026/0071.", "PO/2026/0071"),  # with slashes of its own
    ],
)
def test_an_order_number_is_mentioned_wherever_it_stands(printed: str, expected: str) -> None:
    assert ("order", expected) in _read(printed).mentions


def test_a_container_is_mentioned_only_when_its_check_digit_fits() -> None:
    mentions = _read("Containers CSQU3054383 and CSQU3054384").mentions
    assert ("container", "CSQU3054383") in mentions
    assert ("container", "CSQU3054384") not in mentions

"""One paper against the company's tables, with facts made by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from include.checks.document import check_document
from include.checks.orders import match_line
from include.checks.reference import (
    Directory,
    Facts,
    Order,
    OrderLine,
    Party,
    Port,
    place_codes,
    place_names,
)
from include.document_types.catalogue import load_catalogue
from include.models import CheckResult, Extraction, Line, Severity
from tests.extractions import field, paper

TYPES = load_catalogue().types
DAY = dt.date(2026, 3, 10)


def _line(position: int, product: str, name: str, quantity: str, price: str) -> OrderLine:
    return OrderLine(position, product, name, "940542", "PCS", Decimal(quantity), Decimal(price))


ORDER = Order(
    number="PO-2026-0001",
    supplier="S1",
    buyer="OWN",
    currency="USD",
    incoterm="FOB",
    is_open=True,
    lines=(
        _line(1, "LMP-1", "LED desk lamp", "100", "9.50"),
        _line(2, "LMP-2", "LED panel 40 W", "50", "12"),
    ),
)
IBAN = "DE89370400440532013000"
DIRECTORY = Directory(
    parties=(
        Party("S1", "Qingyao Lighting Co., Ltd.", "", "CN", "9133", None, "supplier"),
        Party(
            "S2", "Pumpenbau GmbH", "", "DE", "DE136695976", "DE89370400440532013000", "supplier"
        ),
        Party("OWN", "Velmarode Import GmbH", "", "DE", None, None, "own"),
        Party("T1", "Twin Trading GmbH", "", "DE", None, None, "supplier"),
        Party("T2", "Twin Trading AG", "", "DE", None, None, "supplier"),
    ),
    countries={"CN": "China", "DE": "Germany"},
    currencies=frozenset({"USD", "EUR"}),
    empty=frozenset(),
)
PORTS = (
    Port("CNNGB", "Ningbo", "CN", "port"),
    Port("DEHAM", "Hamburg", "DE", "port"),
    Port("HAM", "Hamburg", "DE", "airport"),
)
FACTS = Facts(
    directory=DIRECTORY,
    hs_codes={"940542": True, "9405": True, "851310": False, "94054210": True},
    ports=PORTS,
    orders={"PO20260001": ORDER},
    all_ports=PORTS,
)
INVOICE = {
    "number": "I-1",
    "issue_date": "2026-03-01",
    "seller_name": "QINGYAO LIGHTING CO LTD",
    "buyer_name": "Velmarode Import GmbH",
    "order_reference": "PO-2026-0001",
    "currency": "USD",
    "grand_total": "950.00",
}
ROW = {"item_code": "LMP-1", "description": "Lamp", "quantity": "100", "unit_price": "9.50"}


def failed(extraction: Extraction, facts: Facts = FACTS) -> dict[str, CheckResult]:
    kind = TYPES.get(extraction.document_type)
    results = check_document(extraction, kind, facts, DAY)
    return {result.check: result for result in results if not result.passed}


def invoice(row: dict[str, str] | None = None, **values: str) -> Extraction:
    return paper("invoice", {**INVOICE, **values}, [row or ROW])


def bill(**values: str) -> Extraction:
    head = {
        "number": "BL1",
        "shipper_name": "Qingyao Lighting",
        "consignee_name": "Velmarode Import GmbH",
        "port_of_loading": "Ningbo",
        "port_of_discharge": "Hamburg",
        "package_count": "10",
        "gross_weight_kg": "100",
    }
    return paper("bill_of_lading", {**head, **values})


def test_a_right_invoice_fails_nothing() -> None:
    assert failed(invoice()) == {}


def test_a_right_bill_of_lading_fails_nothing() -> None:
    assert failed(bill()) == {}


def test_a_required_field_that_was_not_found_is_named() -> None:
    extraction = invoice()
    fields = {name: f for name, f in extraction.fields.items() if name != "seller_name"}
    found = failed(replace(extraction, fields=fields))["required"]

    assert found.field == "seller_name"
    assert found.reason == "Seller name was not found; it is needed to book this invoice."


def test_a_line_without_what_it_needs_is_named() -> None:
    row = {name: value for name, value in ROW.items() if name != "quantity"}
    found = failed(paper("invoice", INVOICE, [ROW, row]))["required"]

    assert (found.field, found.line) == ("quantity", 2)
    assert found.reason == "Line 2 has no quantity."


def test_an_invoice_without_lines_cannot_be_booked() -> None:
    assert "No lines were found" in failed(paper("invoice", INVOICE))["required"].reason


@pytest.mark.parametrize(
    ("code", "severity", "words"),
    [
        ("940542", None, ""),
        ("94054210", None, ""),  # the national code is known itself
        ("94054299", Severity.WARNING, "its national ending 99 is not"),
        ("851310", Severity.ERROR, "no longer valid"),
        ("940599", Severity.ERROR, "not in the tariff; heading 9405 exists"),
        ("999999", Severity.ERROR, "not in the tariff"),
        ("94", Severity.ERROR, "no HS code"),  # wrong form: not even looked up
    ],
)
def test_an_hs_code_is_in_the_tariff(code: str, severity: Severity | None, words: str) -> None:
    found = failed(invoice({**ROW, "hs_code": code})).get("hs_code")

    assert (found.severity if found else None) == severity
    assert words in (found.reason if found else "")


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        ("Ningbo", None),
        ("NINGBO, CHINA", None),
        ("Ningbo (CNNGB)", None),
        ("CN NGB", None),
        ("Port of Ningbo", None),
        ("Ningbo, Germany", "is known in CN"),
        ("Nimgbo", "did you mean 'Ningbo'?"),  # a slip
        ("Atlantis", "Port 'Atlantis' is not known."),
    ],
)
def test_a_port_is_known_by_code_or_name(printed: str, words: str | None) -> None:
    found = failed(bill(port_of_loading=printed)).get("port")

    assert (found is None) == (words is None)
    assert (words or "") in (found.reason if found else "")


def test_an_airport_is_not_a_port() -> None:
    only_airport = replace(FACTS, ports=PORTS[2:])

    found = failed(bill(port_of_discharge="Hamburg", port_of_loading="Hamburg"), only_airport)
    assert "known as an airport, not as a port" in found["port"].reason


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Qingyao Lighting Company Limited", None),  # legal form written out
        ("Qingyao Lightning Co., Ltd.", "did you mean 'Qingyao Lighting Co., Ltd.'?"),
        ("Acme Corp.", "Shipper 'Acme Corp.' is not among the known parties."),
        ("Twin Trading GmbH", None),  # the legal form decides
        ("Twin Trading", "not among the known parties"),  # two go by this name
    ],
)
def test_a_party_is_known_by_name(name: str, words: str | None) -> None:
    found = failed(bill(shipper_name=name)).get("party")

    assert (found is None) == (words is None)
    assert (words or "") in (found.reason if found else "")


def test_to_order_is_noted() -> None:
    assert failed(bill(consignee_name="TO ORDER"))["party"].severity == Severity.WARNING


def test_a_new_bank_account_is_never_taken_unseen() -> None:
    known = {"seller_name": "Pumpenbau GmbH"}
    other = failed(invoice(**known, iban="DE02120300000000202051"))["bank_account"]
    first = failed(invoice(iban=IBAN))["bank_account"]

    assert "is not the one on file" in other.reason
    assert "none is on file for Qingyao" in first.reason
    assert "bank_account" not in failed(invoice(**known, iban="DE89 3704 0044 0532 0130 00"))


def test_a_vat_id_agrees_with_the_one_on_file() -> None:
    known = {"seller_name": "Pumpenbau GmbH"}

    assert "vat_on_file" in failed(invoice(**known, seller_vat_id="DE129273398"))
    assert "vat_on_file" not in failed(invoice(**known, seller_vat_id="DE136695976"))


@pytest.mark.parametrize(
    ("changes", "check", "words"),
    [
        ({"order_reference": "PO-2026-0999"}, "order_known", "PO-2026-0999 is not known"),
        ({"seller_name": "Pumpenbau GmbH"}, "order_supplier", "placed with Qingyao"),
        ({"currency": "EUR"}, "order_currency", "in USD, but the invoice in EUR"),
    ],
)
def test_an_invoice_fits_the_head_of_its_order(
    changes: dict[str, str], check: str, words: str
) -> None:
    assert words in failed(invoice(**changes))[check].reason


def test_an_order_is_found_however_its_number_is_printed() -> None:
    assert failed(invoice(order_reference="PO 2026 0001")) == {}


def test_an_order_that_is_closed_takes_nothing() -> None:
    closed = replace(FACTS, orders={"PO20260001": replace(ORDER, is_open=False)})

    assert "is closed" in failed(invoice(), closed)["order_known"].reason


@pytest.mark.parametrize(
    ("changes", "check", "words"),
    [
        ({"quantity": "100.00"}, None, ""),
        ({"quantity": "101"}, "order_quantity", "101 of LMP-1, but order PO-2026-0001 is for 100"),
        ({"unit_price": "9.54"}, None, ""),  # within half a percent
        ({"unit_price": "10.50"}, "order_price", "Unit price is 10.5, but 9.5 on order"),
        ({"item_code": "LMP-9"}, "order_product", "did you mean 'LMP-1'?"),
        ({"unit": "Stück"}, None, ""),  # pieces in another language
        ({"unit": "pza."}, None, ""),
        ({"unit": "kg"}, "order_unit", "ordered in PCS, but the paper counts kg"),
    ],
)
def test_a_line_fits_its_order(changes: dict[str, str], check: str | None, words: str) -> None:
    found = failed(invoice({**ROW, **changes}))

    assert set(found) == ({check} if check else set())
    assert words in (found[check].reason if check else "")


def test_two_lines_of_a_product_count_together() -> None:
    rows = [{**ROW, "quantity": "60"}, {**ROW, "quantity": "60"}]

    assert "120 of LMP-1" in failed(paper("invoice", INVOICE, rows))["order_quantity"].reason


def test_the_only_order_that_is_mentioned_counts_and_several_do_not() -> None:
    values = {name: value for name, value in INVOICE.items() if name != "order_reference"}
    one = paper("invoice", values, [ROW], [("order", "PO-2026-0999")])
    two = replace(one, mentions=(*one.mentions, ("order", "PO-2026-0001")))

    assert "order_known" in failed(one)
    assert "order_known" not in failed(two)


@pytest.mark.parametrize(
    ("description", "product"),
    [
        ("LED desk lamp", "LMP-1"),
        ("LED DESK LAMP, batch 7", "LMP-1"),  # more words
        ("LED panel 45 W", None),  # nearly is another product
        ("LED desk lamp and LED panel 40 W", None),  # which of them?
    ],
)
def test_a_line_without_code_is_known_by_its_description(
    description: str, product: str | None
) -> None:
    row = Line(position=1, cells={"description": field("description", description)})
    match = match_line(row, ORDER.lines)

    assert (match.product if match else None) == product


def test_an_empty_list_is_told_once_with_the_remedy_and_fails_nothing() -> None:
    empty = replace(
        FACTS, hs_codes={}, directory=replace(DIRECTORY, empty=frozenset({"HS codes", "ports"}))
    )
    rows = [{**ROW, "hs_code": "999999"}, {**ROW, "hs_code": "888888", "quantity": "0"}]
    results = check_document(paper("invoice", INVOICE, rows), TYPES["invoice"], empty, DAY)
    missing = [result for result in results if result.check == "reference_missing"]

    assert [(r.severity, r.reason) for r in missing] == [
        (
            Severity.WARNING,
            "No HS codes are loaded, so they were not checked; load them with the DAG"
            " import_reference.",
        )
    ]
    assert not any(r.check == "hs_code" and not r.passed for r in results)


def test_a_paper_of_unknown_type_is_not_checked() -> None:
    unknown = Extraction(document_type="unknown", type_confidence=0.2, fields={})

    assert check_document(unknown, None, FACTS, DAY) == []


def test_an_air_waybill_number_is_checked_whatever_the_type_file_says() -> None:
    waybill = paper("air_waybill", {"number": "020-12345676"})

    assert "awb_number" in failed(waybill)


@pytest.mark.parametrize(
    ("printed", "names", "codes"),
    [
        ("Port of Hamburg, Germany (DEHAM)", "Hamburg", ["DEHAM"]),
        ("Port of Spain", "Port of Spain", []),  # a name of its own
        ("FRA - Frankfurt", "Frankfurt", ["FRA"]),
        ("Frankfurt/FRA", "Frankfurt", ["FRA"]),
        ("HAM Hamburg", "Hamburg", []),
        ("Frankfurt FRA", "Frankfurt", []),
        ("LAS PALMAS", "LAS PALMAS", []),  # no airport of Las Vegas
        ("Shanghai, CHINA", "Shanghai", []),  # a country, no code
    ],
)
def test_names_and_codes_of_a_printed_place(printed: str, names: str, codes: list[str]) -> None:
    assert names in place_names(printed)
    assert place_codes(printed) == codes

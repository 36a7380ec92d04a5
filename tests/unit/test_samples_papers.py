"""The generated papers say what their truth says, in every layout and language."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from random import Random

import numpy as np
import pypdfium2
import pytest
from stdnum import iban, iso6346

from include.samples.papers.draw import LAYOUTS, Paper, draw
from include.samples.reference import orders
from include.samples.shipment import Shipment, build_shipment
from include.samples.truth import FIELDS, LINE_FIELDS

SEA, AIR, ROAD = "PO-2026-0001", "PO-2026-0003", "PO-2026-0005"
EVERY_LAYOUT = [(kind, layout) for kind in sorted(LAYOUTS) for layout in sorted(LAYOUTS[kind])]
DECIMALS = re.compile(r"-?\d+(\.\d+)?")


def a_shipment(kind: str) -> Shipment:
    number = AIR if kind == "air_waybill" else SEA
    return build_shipment(orders()[number], Random(number))


def text_of(paper: Paper) -> str:
    document = pypdfium2.PdfDocument(paper.pdf)
    try:
        return " ".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def squeezed(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def stands_in(value: str, text: str) -> bool:
    """Whether the value is printed there in some notation."""
    try:
        day = dt.date.fromisoformat(value)
    except ValueError:
        pass
    else:
        return str(day.year) in text and str(day.day) in text
    if DECIMALS.fullmatch(value):
        digits = value.replace(".", "")
        return digits in re.sub(r"(?<=\d)[., '\u00a0](?=\d)", "", text)
    return squeezed(value) in squeezed(text)


@pytest.mark.parametrize(("kind", "layout"), EVERY_LAYOUT)
@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_every_true_value_is_printed(kind: str, layout: str, language: str) -> None:
    shipment = a_shipment(kind)
    paper = draw(kind, shipment, Random(f"{layout} {language}"), layout=layout, language=language)
    text = text_of(paper)
    cells = [value for line in paper.truth.lines for value in line.values()]
    for value in [*paper.truth.fields.values(), *cells]:
        assert value is None or stands_in(value, text), f"{value!r} is not on the paper"


def overlapping_letters(pdf: bytes) -> int:
    """How many pairs of letters stand on one another on the first page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        text = document[0].get_textpage()
        count = text.count_chars()
        letters = (text.get_charbox(i) for i in range(count) if text.get_text_range(i, 1).strip())
        left, bottom, right, top = np.array(list(letters)).T
    finally:
        document.close()
    across = np.minimum.outer(right, right) - np.maximum.outer(left, left)
    down = np.minimum.outer(top, top) - np.maximum.outer(bottom, bottom)
    # Neighbours in a large font touch: `A` reaches under `V`.
    return int(np.triu((across > 1) & (down > 1), 2).sum())


@pytest.mark.parametrize(("kind", "layout"), EVERY_LAYOUT)
@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_no_text_stands_on_another(kind: str, layout: str, language: str) -> None:
    for seed in range(2):
        rng = Random(f"{layout} {language} {seed}")
        paper = draw(kind, a_shipment(kind), rng, layout=layout, language=language)
        assert overlapping_letters(paper.pdf) == 0


@pytest.mark.parametrize(("kind", "layout"), EVERY_LAYOUT)
def test_every_paper_names_its_order_and_its_own_number(kind: str, layout: str) -> None:
    shipment = a_shipment(kind)
    paper = draw(kind, shipment, Random(layout), layout=layout)
    assert shipment.order.number in text_of(paper)
    assert paper.truth.fields["number"]


@pytest.mark.parametrize("kind", sorted(LAYOUTS))
def test_there_are_four_layouts_and_the_truth_knows_the_contracts_fields(kind: str) -> None:
    paper = draw(kind, a_shipment(kind), Random(1))
    assert len(LAYOUTS[kind]) >= 4
    assert set(paper.truth.fields) <= set(FIELDS[kind])
    assert paper.truth.lines
    assert all(set(line) <= set(LINE_FIELDS[kind]) for line in paper.truth.lines)


@pytest.mark.parametrize("number", [SEA, AIR, ROAD, "PO-2026-0011", "PO-2026-0044"])
def test_a_shipments_sums_dates_and_check_digits_are_right(number: str) -> None:
    shipment = build_shipment(orders()[number], Random(number))
    order_lines = {line.product.code: line for line in shipment.order.lines}
    for item in shipment.items:
        assert item.net_kg <= item.gross_kg
        assert item.quantity <= order_lines[item.product.code].quantity
        assert item.unit_price == order_lines[item.product.code].unit_price
        assert item.line_total == item.quantity * item.unit_price
    assert shipment.grand_total == shipment.net_total + shipment.tax_total
    assert shipment.order.ordered_at < shipment.invoice_date <= shipment.packing_date
    assert shipment.packing_date <= shipment.departed_on <= shipment.arrived_on
    assert shipment.arrived_on <= shipment.delivered_on
    if shipment.mode == "sea":
        assert iso6346.is_valid(shipment.container_number)
    if shipment.mode == "air":
        serial = shipment.transport_number.split("-")[1]
        assert int(serial[:7]) % 7 == int(serial[7])


def test_the_papers_of_a_shipment_agree() -> None:
    shipment = a_shipment("invoice")
    kinds = ("packing_list", "bill_of_lading", "cargo_manifest", "delivery_note")
    papers = {kind: draw(kind, shipment, Random(kind)) for kind in kinds}
    for kind, paper in papers.items():
        fields = paper.truth.fields
        assert fields["gross_weight_kg"] == f"{shipment.gross_kg:.2f}", kind
        assert fields["package_count"] == str(shipment.packages), kind
    for name in ("vessel_name", "voyage_number", "carrier_name"):
        one, other = (papers[k].truth.fields[name] for k in ("bill_of_lading", "cargo_manifest"))
        assert one == other


def test_only_domestic_invoices_show_tax() -> None:
    domestic = draw("invoice", build_shipment(orders()[ROAD], Random(1)), Random(1))
    abroad = draw("invoice", build_shipment(orders()[SEA], Random(1)), Random(1))
    assert Decimal(str(domestic.truth.fields["tax_total"])) > 0
    assert abroad.truth.fields["tax_total"] in (None, "0.00")


def test_printed_bank_accounts_have_right_check_digits() -> None:
    printed = [
        paper.truth.fields["iban"]
        for i in range(12)
        if (paper := draw("invoice", build_shipment(orders()[ROAD], Random(i)), Random(i)))
    ]
    assert any(printed)
    assert all(iban.is_valid(number) for number in printed if number)


def test_a_long_table_goes_on_over_pages_and_loses_no_line() -> None:
    from include.samples.faults import split_into_batches

    whole = a_shipment("invoice")
    split = split_into_batches(whole, 14, Random(3))
    paper = draw("invoice", split, Random(3), layout="letter")
    assert paper.pages > 1
    assert len(paper.truth.lines) == len(split.items) > 30
    assert (split.gross_kg, split.packages) == (whole.gross_kg, whole.packages)
    assert sum(i.quantity for i in split.items) == sum(i.quantity for i in whole.items)


def test_the_same_random_state_draws_the_same_bytes() -> None:
    one, other = (draw("bill_of_lading", a_shipment("invoice"), Random(7)) for _ in range(2))
    assert one.pdf == other.pdf
    assert one.truth == other.truth

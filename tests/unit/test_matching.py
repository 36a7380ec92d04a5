"""Which line of an invoice belongs to which line of its order."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from include.export.matching import (
    OrderLine,
    as_ordered,
    invoice_line,
    is_same_name,
    match_lines,
    over_order,
)
from include.export.payload import PayloadLine

PANEL = OrderLine(
    id=1,
    product=11,
    code="LED-100",
    name="LED panel 100 W",
    quantity=D(100),
    unit_price=D("12.50"),
    unit=1,
    account=7,
)
CABLE = OrderLine(
    id=2,
    product=12,
    code="CABLE-5",
    name="Power cable 5 m",
    quantity=D(40),
    unit_price=D("2.25"),
    unit=1,
    account=7,
)
ORDER = (PANEL, CABLE)


@pytest.mark.parametrize(
    "line",
    [
        PayloadLine(position=1, product="cable 5"),
        # The code stands in the description column.
        PayloadLine(position=1, description="CABLE-5 power cable, black"),
        PayloadLine(position=1, description="POWER CABLE 5 M"),
        # A letter misread.
        PayloadLine(position=1, description="Power cab1e 5 m"),
        PayloadLine(position=1, description="Kabel", quantity=D(40), unit_price=D("2.25")),
        PayloadLine(position=1, description="Kabel", quantity=D(40), amount=D("90.00")),
    ],
)
def test_a_line_finds_its_order_line(line: PayloadLine) -> None:
    assert match_lines([line], ORDER) == {1: CABLE}


@pytest.mark.parametrize(
    "line",
    [
        PayloadLine(position=1, description="Ocean freight", quantity=D(1), amount=D("250.00")),
        PayloadLine(position=1),
        PayloadLine(position=1, description="Kabel", quantity=D(40), unit_price=D("9.99")),
    ],
)
def test_a_line_that_fits_none_is_not_matched(line: PayloadLine) -> None:
    assert match_lines([line], ORDER) == {}


def test_what_fits_two_order_lines_alike_is_not_matched() -> None:
    twin = OrderLine(**{**vars(PANEL), "id": 3})
    line = PayloadLine(position=1, description="LED panel 100 W")
    assert match_lines([line], (PANEL, twin)) == {}


def test_one_product_in_two_lots_is_matched_twice() -> None:
    lots = [
        PayloadLine(position=1, product="LED-100", quantity=D(60)),
        PayloadLine(position=2, product="LED-100", quantity=D(40)),
    ]
    assert match_lines(lots, ORDER) == {1: PANEL, 2: PANEL}


def test_more_than_the_order_has_left_is_told_in_words() -> None:
    lots = [
        invoice_line(PayloadLine(position=n, quantity=D(60), unit_price=D(1)), PANEL)
        for n in (1, 2)
    ]
    assert over_order(lots[:1]) is None
    assert over_order(lots) == (
        "LED panel 100 W: the invoice has 120, the order has 100 of 100 left to invoice"
    )


@pytest.mark.parametrize(
    ("line", "quantity", "price"),
    [
        (PayloadLine(position=1, quantity=D(10), unit_price=D("1.25")), "10", "1.25"),
        # No price column.
        (PayloadLine(position=1, quantity=D(8), amount=D("10.00")), "8", "1.2500"),
        # A price per hundred does not make the amount.
        (
            PayloadLine(position=1, quantity=D(200), unit_price=D(50), amount=D("100.00")),
            "200",
            "0.5000",
        ),
        (PayloadLine(position=1, unit_price=D("2.50"), amount=D("10.00")), "4", "2.50"),
        # Nothing printed: what the order says.
        (PayloadLine(position=1), "100", "12.50"),
    ],
)
def test_quantity_and_price_follow_from_what_is_printed(
    line: PayloadLine, quantity: str, price: str
) -> None:
    made = invoice_line(line, PANEL)
    assert (made.quantity, made.unit_price) == (D(quantity), D(price))


def test_an_invoice_without_a_table_takes_what_is_left_of_the_order() -> None:
    half = OrderLine(**{**vars(PANEL), "invoiced": D(60)})
    full = OrderLine(**{**vars(CABLE), "invoiced": D(40)})
    assert [(line.description, line.quantity) for line in as_ordered((half, full))] == [
        ("LED panel 100 W", D(40))
    ]


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("Shenzhen Brightway Lighting Co. Ltd.", "SHENZHEN BRIGHTWAY LIGHTING CO., LTD", True),
        ("Ateliers Fontaine SARL", "Ateliers Fontaine", True),
        ("Ateliers Fontaine SARL", "Kontor Veritas Ltd", False),
    ],
)
def test_companies_are_recognised_in_other_writings(one: str, other: str, is_same: bool) -> None:
    assert is_same_name(one, other) is is_same

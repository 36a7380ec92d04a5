"""Sums, weights, ranges and dates on one paper."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.checks.arithmetic import check_arithmetic, line_total_fault
from include.models import CheckResult, Extraction, Severity
from tests.extractions import paper

RECEIVED = dt.date(2026, 3, 10)


def failed(extraction: Extraction) -> dict[str, CheckResult]:
    results = check_arithmetic(extraction, RECEIVED)
    return {result.check: result for result in results if not result.passed}


@pytest.mark.parametrize(
    ("quantity", "price", "total", "severity"),
    [
        ("1200", "9.63", "11556.00", None),  # exact
        ("3", "0.333", "1.00", None),  # rounded to the cent
        ("1000", "0.33", "333.33", Severity.WARNING),  # the price is a rounded third
        ("1000", "0.33", "340.00", Severity.ERROR),  # more than rounding explains
        ("1200", "9.63", "11565.00", Severity.ERROR),  # transposed digits
        ("-2", "10.00", "-20.00", None),  # a credit
    ],
)
def test_quantity_times_price_is_the_line(
    quantity: str, price: str, total: str, severity: Severity | None
) -> None:
    fault = line_total_fault(Decimal(quantity), Decimal(price), Decimal(total))

    assert (fault.severity if fault else None) == severity


@given(
    st.integers(1, 100_000),
    st.decimals(Decimal("0.01"), Decimal("9999.99"), places=2),
    st.decimals(Decimal("0.03"), Decimal("9.99"), places=2),
)
def test_a_right_total_passes_and_one_that_is_off_never_passes_silently(
    quantity: int, price: Decimal, off: Decimal
) -> None:
    total = quantity * price

    assert line_total_fault(Decimal(quantity), price, total) is None
    assert line_total_fault(Decimal(quantity), price, total + off) is not None


def test_a_failed_line_says_both_values_and_where_it_stands() -> None:
    lines = [
        {"quantity": "2", "unit_price": "5.00", "line_total": "10.00"},
        {"quantity": "3", "unit_price": "5.00", "line_total": "51.00"},
    ]
    found = failed(paper("invoice", {}, lines))["line_total"]

    assert (found.line, found.page) == (2, 1)
    assert found.box is not None
    assert found.reason == "3 x 5 is 15, but the line says 51."


def test_lines_add_up_to_the_net_total() -> None:
    lines = [{"line_total": "10.00"}, {"line_total": "20.50"}]

    assert failed(paper("invoice", {"net_total": "30.50"}, lines)) == {}
    found = failed(paper("invoice", {"net_total": "35.50"}, lines))["sum_of_lines"]
    assert found.reason == ("The lines add up to 30.5, but the net total is 35.5 (difference -5).")


def test_lines_are_not_added_up_when_one_has_no_value() -> None:
    lines = [{"line_total": "10.00"}, {"description": "Gift"}]

    assert failed(paper("invoice", {"net_total": "30.50"}, lines)) == {}


@pytest.mark.parametrize(
    ("values", "is_right"),
    [
        ({"net_total": "100.00", "tax_total": "19.00", "grand_total": "119.00"}, True),
        ({"net_total": "100.00", "tax_total": "19.00", "grand_total": "119.01"}, True),  # a cent
        ({"net_total": "100.00", "tax_total": "19.00", "grand_total": "191.00"}, False),
        ({"net_total": "100.00", "grand_total": "100.00"}, True),  # export without tax
        ({"net_total": "100.00", "grand_total": "119.00"}, False),  # the tax was not found
        ({"grand_total": "119.00"}, True),  # nothing to compare
    ],
)
def test_net_plus_tax_is_the_grand_total(values: dict[str, str], is_right: bool) -> None:
    assert ("totals" not in failed(paper("invoice", values))) is is_right


@pytest.mark.parametrize(
    ("net", "gross", "is_right"),
    [("100", "120", True), ("120", "120", True), ("120.5", "120", False)],
)
def test_net_weight_is_not_more_than_gross(net: str, gross: str, is_right: bool) -> None:
    found = failed(paper("packing_list", {"net_weight_kg": net, "gross_weight_kg": gross}))

    assert ("net_gross" not in found) is is_right


def test_weights_and_packages_of_the_lines_add_up() -> None:
    lines = [
        {"gross_weight_kg": "100.2", "package_count": "10"},
        {"gross_weight_kg": "200.2", "package_count": "20"},
    ]
    right = {"gross_weight_kg": "300", "package_count": "30"}  # rounded to the kilogram
    wrong = {"gross_weight_kg": "380", "package_count": "31"}

    assert failed(paper("packing_list", right, lines)) == {}
    results = check_arithmetic(paper("packing_list", wrong, lines), RECEIVED)
    assert {r.field for r in results if not r.passed} == {"gross_weight_kg", "package_count"}


def test_an_airline_charges_at_least_the_gross_weight() -> None:
    values = {"gross_weight_kg": "200", "chargeable_weight_kg": "150"}

    assert "chargeable_weight" in failed(paper("air_waybill", values))


@pytest.mark.parametrize(
    ("values", "check", "severity"),
    [
        ({"issue_date": "2026-03-12"}, None, None),  # dated ahead over a weekend
        ({"issue_date": "2026-04-12"}, "date_plausible", Severity.ERROR),  # next month
        ({"issue_date": "2016-03-12"}, "date_plausible", Severity.WARNING),  # ten years ago
        ({"issue_date": "2026-03-01", "due_date": "2026-05-01"}, None, None),  # due later on
        ({"issue_date": "2026-03-01", "due_date": "2026-02-01"}, "date_order", Severity.ERROR),
        (
            {"issue_date": "2026-03-01", "shipped_on_board_date": "2026-03-04"},
            "date_order",
            Severity.WARNING,  # issued before the goods were on board
        ),
    ],
)
def test_dates_are_in_order_and_near_the_day_of_arrival(
    values: dict[str, str], check: str | None, severity: Severity | None
) -> None:
    found = failed(paper("bill_of_lading", values))

    assert set(found) == ({check} if check else set())
    if check:
        assert found[check].severity == severity


@pytest.mark.parametrize(
    ("values", "severity"),
    [
        ({"gross_weight_kg": "0"}, Severity.ERROR),  # nothing
        ({"package_count": "-4"}, Severity.ERROR),  # less than nothing
        ({"gross_weight_kg": "90000000000"}, Severity.ERROR),  # more than any ship carries
    ],
)
def test_values_are_plausible(values: dict[str, str], severity: Severity) -> None:
    assert failed(paper("bill_of_lading", values))["range"].severity == severity


def test_a_container_cannot_carry_everything() -> None:
    found = failed(
        paper("bill_of_lading", {"gross_weight_kg": "80000"}, [{"container_number": "CSQU3054383"}])
    )

    assert found["range"].severity == Severity.WARNING


def test_a_value_that_is_no_number_is_left_alone() -> None:
    values = {"net_total": "about 100", "grand_total": "NaN", "gross_weight_kg": "Infinity"}

    assert failed(paper("invoice", values)) == {}

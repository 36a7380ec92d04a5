"""Sums, weights, ranges and the order of dates on one paper; pure, the day comes from outside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from include.checks.result import Fault, cell, number, result, sentence, shown, spoken
from include.models import CheckResult, Extraction, Line, Severity

CENT = Decimal("0.01")
#: Papers round weights; less than this apart is the same weight.
WEIGHT_KG = Decimal("0.5")
WEIGHT_SHARE = Decimal("0.001")
#: A paper may be dated for tomorrow across time zones and weekends, not further ahead.
DAYS_AHEAD = 4
#: What a field can be at most in one shipment; anything below zero is wrong.
HIGHEST = {
    "gross_weight_kg": Decimal(500_000_000),
    "net_weight_kg": Decimal(500_000_000),
    "chargeable_weight_kg": Decimal(200_000),
    "package_count": Decimal(1_000_000),
    "volume_m3": Decimal(500_000),
}
#: No box on a ship weighs more, with its load.
CONTAINER_KG = Decimal(36_000)


def check_arithmetic(extraction: Extraction, received_on: dt.date) -> list[CheckResult]:
    """All checks of this module on one paper, as it was received on that day."""
    return [
        *_line_totals(extraction),
        *_totals(extraction),
        *_sums_of_lines(extraction),
        *_weights(extraction),
        *_ranges(extraction),
        *_dates(extraction, received_on),
    ]


def same_weight(one: Decimal, other: Decimal) -> bool:
    """Equal within 0.5 kg or 0.1 %."""
    return abs(one - other) <= max(WEIGHT_KG, WEIGHT_SHARE * max(abs(one), abs(other)))


def _line_totals(extraction: Extraction) -> Iterator[CheckResult]:
    for row in extraction.lines:
        numbers = [number(row.cells, name) for name in ("quantity", "unit_price", "line_total")]
        if None not in numbers:
            quantity, price, total = (value or Decimal(0) for value in numbers)
            fault = line_total_fault(quantity, price, total)
            found = row.cells["line_total"]
            yield result("line_total", fault, found, line=row.position)


def line_total_fault(quantity: Decimal, price: Decimal, total: Decimal) -> Fault | None:
    """Quantity x unit price = total; a unit price may itself be a rounded figure."""
    product = quantity * price
    off = abs(product - total)
    if off <= 2 * CENT:
        return None
    rounding = abs(quantity) * Decimal(5).scaleb(min(-3, int(price.as_tuple().exponent) - 1))
    reason = (
        f"{shown(quantity)} x {shown(price)} is {shown(product)}, but the line says {shown(total)}"
    )
    if off <= rounding + CENT:
        return Fault(f"{reason} (the unit price may be rounded).", Severity.WARNING)
    return Fault(f"{reason}.")


def _totals(extraction: Extraction) -> Iterator[CheckResult]:
    fields = extraction.fields
    net, tax, grand = (number(fields, n) for n in ("net_total", "tax_total", "grand_total"))
    if net is not None and grand is not None:
        fault = None
        if abs(net + (tax or 0) - grand) > 2 * CENT:
            with_tax = f"plus tax {shown(tax)}" if tax is not None else "and no tax was found"
            fault = Fault(f"Net {shown(net)} {with_tax}, but the grand total is {shown(grand)}.")
        yield result("totals", fault, fields["grand_total"])
    due = number(fields, "amount_due")
    if due is not None and grand is not None:
        fault = None
        if due - grand > 2 * CENT:
            fault = Fault(
                f"The amount due, {shown(due)}, is more than the grand total, {shown(grand)}.",
                Severity.WARNING,
            )
        yield result("amount_due", fault, fields["amount_due"])


def _sums_of_lines(extraction: Extraction) -> Iterator[CheckResult]:
    """Only where every line has the value: a missing cell proves nothing."""
    pairs = [("line_total", "net_total")]
    pairs += [(n, n) for n in ("gross_weight_kg", "net_weight_kg", "package_count", "volume_m3")]
    for column, total_name in pairs:
        total = number(extraction.fields, total_name)
        cells = [number(row.cells, column) for row in extraction.lines]
        values = [value for value in cells if value is not None]
        if total is None or not values or len(values) != len(cells):
            continue
        yield result(
            "sum_of_lines",
            _sum_fault(column, values, total, total_name),
            extraction.fields[total_name],
        )


def _sum_fault(column: str, values: list[Decimal], total: Decimal, total_name: str) -> Fault | None:
    added = sum(values, Decimal(0))
    if column.endswith("_kg"):
        same = same_weight(added, total)
    elif column == "volume_m3":
        same = abs(added - total) <= max(Decimal("0.05"), total * Decimal("0.005"))
    else:
        allowed = CENT * (1 + len(values) // 2) if column == "line_total" else Decimal(0)
        same = abs(added - total) <= allowed
    if same:
        return None
    return Fault(
        f"The lines add up to {shown(added)}, but the {spoken(total_name)} is {shown(total)}"
        f" (difference {shown(added - total)})."
    )


def _weights(extraction: Extraction) -> Iterator[CheckResult]:
    heads: list[Line | None] = [None, *extraction.lines]
    for row in heads:
        fields = extraction.fields if row is None else row.cells
        line = None if row is None else row.position
        net, gross = number(fields, "net_weight_kg"), number(fields, "gross_weight_kg")
        if net is not None and gross is not None:
            fault = None
            if net > gross:
                fault = Fault(
                    f"Net weight {shown(net)} kg is more than gross weight {shown(gross)} kg."
                )
            yield result("net_gross", fault, fields["net_weight_kg"], line=line)
    charged = number(extraction.fields, "chargeable_weight_kg")
    gross = number(extraction.fields, "gross_weight_kg")
    if charged is not None and gross is not None:
        fault = None
        if gross - charged > max(WEIGHT_KG, WEIGHT_SHARE * gross):
            fault = Fault(
                f"Chargeable weight {shown(charged)} kg is less than gross weight"
                f" {shown(gross)} kg; airlines charge at least the gross weight."
            )
        yield result("chargeable_weight", fault, extraction.fields["chargeable_weight_kg"])


def _ranges(extraction: Extraction) -> Iterator[CheckResult]:
    for line in (None, *(row.position for row in extraction.lines)):
        for name, highest in HIGHEST.items():
            found = cell(extraction, name, line)
            value = number({name: found}, name) if found else None
            if value is not None and not 0 < value <= highest:
                what = "must be more than 0" if value <= 0 else "is implausibly high"
                fault = Fault(f"{sentence(spoken(name))} {shown(value)} {what}.")
                yield result("range", fault, found, line=line)
    boxes = {f.normalised for row in extraction.lines if (f := row.cells.get("container_number"))}
    gross = number(extraction.fields, "gross_weight_kg")
    if gross is not None and boxes and gross > CONTAINER_KG * len(boxes):
        fault = Fault(
            f"{shown(gross)} kg in {len(boxes)} container(s) is more than they can carry.",
            Severity.WARNING,
        )
        yield result("range", fault, extraction.fields["gross_weight_kg"])


def _dates(extraction: Extraction, received_on: dt.date) -> Iterator[CheckResult]:
    days = {name: day for name in extraction.fields if (day := date_of(extraction, name))}
    for name, day in days.items():
        if name in ("due_date", "delivery_date") or not name.endswith("date"):
            continue
        ahead = (day - received_on).days
        fault = None
        if ahead > DAYS_AHEAD:
            fault = Fault(
                f"{sentence(spoken(name))} {day} lies {ahead} days after the paper arrived"
                f" ({received_on})."
            )
        elif ahead < -3 * 365:
            fault = Fault(
                f"{sentence(spoken(name))} {day} is more than three years old.", Severity.WARNING
            )
        yield result("date_plausible", fault, extraction.fields[name])
    for earlier, later, severity in (
        ("issue_date", "due_date", Severity.ERROR),
        ("issue_date", "delivery_date", Severity.WARNING),
        ("shipped_on_board_date", "issue_date", Severity.WARNING),
    ):
        if earlier in days and later in days:
            fault = None
            if days[earlier] > days[later]:
                fault = Fault(
                    f"{sentence(spoken(later))} {days[later]} is before"
                    f" {spoken(earlier)} {days[earlier]}.",
                    severity,
                )
            yield result("date_order", fault, extraction.fields[later])


def date_of(extraction: Extraction, name: str) -> dt.date | None:
    """The field as a day; None when it is absent or no ISO date."""
    try:
        return dt.date.fromisoformat(extraction.value(name) or "")
    except ValueError:
        return None

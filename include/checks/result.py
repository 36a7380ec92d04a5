"""How a check says what it found, in words a clerk understands and with the place on the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import reduce

from include.models import Box, CheckResult, Extraction, Field, Severity

_UNITS = ("_kg", "_m3")
_ACRONYMS = {"hs": "HS", "vat": "VAT", "iban": "IBAN", "scac": "SCAC", "id": "id"}


@dataclass(frozen=True)
class Fault:
    """What is wrong with a value; no fault is None."""

    reason: str
    severity: Severity = Severity.ERROR


def spoken(name: str) -> str:
    """A field or document type as people say it: `gross_weight_kg` -> `gross weight`."""
    for unit in _UNITS:
        name = name.removesuffix(unit)
    return " ".join(_ACRONYMS.get(word, word) for word in name.split("_"))


def a(noun: str) -> str:
    return f"an {noun}" if noun[:1] in "aeiou" else f"a {noun}"


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def shown(value: Decimal) -> str:
    """A number as people write it: no exponent, no trailing zeros after the point."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def number(fields: Mapping[str, Field], name: str) -> Decimal | None:
    """The value of a numeric field; None when it is absent or no number."""
    found = fields.get(name)
    if found is None:
        return None
    try:
        value = Decimal(found.normalised)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def cell(extraction: Extraction, name: str, line: int | None) -> Field | None:
    """Field `name` of the head, or of the line with this position."""
    if line is None:
        return extraction.fields.get(name)
    return next((row.cells.get(name) for row in extraction.lines if row.position == line), None)


def result(
    check: str,
    fault: Fault | None,
    found: Field | None = None,
    *,
    field: str | None = None,
    line: int | None = None,
    other: int | None = None,
) -> CheckResult:
    """A `CheckResult` that points at the place where `found` stands."""
    return CheckResult(
        check=check,
        passed=fault is None,
        severity=fault.severity if fault else Severity.ERROR,
        reason=fault.reason if fault else "",
        field=field or (found.name if found else None),
        line=line,
        page=found.page if found else None,
        box=_whole(found) if found else None,
        other_document_id=other,
    )


def _whole(found: Field) -> Box | None:
    """All boxes in one, as exact as the rows keep it."""
    return Box.from_list(reduce(Box.union, found.boxes).as_list()) if found.boxes else None

"""How much surer a value is once checks have confirmed it; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from include.models import CheckResult, Extraction, Field, Severity

#: How often a wrong value passes the check all the same: judged, not measured; the certified
#: threshold is what holds a document back when these are too kind.
WRONG_PASSES = {
    "party": 0.1,  # another company of ours in its place
    "order_supplier": 0.02,
    "order_known": 0.01,
    "order_product": 0.02,
    "order_description": 0.02,
    "order_price": 0.02,
    "vat_on_file": 0.01,
    "bank_account": 0.001,
    "iso6346": 0.1,  # one check digit
    "awb_number": 0.15,
    "iban": 0.02,
    "port": 0.1,
    "airport": 0.1,
    "hs_code": 0.3,
    "currency": 0.3,
    "order_currency": 0.2,
    "line_total": 0.02,
    "totals": 0.02,
    "sum_of_lines": 0.02,
    "papers_agree": 0.02,
}
#: Values that a check confirms besides the one it points at.
_ALSO = {
    "line_total": ("quantity", "unit_price"),
    "totals": ("net_total", "tax_total"),
}
#: No evidence makes a value surer than this.
HIGHEST = 0.999

Confidences = Mapping[tuple[int | None, str], float]


def confirmed(extraction: Extraction, checks: Sequence[CheckResult]) -> Confidences:
    """The confidence of every value by (line, name), after the checks.

    By Bayes: a value that is right with chance c and has passed a check that a wrong one passes
    with chance q is right with chance c / (c + (1 - c) q). A value at which any check failed,
    even softly, keeps its own confidence.
    """
    doubt: dict[tuple[int | None, str], float] = {}
    failed: set[tuple[int | None, str]] = set()
    for check in checks:
        for place in _places(extraction, check):
            if check.passed:
                doubt[place] = doubt.get(place, 1.0) * WRONG_PASSES.get(check.check, 1.0)
            elif check.severity != Severity.INFO:
                failed.add(place)
    values: dict[tuple[int | None, str], Field] = {
        (None, name): found for name, found in extraction.fields.items()
    }
    for row in extraction.lines:
        values |= {(row.position, name): found for name, found in row.cells.items()}
    return {
        place: found.confidence
        if place in failed
        else surer(found.confidence, doubt.get(place, 1.0))
        for place, found in values.items()
    }


def surer(confidence: float, wrong_passes: float) -> float:
    """Bayes' rule, rounded to what is worth showing; never beyond HIGHEST, never less sure."""
    if confidence <= 0:
        return confidence
    after = confidence / (confidence + (1 - confidence) * wrong_passes)
    return max(confidence, min(HIGHEST, round(after, 4)))


def _places(extraction: Extraction, check: CheckResult) -> list[tuple[int | None, str]]:
    if check.field is None:
        return []
    names = (check.field, *_ALSO.get(check.check, ()))
    places = [(check.line, name) for name in names]
    if check.check == "sum_of_lines":
        column = "line_total" if check.field == "net_total" else check.field
        places += [(row.position, column) for row in extraction.lines]
    return places

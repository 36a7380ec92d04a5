"""All checks of one paper by itself, as its document type asks for them; pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from include.checks.arithmetic import check_arithmetic
from include.checks.completeness import check_complete
from include.checks.identifiers import FIELD_CHECKS
from include.checks.known import KNOWN_CHECKS, check_lists, check_party_details
from include.checks.orders import check_orders
from include.checks.result import cell, result
from include.models import CheckResult, Extraction, Field

if TYPE_CHECKING:
    from include.checks.reference import Facts
    from include.document_types.catalogue import DocumentType, FieldSpec

#: Checks of fields whose name says what they are, whatever their type file lists.
BUILT_IN: Mapping[str, tuple[str, ...]] = {"carrier_scac": ("scac",)}
BUILT_IN_BY_TYPE: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("air_waybill", "number"): ("awb_number",)
}


def check_document(
    extraction: Extraction, kind: DocumentType | None, facts: Facts, received_on: dt.date
) -> list[CheckResult]:
    """Every check that the paper, its type and the company's tables allow.

    A paper of unknown type has no fields to check; the decision sends it to a person.
    """
    if kind is None:
        return []
    asked: set[str] = set()
    found = [
        *check_complete(
            extraction,
            kind.required,
            [name for name, spec in kind.lines.items() if spec.required],
            needs_lines=bool(kind.erp.get("lines")),
        ),
        *_fields(extraction, kind, facts, asked),
        *check_arithmetic(extraction, received_on),
        *check_party_details(extraction, facts),
        *check_orders(extraction, facts),
    ]
    return [*found, *check_lists(asked, facts)]


def _fields(
    extraction: Extraction, kind: DocumentType, facts: Facts, asked: set[str]
) -> Iterator[CheckResult]:
    places: list[tuple[int | None, Mapping[str, FieldSpec]]] = [(None, kind.fields)]
    places += [(row.position, kind.lines) for row in extraction.lines]
    for line, specs in places:
        for name, spec in specs.items():
            found = cell(extraction, name, line)
            if found is None or not found.normalised:
                continue
            built_in = BUILT_IN.get(name, ()) + BUILT_IN_BY_TYPE.get((kind.name, name), ())
            for check in dict.fromkeys((*spec.checks, *built_in)):
                yield from _field(check, found, line, facts, asked)


def _field(
    check: str, found: Field, line: int | None, facts: Facts, asked: set[str]
) -> Iterator[CheckResult]:
    """The form of the value first; what has the wrong form is not looked up."""
    if check in FIELD_CHECKS:
        fault = FIELD_CHECKS[check](found.normalised)
        if fault or check not in KNOWN_CHECKS:
            yield result(check, fault, found, line=line)
            return
    if check == "purchase_order":
        asked.add("purchase orders")
    if check in KNOWN_CHECKS:
        compare, needs = KNOWN_CHECKS[check]
        asked.add(needs)
        if needs not in facts.directory.empty:
            yield result(check, compare(found, facts), found, line=line)

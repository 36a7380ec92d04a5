"""Identifiers printed anywhere on the pages that tie the papers of one shipment together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from include.extraction.finders.codes import CONTAINER, compact, container_check_digit
from include.extraction.finders.found import Run
from include.extraction.layout.page import Sheet
from include.models import Field, Line

_ORDER = re.compile(
    r"(?<![A-Za-z0-9])(?:PO|P\.O\.|ORD|ORDER)[-/ ]?\d[\dA-Z\-]*(?:/\d+)*(?<=\d{3})(?![A-Za-z0-9])"
)
#: Which fields name which kind of identifier.
FIELD_KINDS = {
    "order_reference": "order",
    "booking_number": "booking",
    "container_number": "container",
    "invoice_number": "invoice",
    "bill_of_lading_number": "bill_of_lading",
    "air_waybill_number": "air_waybill",
}
OWN_NUMBER = {
    "invoice": "invoice",
    "bill_of_lading": "bill_of_lading",
    "air_waybill": "air_waybill",
    "purchase_order": "order",
}


def mentions_of(
    sheets: Sequence[Sheet],
    document_type: str,
    fields: Mapping[str, Field],
    lines: Sequence[Line],
    labelled: Sequence[tuple[str, str]] = (),
) -> tuple[tuple[str, str], ...]:
    """(kind, value) pairs, each once; `labelled` are those found beside labels of other types."""
    out: dict[tuple[str, str], None] = dict.fromkeys(_by_form(sheets))
    own = OWN_NUMBER.get(document_type)
    if own and "number" in fields:
        out[own, compact(fields["number"].normalised)] = None
    for cells in (fields, *(line.cells for line in lines)):
        for name, kind in FIELD_KINDS.items():
            if name in cells and any(c.isdigit() for c in cells[name].normalised):
                out[kind, compact(cells[name].normalised)] = None
    out |= dict.fromkeys((kind, compact(value).strip("/-")) for kind, value in labelled)
    return tuple(out)


def _by_form(sheets: Sequence[Sheet]) -> Iterator[tuple[str, str]]:
    """Order and container numbers by their form alone, wherever they stand."""
    for segment in (s for sheet in sheets for row in sheet.rows for s in row.segments):
        run = Run(segment.words)
        for match, _, _ in run.matches(_ORDER):
            yield "order", compact(match[0]).rstrip("/-")
        for match, _, _ in run.matches(CONTAINER):
            code = "".join(match.groups())
            if container_check_digit(code) == int(code[-1]):
                yield "container", code

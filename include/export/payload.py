"""What of a document goes into the ERP: the mapping of its type applied to its fields; pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from include.models import Extraction, Line


class Record(StrEnum):
    """What a document becomes in the ERP."""

    SUPPLIER_INVOICE = "supplier_invoice"  # an invoice, validated, linked to its order
    SHIPMENT = "shipment"  # the incoming shipment of its order
    ATTACHMENT = "attachment"  # a file at the order's shipment, or at the order


@dataclass(frozen=True, kw_only=True)
class PayloadLine:
    """One line of an invoice."""

    position: int
    product: str | None = None
    description: str | None = None
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Payload:
    """All that the ERP is told about a document.

    `orders` are the purchase order numbers it may belong to. `is_transport` papers (bill of
    lading, air waybill) name the shipment; a packing list does so only until one of them comes.
    """

    record: Record
    document_type: str
    orders: tuple[str, ...] = ()
    reference: str | None = None
    date: dt.date | None = None
    party: str | None = None
    tax_id: str | None = None
    currency: str | None = None
    net: Decimal | None = None
    tax: Decimal | None = None
    total: Decimal | None = None
    is_transport: bool = False
    lines: tuple[PayloadLine, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A field without which the ERP's record cannot be made."""

    field: str
    text: str


def build_payload(
    erp: Mapping[str, Any],
    extraction: Extraction,
    shipment_orders: Iterable[str] = (),
) -> Payload:
    """`erp` is the type's mapping: what of the record is found in which field (or list of fields).

    `shipment_orders`: orders that the other papers of the shipment name; used when this one
    names none.
    """

    def value(key: str) -> str | None:
        names = erp.get(key) or ()
        names = [names] if isinstance(names, str) else names
        return next((found for name in names if (found := extraction.value(name))), None)

    columns: Mapping[str, str] = erp.get("lines") or {}
    return Payload(
        record=Record(erp.get("record", Record.ATTACHMENT)),
        document_type=extraction.document_type,
        orders=order_numbers(value("order"), extraction, shipment_orders),
        reference=value("reference"),
        date=as_date(value("date")),
        party=value("party"),
        tax_id=value("tax_id"),
        currency=value("currency"),
        net=as_decimal(value("net")),
        tax=as_decimal(value("tax")),
        total=as_decimal(value("total")),
        is_transport=bool(erp.get("is_transport", False)),
        lines=tuple(build_line(line, columns) for line in extraction.lines),
    )


def build_line(line: Line, columns: Mapping[str, str]) -> PayloadLine:
    cells = {key: line.cells.get(column) for key, column in columns.items()}
    values = {key: cell.normalised for key, cell in cells.items() if cell}
    return PayloadLine(
        position=line.position,
        product=values.get("product"),
        description=values.get("description"),
        quantity=as_decimal(values.get("quantity")),
        unit_price=as_decimal(values.get("unit_price")),
        amount=as_decimal(values.get("amount")),
    )


def order_numbers(
    field: str | None, extraction: Extraction, shipment_orders: Iterable[str]
) -> tuple[str, ...]:
    """The order the paper names in its field, else those printed on it, else its shipment's."""
    if field:
        return (squeeze(field),)
    printed = [value for kind, value in extraction.mentions if kind == "order"]
    return tuple(sorted({squeeze(number) for number in printed or shipment_orders}))


def squeeze(number: str) -> str:
    """An identifier as it is compared: upper case, no blanks."""
    return re.sub(r"\s+", "", number).upper()


def gaps(payload: Payload) -> tuple[Gap, ...]:
    """What the ERP cannot do without and the document does not tell."""
    needed: tuple[tuple[str, object, str], ...] = ()
    match payload.record:
        case Record.SUPPLIER_INVOICE:
            needed = (
                ("reference", payload.reference, "the invoice has no number"),
                ("date", payload.date, "the invoice has no date"),
                ("party", payload.party or payload.tax_id, "the invoice names no seller"),
                ("currency", payload.currency, "the invoice has no currency"),
                ("total", payload.total, "the invoice has no total"),
            )
        case Record.SHIPMENT:
            needed = (("reference", payload.reference, "the paper has no number"),)
        case Record.ATTACHMENT:
            pass
    found = [Gap(field=key, text=text) for key, value, text in needed if value is None]
    if not payload.orders and payload.record is not Record.SUPPLIER_INVOICE:
        found.append(Gap(field="order", text="no purchase order is named, here or in its shipment"))
    return tuple(found)


def resources(payload: Payload) -> tuple[str, ...]:
    """Which records of the ERP the export will touch: only one export at a time may."""
    touched = [f"order:{number}" for number in payload.orders]
    if payload.record is Record.SUPPLIER_INVOICE and payload.reference:
        touched.append(f"invoice:{squeeze(payload.reference)}")
    return tuple(touched)


def as_json(payload: Payload) -> dict[str, Any]:
    """The payload for a jsonb column: decimals and dates as text."""

    def plain(value: Any) -> Any:
        match value:
            case dict():
                return {key: plain(item) for key, item in value.items()}
            case list() | tuple():
                return [plain(item) for item in value]
            case Decimal() | dt.date():
                return str(value)
        return value

    return {key: plain(value) for key, value in asdict(payload).items()}


def from_json(stored: Mapping[str, Any]) -> Payload:
    """The payload that `as_json` wrote."""
    values = {f.name: stored[f.name] for f in fields(Payload) if f.name in stored}
    values["record"] = Record(stored["record"])
    values["orders"] = tuple(stored["orders"])
    values["date"] = as_date(stored["date"])
    for key in ("net", "tax", "total"):
        values[key] = as_decimal(stored[key])
    values["lines"] = tuple(line_from_json(line) for line in stored["lines"])
    return Payload(**values)


def line_from_json(stored: Mapping[str, Any]) -> PayloadLine:
    numbers = {key: as_decimal(stored[key]) for key in ("quantity", "unit_price", "amount")}
    return PayloadLine(**{**stored, **numbers})


def as_decimal(text: str | None) -> Decimal | None:
    """None for what is no number."""
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


def as_date(text: str | None) -> dt.date | None:
    """None for what is no ISO date."""
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        return None

"""What one paper says about the goods it travels with, so that papers can be compared; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from include.checks.identifiers import compact
from include.checks.names import party_name
from include.checks.result import number
from include.models import Extraction, Field, Line

#: Kinds of keys that tie papers together.
ORDER, CONTAINER, INVOICE = "order", "container", "invoice"
#: Bills of lading and air waybills: a consignment travels under one of them.
TRANSPORT = "transport"
_TRANSPORT_KINDS = ("bill_of_lading", "air_waybill")
#: Types that others name by their number.
OWN_NUMBER = {"bill_of_lading": TRANSPORT, "air_waybill": TRANSPORT, "invoice": INVOICE}
_NAMED_BY = (
    ("invoice_number", INVOICE),
    ("bill_of_lading_number", TRANSPORT),
    ("container_number", CONTAINER),
    ("order_reference", ORDER),
    ("booking_number", "booking"),
)
NUMBERS = ("gross_weight_kg", "net_weight_kg", "package_count", "volume_m3")

Keys = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Said:
    """A value with the place where it stands; the place is None when it was added up."""

    value: str
    found: Field | None
    line: int | None = None


@dataclass(frozen=True, kw_only=True)
class Consignment:
    """One lot of goods on a paper: a manifest has several, any other paper one."""

    document_id: int
    file_name: str
    document_type: str
    own_number: str
    sender: str
    keys: Keys
    numbers: Mapping[str, tuple[Decimal, Said]] = field(default_factory=dict)
    texts: Mapping[str, Said] = field(default_factory=dict)
    hs_codes: frozenset[str] = frozenset()
    hs_place: Said | None = None
    container_place: Said | None = None
    number_place: Said | None = None


def keys_of(extraction: Extraction) -> dict[str, frozenset[str]]:
    """The orders, containers, transport documents, invoices and bookings a paper names.

    Invoice numbers count only from their own field: on other papers such a token may be anything.
    """
    found: dict[str, set[str]] = {}
    for kind, value in extraction.mentions:
        if kind != INVOICE:
            _put(found, TRANSPORT if kind in _TRANSPORT_KINDS else kind, value)
    cells = [extraction.fields, *(row.cells for row in extraction.lines)]
    for name, kind in _NAMED_BY:
        for place in cells:
            if name in place:
                _put(found, kind, place[name].normalised)
    own, printed = OWN_NUMBER.get(extraction.document_type), extraction.value("number")
    if own and printed:
        _put(found, own, printed)
    return {kind: frozenset(values) for kind, values in found.items()}


def _put(found: dict[str, set[str]], kind: str, value: str) -> None:
    parts = value.replace("/", ",").split(",") if kind == CONTAINER else [value]
    for part in parts:
        code = compact(part)
        if len(code) >= 4:
            found.setdefault(kind, set()).add(code)


def consignments_of(document_id: int, file_name: str, extraction: Extraction) -> list[Consignment]:
    """The lots of goods on one paper."""
    groups: list[tuple[Keys, Sequence[Line]]] = [(keys_of(extraction), extraction.lines)]
    if extraction.document_type == "cargo_manifest":
        groups = _manifest_groups(extraction) or groups
    is_whole = len(groups) == 1
    return [
        Consignment(
            document_id=document_id,
            file_name=file_name,
            document_type=extraction.document_type,
            own_number=extraction.value("number") or "",
            sender=_sender(extraction),
            keys=keys,
            numbers=_numbers(extraction, lines, is_whole),
            texts=_texts(extraction, lines),
            hs_codes=frozenset(
                compact(f.normalised)[:6] for row in lines if (f := row.cells.get("hs_code"))
            ),
            hs_place=_first(lines, "hs_code"),
            container_place=_head(extraction, "container_number")
            or _first(lines, "container_number"),
            number_place=_head(extraction, "number"),
        )
        for keys, lines in groups
    ]


def _sender(extraction: Extraction) -> str:
    """Who sold or shipped the goods; empty when the paper does not say."""
    found = extraction.fields.get("seller_name") or extraction.fields.get("shipper_name")
    return party_name(found.value).key if found else ""


def _manifest_groups(extraction: Extraction) -> list[tuple[Keys, Sequence[Line]]]:
    """Rows of a manifest by bill of lading; nothing when a row names none."""
    rows: dict[str, list[Line]] = {}
    for row in extraction.lines:
        named = row.cells.get("bill_of_lading_number")
        if named is None:
            return []
        rows.setdefault(compact(named.normalised), []).append(row)
    groups: list[tuple[Keys, Sequence[Line]]] = []
    for bill, lines in rows.items():
        keys: dict[str, set[str]] = {TRANSPORT: {bill}}
        for row in lines:
            if found := row.cells.get("container_number"):
                _put(keys, CONTAINER, found.normalised)
        groups.append(({kind: frozenset(values) for kind, values in keys.items()}, lines))
    return groups


def _head(extraction: Extraction, name: str) -> Said | None:
    found = extraction.fields.get(name)
    return Said(found.normalised, found) if found and found.normalised else None


def _first(lines: Sequence[Line], name: str) -> Said | None:
    for row in lines:
        if found := row.cells.get(name):
            return Said(found.normalised, found, row.position)
    return None


def _numbers(
    extraction: Extraction, lines: Sequence[Line], is_whole: bool
) -> dict[str, tuple[Decimal, Said]]:
    """Totals of the head when the paper is one lot, else what the lot's rows add up to."""
    found: dict[str, tuple[Decimal, Said]] = {}
    for name in NUMBERS:
        total = number(extraction.fields, name) if is_whole else None
        if total is not None:
            printed = extraction.fields[name]
            found[name] = (total, Said(printed.normalised, printed))
            continue
        cells = [number(row.cells, name) for row in lines]
        values = [value for value in cells if value is not None]
        place = _first(lines, name)
        if place and len(values) == len(cells):
            found[name] = (sum(values, Decimal(0)), place)
    return found


def _texts(extraction: Extraction, lines: Sequence[Line]) -> dict[str, Said]:
    """Consignee, ports and ship; the buyer of an invoice is not its consignee for sure."""
    found = {
        name: said
        for name in ("port_of_loading", "port_of_discharge", "vessel_name")
        if (said := _head(extraction, name))
    }
    consignee = _head(extraction, "consignee_name")
    if consignee is None:
        named = {party_name(f.value).key for r in lines if (f := r.cells.get("consignee_name"))}
        consignee = _first(lines, "consignee_name") if len(named) == 1 else None
    if consignee is None and extraction.document_type == "invoice":
        consignee = _head(extraction, "buyer_name")
    return {**found, "consignee_name": consignee} if consignee else found

"""Planted faults: each turns a shipment's facts into what one faulty paper will say."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from random import Random

from include.samples.identifiers import break_check_digit
from include.samples.reference import Party
from include.samples.shipment import Shipment, rounded

CONTAINER = "container_check_digit"
WEIGHTS = "weights_between_papers"
HS_CODE = "hs_code_unknown"
CONSIGNEE = "consignee_unknown"
DUPLICATE_INVOICE = "duplicate_invoice"
STAMP = "stamp_over_value"
UNREADABLE = "unreadable_scan"
NOT_A_PDF = "not_a_pdf"
SAME_BYTES = "byte_identical_copy"

#: Companies that no reference table knows.
STRANGERS = (
    ("Brennholt Warenkontor AG", "Speicherallee 91, 28217 Bremen, Germany", "DE"),
    ("Castrillane Distribution SAS", "5 rue du Canal, 59000 Lille, France", "FR"),
    ("Overmarsh Wholesale Ltd", "77 Quayside Road, Hull HU1 2LX, United Kingdom", "GB"),
)


def with_wrong_container(shipment: Shipment, rng: Random) -> Shipment:
    """The container number with a wrong check digit."""
    return replace(shipment, container_number=break_check_digit(shipment.container_number, rng))


def with_other_weight(shipment: Shipment, rng: Random) -> Shipment:
    """Gross weights 4 to 9 % higher, adding up among themselves."""
    factor = Decimal(rng.randint(104, 109)) / 100
    items = tuple(
        replace(item, gross_kg=rounded(rounded(item.gross_kg * factor, Decimal("0.1"))))
        for item in shipment.items
    )
    return replace(shipment, items=items)


def with_unknown_hs_code(shipment: Shipment, rng: Random) -> Shipment:
    """A tariff code of chapter 77, which the nomenclature keeps empty."""
    first = replace(shipment.items[0], hs_code=f"77{rng.randint(1, 12):02d}{rng.randint(10, 90)}")
    return replace(shipment, items=(first, *shipment.items[1:]))


def with_unknown_consignee(shipment: Shipment, rng: Random) -> Shipment:
    """Somebody else receives the goods."""
    name, address, country = rng.choice(STRANGERS)
    stranger = Party("", name, address, country, "", "", "customer")
    return replace(shipment, consignee=stranger)


def split_into_batches(shipment: Shipment, parts: int, rng: Random) -> Shipment:
    """Each item in `parts` batches of its own line, for papers longer than a page; sums stay."""
    items = []
    for item in shipment.items:
        count = min(parts, int(item.quantity), item.packages)
        for part in range(count):
            share = Decimal(part + 1) / count, Decimal(part) / count
            quantity = int(item.quantity * share[0]) - int(item.quantity * share[1])

            def cut(total: Decimal, share: tuple[Decimal, Decimal] = share) -> Decimal:
                return rounded(total * share[0]) - rounded(total * share[1])

            items.append(
                replace(
                    item,
                    quantity=Decimal(quantity),
                    line_total=quantity * item.unit_price,
                    packages=int(item.packages * share[0]) - int(item.packages * share[1]),
                    net_kg=cut(item.net_kg),
                    gross_kg=cut(item.gross_kg),
                    volume_m3=cut(item.volume_m3),
                    batch=f"Lot {rng.choice('ABCDEFGH')}{rng.randint(100, 999)}",
                )
            )
    return replace(shipment, items=tuple(items))


def not_a_pdf(rng: Random) -> bytes:
    """What arrives under the name of a PDF: an error page of a web mailer, or bytes of nothing."""
    if rng.random() < 0.5:
        return rng.randbytes(6000)
    return (
        b"<!DOCTYPE html><html><head><title>Session expired</title></head>"
        b"<body><h1>Your session has expired</h1><p>Please sign in again to download the file."
        b"</p></body></html>\n"
    )

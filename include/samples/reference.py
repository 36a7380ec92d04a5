"""The sample company's reference data as nouns: parties, products, ports and purchase orders."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "reference"
#: Orders that only the demo uses, so that its papers never meet those of `make samples`.
DEMO_ORDERS = tuple(f"PO-2026-{n:04d}" for n in range(1, 11))


@dataclass(frozen=True)
class Party:
    """A company of the reference data; `address` is one line with commas."""

    code: str
    name: str
    address: str
    country: str
    vat_id: str
    iban: str
    kind: str

    @property
    def address_lines(self) -> tuple[str, ...]:
        return tuple(self.address.split(", "))


@dataclass(frozen=True)
class Product:
    """What the company buys; weight in kg per unit."""

    code: str
    name: str
    hs_code: str
    unit: str
    net_weight_kg: Decimal


@dataclass(frozen=True)
class OrderLine:
    """One position of a purchase order."""

    position: int
    product: Product
    quantity: Decimal
    unit_price: Decimal


@dataclass(frozen=True)
class Order:
    """A purchase order with its lines."""

    number: str
    supplier: Party
    buyer: Party
    currency: str
    incoterm: str
    state: str
    ordered_at: dt.date
    lines: tuple[OrderLine, ...]


@dataclass(frozen=True)
class Port:
    """A sea port (UN/LOCODE) or an airport (IATA code)."""

    code: str
    name: str
    country: str
    kind: str


def rows(table: str) -> Iterator[Mapping[str, str]]:
    """The rows of one reference CSV."""
    with (FOLDER / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@cache
def parties() -> Mapping[str, Party]:
    return {row["code"]: Party(**row) for row in rows("parties")}


@cache
def products() -> Mapping[str, Product]:
    return {
        row["code"]: Product(
            code=row["code"],
            name=row["name"],
            hs_code=row["hs_code"],
            unit=row["unit"],
            net_weight_kg=Decimal(row["net_weight_kg"]),
        )
        for row in rows("products")
    }


@cache
def ports() -> Mapping[str, Port]:
    return {row["code"]: Port(**row) for row in rows("ports")}


@cache
def country_names() -> Mapping[str, str]:
    return {row["code"]: row["name"] for row in rows("countries")}


@cache
def hs_codes() -> frozenset[str]:
    """Every code of the tariff extract, active or not."""
    return frozenset(row["code"] for row in rows("hs_codes"))


@cache
def orders() -> Mapping[str, Order]:
    lines: dict[str, list[OrderLine]] = {}
    for row in rows("purchase_order_lines"):
        lines.setdefault(row["order_number"], []).append(
            OrderLine(
                position=int(row["position"]),
                product=products()[row["product"]],
                quantity=Decimal(row["quantity"]),
                unit_price=Decimal(row["unit_price"]),
            )
        )
    return {
        row["number"]: Order(
            number=row["number"],
            supplier=parties()[row["supplier"]],
            buyer=parties()[row["buyer"]],
            currency=row["currency"],
            incoterm=row["incoterm"],
            state=row["state"],
            ordered_at=dt.date.fromisoformat(row["ordered_at"]),
            lines=tuple(lines[row["number"]]),
        )
        for row in rows("purchase_orders")
    }

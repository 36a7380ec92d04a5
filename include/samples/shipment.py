"""One shipment of a purchase order: the facts that all its papers agree on."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from include.samples import identifiers
from include.samples.reference import Order, OrderLine, Party, Port, Product, parties, ports
from include.samples.routes import (
    AIRLINES,
    CARTON_KG,
    SEALS,
    VESSELS,
    carriers_for,
    route_of,
)

CENT = Decimal("0.01")
GERMAN_VAT = Decimal("0.19")


def rounded(value: Decimal, step: Decimal = CENT) -> Decimal:
    return value.quantize(step, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, kw_only=True)
class Item:
    """One kind of goods in the shipment with its packages, weights (kg) and volume (m3)."""

    product: Product
    quantity: Decimal
    unit_price: Decimal
    line_total: Decimal
    packages: int
    net_kg: Decimal
    gross_kg: Decimal
    volume_m3: Decimal
    hs_code: str
    country: str
    batch: str = ""

    @property
    def description(self) -> str:
        return f"{self.product.name}, {self.batch}" if self.batch else self.product.name


@dataclass(frozen=True, kw_only=True)
class Shipment:
    """What is sent, by whom, on which way and when; totals are sums of the items."""

    order: Order
    mode: str  # sea | air | road
    seller: Party
    consignee: Party
    carrier: Party
    items: tuple[Item, ...]
    package_kind: str  # carton | pallet | bag
    loading: Port
    discharge: Port
    delivery_place: str
    container_number: str
    container_type: str
    seal_number: str
    transport_number: str  # of the bill of lading or air waybill
    booking_number: str
    vessel: str
    voyage: str
    invoice_number: str
    packing_list_number: str
    manifest_number: str
    delivery_note_number: str
    invoice_date: dt.date
    due_date: dt.date
    packing_date: dt.date
    departed_on: dt.date
    transport_date: dt.date
    manifest_date: dt.date
    arrived_on: dt.date
    delivered_on: dt.date
    tax_rate: Decimal
    freight_prepaid: bool
    shares_vessel: bool = False  # the manifest lists goods of others too
    second_container: str = ""  # holds every second item
    is_to_order: bool = False  # the bill of lading names no consignee

    def container_of(self, item: Item) -> str:
        is_second = bool(self.second_container) and self.items.index(item) % 2 == 1
        return self.second_container if is_second else self.container_number

    @property
    def packages(self) -> int:
        return sum(item.packages for item in self.items)

    @property
    def net_kg(self) -> Decimal:
        return sum((item.net_kg for item in self.items), Decimal(0))

    @property
    def gross_kg(self) -> Decimal:
        return sum((item.gross_kg for item in self.items), Decimal(0))

    @property
    def volume_m3(self) -> Decimal:
        return sum((item.volume_m3 for item in self.items), Decimal(0))

    @property
    def chargeable_kg(self) -> Decimal:
        """The larger of weight and volume weight (6000 cm3 to the kg), to the next half."""
        volume_weight = self.volume_m3 * 1000 / 6
        return rounded(Decimal(math.ceil(max(self.gross_kg, volume_weight) * 2)) / 2)

    @property
    def net_total(self) -> Decimal:
        return sum((item.line_total for item in self.items), Decimal(0))

    @property
    def tax_total(self) -> Decimal:
        return rounded(self.net_total * self.tax_rate)

    @property
    def grand_total(self) -> Decimal:
        return self.net_total + self.tax_total


def build_shipment(order: Order, rng: Random) -> Shipment:
    """A shipment of `order`; the same order and random state give the same shipment."""
    route = route_of(order.supplier)
    weight = sum((line.quantity * line.product.net_weight_kg for line in order.lines), Decimal(0))
    mode = "road" if route.is_road else "air" if weight < 1000 else "sea"
    package_kind = "bag" if order.lines[0].product.unit == "BAG" else "carton"
    carrier = parties()[rng.choice(carriers_for(mode, order.supplier))]
    discharge = {"sea": ("DEHAM", "DEHAM", "DEHAM", "DEBRV"), "air": ("HAM", "HAM", "FRA")}
    loading = {"sea": route.sea_port, "air": route.airport}.get(mode, "DEHAM")
    invoice_date = _workday(order.ordered_at + dt.timedelta(days=rng.randint(24, 42)))
    departed = invoice_date + dt.timedelta(days=rng.randint(2, 6))
    days_under_way = {"sea": rng.randint(24, 33), "air": 1, "road": 1}[mode]
    arrived = departed + dt.timedelta(days=days_under_way)
    owner = carrier.code[:3]
    serial = rng.randint(120, 989)
    return Shipment(
        order=order,
        mode=mode,
        seller=order.supplier,
        consignee=order.buyer,
        carrier=carrier,
        items=tuple(_item(line, order, rng) for line in order.lines),
        package_kind=package_kind,
        loading=ports()[loading],
        discharge=ports()[rng.choice(discharge.get(mode, ("DEHAM",)))],
        delivery_place="Hamburg",
        container_number=identifiers.container_number(rng, owner) if mode == "sea" else "",
        container_type=rng.choice(("20' DC", "40' HC", "40' DC")),
        seal_number=f"{rng.choice(SEALS)}{rng.randrange(100_000, 9_999_999)}",
        transport_number=_transport_number(rng, mode, carrier, loading),
        booking_number=f"{carrier.code[:2]}{rng.randrange(10_000_000, 99_999_999)}",
        vessel=rng.choice(VESSELS.get(carrier.code, ("",))),
        voyage=(
            f"{rng.randint(11, 48):03d}{rng.choice('EWNS')}"
            if mode == "sea"
            else f"{carrier.code[:2]}{rng.randint(100, 989)}"
        ),
        invoice_number=_number(rng, ("INV-2026-{n}", "CI26{n}", "{i}/2026-{n}", "2026{n}"), order),
        packing_list_number=_number(rng, ("PL-2026-{n}", "PL26{n}", "PK-{n}"), order),
        manifest_number=f"M{carrier.code[:2]}{serial}{rng.randint(10, 99)}",
        delivery_note_number=_number(rng, ("DN-{n}", "LS26{n}", "80{n}"), order),
        invoice_date=invoice_date,
        due_date=invoice_date + dt.timedelta(days=rng.choice((14, 30, 45, 60))),
        packing_date=invoice_date + dt.timedelta(days=rng.randint(0, 1)),
        departed_on=departed,
        transport_date=departed + dt.timedelta(days=rng.randint(0, 1) if mode == "sea" else 0),
        manifest_date=departed + dt.timedelta(days=1),
        arrived_on=arrived,
        delivered_on=_workday(arrived + dt.timedelta(days=rng.randint(1, 4))),
        tax_rate=GERMAN_VAT if order.supplier.country == order.buyer.country else Decimal(0),
        freight_prepaid=order.incoterm not in ("FOB", "FCA", "EXW"),
    )


def _item(line: OrderLine, order: Order, rng: Random) -> Item:
    quantity = line.quantity
    if rng.random() < 0.25 and quantity >= 20:  # a part delivery
        quantity = rounded(quantity * Decimal(rng.choice(("0.5", "0.6", "0.75"))), Decimal(1))
    product = line.product
    per_package = max(1, int(CARTON_KG / product.net_weight_kg))
    packages = math.ceil(quantity / per_package)
    net = rounded(quantity * product.net_weight_kg, Decimal("0.1"))
    gross = net * Decimal(rng.randint(103, 112)) / 100 + packages * Decimal("0.3")
    density = Decimal(rng.randint(290, 480))
    unit = Decimal(1) if order.currency == "JPY" else CENT
    return Item(
        product=product,
        quantity=quantity,
        unit_price=line.unit_price,
        line_total=rounded(quantity * line.unit_price, unit),
        packages=packages,
        net_kg=rounded(net),
        gross_kg=rounded(rounded(gross, Decimal("0.1"))),
        volume_m3=max(rounded(gross / density), CENT),
        hs_code=product.hs_code,
        country=order.supplier.country,
    )


def _transport_number(rng: Random, mode: str, carrier: Party, loading: str) -> str:
    if mode == "air":
        return identifiers.air_waybill_number(rng, AIRLINES[carrier.code])
    place = rng.choice((loading[2:], loading[2:] + "HAM", ""))
    return f"{carrier.code}{place}{rng.randrange(1_000_000, 99_999_999)}"


def _number(rng: Random, patterns: tuple[str, ...], order: Order) -> str:
    initials = "".join(word[0] for word in order.supplier.name.split()[:2]).upper()
    initials = "".join(c for c in initials if c.isascii() and c.isalpha())
    # The order's own serial keeps numbers of one seller apart within any set.
    serial = f"{order.number[-3:]}{rng.randint(10, 99)}"
    return rng.choice(patterns).format(n=serial, i=initials)


def _workday(day: dt.date) -> dt.date:
    while day.weekday() > 4:
        day += dt.timedelta(days=1)
    return day

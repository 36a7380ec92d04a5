"""The cargo manifest: the list of all that a ship carries between two ports."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from include.samples.identifiers import container_number
from include.samples.papers import transport
from include.samples.papers.boxes import grid, pairs
from include.samples.papers.draft import Draft
from include.samples.papers.goods import general_description, hs_as_printed, place_as_printed
from include.samples.papers.invoice import NUMERIC
from include.samples.papers.sheet import GREY, Sheet
from include.samples.papers.table import Column, Look, Row, draw_table
from include.samples.reference import orders
from include.samples.shipment import Shipment, rounded
from include.samples.voice import Printed, Voice

ORDERS = (
    ("bill_of_lading_number", "shipper_name", "consignee_name", "container_number", "description",
     "package_count", "gross_weight_kg"),
    ("bill_of_lading_number", "container_number", "shipper_name+consignee_name", "package_count",
     "description+hs_code", "gross_weight_kg"),
    ("bill_of_lading_number", "container_number", "package_count", "description", "hs_code",
     "gross_weight_kg", "shipper_name", "consignee_name"),
)  # fmt: skip
#: Receivers of the other goods on board.
OTHERS = ("Grankulla Handel Oy", "Ostwick Trading Ltd", "Brennesholm Import ApS", "Tessendorf KG")
HEAD = ("number", "issue_date", "vessel_name", "voyage_number", "port_of_loading",
        "port_of_discharge")  # fmt: skip
TOTALS = ("package_count", "gross_weight_kg")
LEFT = 36.0


@dataclass(frozen=True)
class Entry:
    """One line of the manifest."""

    bill_of_lading: str
    shipper: str
    consignee: str
    container: str
    description: str
    hs_code: str
    packages: int
    gross_kg: Decimal


def draft_cargo_manifest(shipment: Shipment, voice: Voice, sheet: Sheet, rng: Random) -> Draft:
    order = rng.choice(ORDERS)
    entries = own_entries(shipment, rng)
    if shipment.shares_vessel:
        entries = entries + foreign_entries(shipment, rng)
        rng.shuffle(entries)
    columns = []
    for entry in order:
        keys = tuple(entry.split("+"))
        header = " / ".join(voice.column(key) for key in keys if keys[0] in (key, "shipper_name"))
        columns.append(Column(header, keys, "right" if keys[0] in NUMERIC else "left"))
    if "hs_code" not in " ".join(order):
        sheet.unscored.add("lines.hs_code")
    return Draft(
        shipment=shipment,
        voice=voice,
        sheet=sheet,
        values=_values(shipment, voice, rng, entries),
        rng=rng,
        columns=columns,
        rows=[_row(entry, voice, "description+hs_code" in order) for entry in entries],
        refs=HEAD,
        totals=TOTALS,
    )


def own_entries(shipment: Shipment, rng: Random) -> list[Entry]:
    """The shipment's goods: one line for all, or one for each kind of goods."""
    common = (shipment.transport_number, shipment.seller.name, shipment.consignee.name)
    reference = f" / {shipment.order.number}"
    if rng.random() < 0.4 and not shipment.second_container:
        goods, hs_code = general_description(shipment) + reference, shipment.items[0].hs_code
        weights = shipment.packages, shipment.gross_kg
        return [Entry(*common, shipment.container_number, goods, hs_code, *weights)]
    return [
        Entry(
            *common,
            container=shipment.container_of(item),
            description=item.description.upper() + ("" if i else reference),
            hs_code=item.hs_code,
            packages=item.packages,
            gross_kg=item.gross_kg,
        )
        for i, item in enumerate(shipment.items)
    ]


def foreign_entries(shipment: Shipment, rng: Random) -> list[Entry]:
    """Goods of other people on the same ship."""
    entries = []
    for order in rng.sample(list(orders().values()), rng.randint(2, 5)):
        line = order.lines[0]
        entries.append(
            Entry(
                bill_of_lading=f"{shipment.carrier.code}{rng.randrange(1_000_000, 99_999_999)}",
                shipper=order.supplier.name,
                consignee=rng.choice(OTHERS),
                container=container_number(rng, shipment.carrier.code[:3]),
                description=line.product.name.upper(),
                hs_code=line.product.hs_code,
                packages=rng.randint(20, 900),
                gross_kg=rounded(Decimal(rng.randint(8_000, 190_000)) / 10),
            )
        )
    return entries


def _values(
    shipment: Shipment, voice: Voice, rng: Random, entries: list[Entry]
) -> dict[str, Printed]:
    def plain(text: str) -> Printed:
        return Printed(text, text)

    place = rng.choice(("name", "country", "code", "upper"))
    gross = sum((entry.gross_kg for entry in entries), Decimal(0))
    return {
        "number": plain(shipment.manifest_number),
        "issue_date": voice.date(shipment.manifest_date),
        "carrier_name": plain(shipment.carrier.name),
        "vessel_name": plain(shipment.vessel),
        "voyage_number": plain(shipment.voyage),
        "port_of_loading": plain(place_as_printed(shipment.loading, place)),
        "port_of_discharge": plain(place_as_printed(shipment.discharge, place)),
        "package_count": voice.count(sum(entry.packages for entry in entries)),
        "gross_weight_kg": voice.weight(gross, "KGS" if voice.language == "en" else "kg"),
    }


def _row(entry: Entry, voice: Voice, labels_hs: bool) -> Row:
    def plain(text: str) -> Printed:
        return Printed(text, text)

    hs = hs_as_printed(entry.hs_code, voice)
    return {
        "bill_of_lading_number": plain(entry.bill_of_lading),
        "shipper_name": plain(entry.shipper),
        "consignee_name": plain(entry.consignee),
        "container_number": plain(entry.container),
        "description": plain(entry.description),
        "hs_code": Printed(f"HS {hs}" if labels_hs else hs, entry.hs_code),
        "package_count": voice.count(entry.packages),
        "gross_weight_kg": voice.weight(entry.gross_kg),
    }


def header_pairs(d: Draft) -> None:
    """Labels left of values in two columns above a full grid."""
    s, width = d.sheet, d.sheet.width - 2 * LEFT
    s.text(LEFT, 30, d.voice.title(), size=15, bold=True, align="center", width=width)
    y = d.pair("carrier_name", LEFT, 54, label_width=110, width=width / 2)
    left = pairs(d, LEFT, y, width / 2, HEAD[:3], label_width=110)
    right = pairs(d, LEFT + width / 2, y, width / 2, HEAD[3:], label_width=110)
    y = _table(d, max(left, right) + 8, Look("grid", 8))
    pairs(d, s.width - LEFT - 260, y + 6, 260, TOTALS, label_width=130, size=9)
    _signed(d)


def header_boxes(d: Draft) -> None:
    """The header in boxes with small labels, ruled lines below."""
    s, width = d.sheet, d.sheet.width - 2 * LEFT
    s.text(LEFT, 30, d.voice.title(), size=14, bold=True)
    boxes = [(1 / 4, name) for name in ("carrier_name", "number", "issue_date", "vessel_name")]
    routing = [(1 / 3, name) for name in ("voyage_number", "port_of_loading", "port_of_discharge")]
    y = grid(d, LEFT, 54, width, [(30.0, boxes), (30.0, routing)])
    y = _table(d, y + 8, Look("ruled", 8.5))
    grid(d, LEFT + width * 0.6, y + 4, width * 0.4, [(30.0, [(0.5, name) for name in TOTALS])])
    _signed(d)


def typed(d: Draft) -> None:
    """A line printer's list."""
    s, width = d.sheet, d.sheet.width - 2 * LEFT
    y = s.value("carrier_name", d.values["carrier_name"], LEFT, 30, size=11, bold=True)
    y = s.text(LEFT, y, d.shipment.carrier.address, size=8)
    s.text(LEFT, 32, d.voice.title(), size=12, bold=True, align="right", width=width)
    s.dashes(LEFT, y + 2, LEFT + width, "=")
    y = pairs(d, LEFT, y + 14, width, HEAD, label_width=180, size=8.5)
    y = _table(d, y + 8, Look("dashes", 7.5))
    pairs(d, LEFT, y + 8, width, TOTALS, label_width=180, size=8.5)
    _signed(d)


def banded(d: Draft) -> None:
    """A tinted head with label above value, zebra lines."""
    s, width = d.sheet, d.sheet.width - 2 * LEFT
    s.box(0, 0, s.width, 92, fill=(0.91, 0.94, 0.97), border=0)
    s.text(LEFT, 20, d.voice.title(), size=16, bold=True)
    s.value("carrier_name", d.values["carrier_name"], LEFT, 22, size=10, bold=True, align="right",
            width=width)  # fmt: skip
    for i, name in enumerate(HEAD):
        d.stacked(name, LEFT + i * width / 6, 56, width=width / 6 - 6)
    y = _table(d, 104, Look("zebra", 8, (0.95, 0.96, 0.98), dark_header=d.rng.random() < 0.5))
    pairs(d, s.width - LEFT - 240, y + 6, 240, TOTALS, label_width=130, size=9.5, colon="")
    _signed(d)


def _table(d: Draft, y: float, look: Look) -> float:
    return draw_table(
        d.sheet, d.columns, d.rows, x=LEFT, y=y, width=d.sheet.width - 2 * LEFT,
        bottom=d.sheet.height - 90, look=look, next_page=d.pages(60, "number"),
    )  # fmt: skip


def _signed(d: Draft) -> None:
    words = d.voice.say(en="Master / Agent", de="Kapitän / Agent", fr="Capitaine / Agent",
                        es="Capitán / Agente")  # fmt: skip
    y = d.sheet.height - 46
    d.sheet.rule(LEFT, y, LEFT + 170, y, 0.5)
    d.sheet.scribble(LEFT + 20, y - 9, d.rng.uniform(50, 90), d.rng)
    d.sheet.text(LEFT, y + 3, words, size=7, colour=GREY)


LAYOUTS: dict[str, transport.Layout] = {
    "header_pairs": header_pairs, "header_boxes": header_boxes, "typed": typed, "banded": banded,
}  # fmt: skip

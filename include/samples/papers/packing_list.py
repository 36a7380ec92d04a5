"""The packing list: what is in which packages, with weights."""

from __future__ import annotations

from random import Random

from include.samples.identifiers import container_as_printed
from include.samples.papers.draft import Draft
from include.samples.papers.goods import hs_as_printed
from include.samples.papers.invoice import columns_of, footer_of
from include.samples.papers.sheet import Sheet
from include.samples.papers.table import Row
from include.samples.shipment import Item, Shipment
from include.samples.voice import Printed, Voice

ORDERS = (
    ("description", "item_code", "package_count", "quantity", "net_weight_kg", "gross_weight_kg"),
    ("package_count", "description", "item_code", "quantity", "net_weight_kg", "gross_weight_kg",
     "volume_m3"),
    ("item_code", "description", "hs_code", "quantity", "package_count", "gross_weight_kg",
     "net_weight_kg"),
    ("description", "hs_code", "quantity", "package_count", "net_weight_kg", "gross_weight_kg"),
)  # fmt: skip
#: Sea containers are named on most packing lists, not on all.
CONTAINER_CHANCE = 0.7


def draft_packing_list(shipment: Shipment, voice: Voice, sheet: Sheet, rng: Random) -> Draft:
    order = rng.choice(ORDERS)
    sheet.unscored.add("lines.volume_m3")
    return Draft(
        shipment=shipment,
        voice=voice,
        sheet=sheet,
        values=_values(shipment, voice, rng),
        rng=rng,
        columns=columns_of(order, voice, rng),
        rows=[goods_row(item, shipment, voice) for item in shipment.items],
        refs=("number", "issue_date", "invoice_number", "order_reference", "container_number"),
        totals=("package_count", "net_weight_kg", "gross_weight_kg", "volume_m3"),
        closing=_closing(shipment, voice),
        footer=footer_of(shipment, voice, rng),
    )


def _values(shipment: Shipment, voice: Voice, rng: Random) -> dict[str, Printed]:
    def plain(text: str) -> Printed:
        return Printed(text, text)

    kg = rng.choice(("kg", "KGS", "kg")) if voice.language == "en" else "kg"
    packages = voice.count(shipment.packages)
    word = f" {voice.package_word(shipment.package_kind)}" if rng.random() < 0.6 else ""
    values = {
        "number": plain(shipment.packing_list_number),
        "issue_date": voice.date(shipment.packing_date),
        "shipper_name": plain(shipment.seller.name),
        "consignee_name": plain(shipment.consignee.name),
        "order_reference": plain(shipment.order.number),
        "package_count": Printed(packages.text + word, packages.truth),
        "net_weight_kg": voice.weight(shipment.net_kg, kg),
        "gross_weight_kg": voice.weight(shipment.gross_kg, kg),
    }
    if rng.random() < 0.85:
        values["invoice_number"] = plain(shipment.invoice_number)
    has_one = shipment.container_number and not shipment.second_container
    if has_one and rng.random() < CONTAINER_CHANCE:
        style = rng.choice(("joined", "joined", "spaced", "dashed"))
        container = container_as_printed(shipment.container_number, style)
        values["container_number"] = Printed(container, shipment.container_number)
    if rng.random() < 0.7:
        unit = "CBM" if voice.language == "en" else "m3"
        shown = voice.number(shipment.volume_m3)
        values["volume_m3"] = Printed(f"{shown.text} {unit}", shown.truth)
    return values


def goods_row(item: Item, shipment: Shipment, voice: Voice) -> Row:
    count = voice.count(item.packages)
    unit = voice.unit(item.product.unit)
    quantity = voice.count(int(item.quantity))
    return {
        "position": voice.count(1 + shipment.items.index(item)),
        "description": Printed(item.description, item.description),
        "item_code": Printed(item.product.code, item.product.code),
        "hs_code": Printed(hs_as_printed(item.hs_code, voice), item.hs_code),
        "package_count": count,
        "quantity": Printed(f"{quantity.text} {unit}", quantity.truth),
        "net_weight_kg": voice.weight(item.net_kg),
        "gross_weight_kg": voice.weight(item.gross_kg),
        "volume_m3": voice.number(item.volume_m3),
    }


def _closing(shipment: Shipment, voice: Voice) -> list[str]:
    marks = voice.say(en="Shipping marks", de="Markierung", fr="Marques", es="Marcas")
    side = f"{marks}: VELMARODE / {shipment.order.number} / HAMBURG / C/NO. 1-{shipment.packages}"
    treated = voice.say(
        en="Wooden packing material, if any, is treated and marked according to ISPM 15.",
        de="Holzverpackung, soweit verwendet, ist nach ISPM 15 behandelt und gekennzeichnet.",
        fr="Les emballages en bois éventuels sont traités et marqués selon la norme NIMP 15.",
        es="El embalaje de madera, en su caso, está tratado y marcado según la norma NIMF 15.",
    )
    return [side, treated]

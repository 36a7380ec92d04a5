"""The delivery note, signed by the one who took the goods over."""

from __future__ import annotations

from random import Random

from include.samples.papers.draft import Draft
from include.samples.papers.invoice import columns_of, footer_of
from include.samples.papers.packing_list import goods_row
from include.samples.papers.sheet import Sheet
from include.samples.shipment import Shipment
from include.samples.voice import Printed, Voice

ORDERS = (
    ("item_code", "description", "quantity"),
    ("description", "item_code", "quantity", "package_count"),
    ("quantity", "item_code", "description"),
    ("item_code", "description", "quantity", "package_count", "gross_weight_kg"),
)
PEOPLE = ("J. Brandt", "M. Okonjo", "K. Petersen", "S. Albers", "T. Vogt", "R. Lindqvist")


def draft_delivery_note(shipment: Shipment, voice: Voice, sheet: Sheet, rng: Random) -> Draft:
    return Draft(
        shipment=shipment,
        voice=voice,
        sheet=sheet,
        values=_values(shipment, voice, rng),
        rng=rng,
        columns=columns_of(rng.choice(ORDERS), voice, rng),
        rows=[goods_row(item, shipment, voice) for item in shipment.items],
        refs=("number", "issue_date", "order_reference", "delivery_date", "carrier_name"),
        totals=("package_count", "gross_weight_kg", "received_by"),
        closing=_closing(voice),
        footer=footer_of(shipment, voice, rng),
    )


def _values(shipment: Shipment, voice: Voice, rng: Random) -> dict[str, Printed]:
    def plain(text: str) -> Printed:
        return Printed(text, text)

    packages = voice.count(shipment.packages)
    word = f" {voice.package_word(shipment.package_kind)}" if rng.random() < 0.5 else ""
    values = {
        "number": plain(shipment.delivery_note_number),
        "issue_date": voice.date(shipment.arrived_on),
        "shipper_name": plain(shipment.seller.name),
        "consignee_name": plain(shipment.consignee.name),
        "order_reference": plain(shipment.order.number),
        "delivery_date": voice.date(shipment.delivered_on),
        "package_count": Printed(packages.text + word, packages.truth),
        "gross_weight_kg": voice.weight(shipment.gross_kg, "kg"),
    }
    if rng.random() < 0.8:
        values["carrier_name"] = plain(shipment.carrier.name)
    if rng.random() < 0.75:
        values["received_by"] = plain(rng.choice(PEOPLE))
    return values


def _closing(voice: Voice) -> list[str]:
    return [
        voice.say(
            en="Goods received complete and in apparent good order. Claims for hidden damage within"
            " 7 days.",
            de="Ware vollständig und in äußerlich einwandfreiem Zustand erhalten. Verdeckte Schäden"
            " sind innerhalb von 7 Tagen anzuzeigen.",
            fr="Marchandise reçue complète et en bon état apparent. Réserves à notifier sous 3"
            " jours.",
            es="Mercancía recibida completa y en buen estado aparente. Reclamaciones en un plazo de"
            " 7 días.",
        )
    ]

"""The bill of lading: what a carrier has taken over, by which ship, from where to where."""

from __future__ import annotations

from random import Random

from include.samples.identifiers import container_as_printed
from include.samples.papers.draft import FORWARDER, Draft, PartyKeys
from include.samples.papers.goods import hs_as_printed, place_as_printed
from include.samples.papers.invoice import columns_of
from include.samples.papers.sheet import Sheet
from include.samples.papers.table import Row
from include.samples.shipment import Item, Shipment
from include.samples.voice import Printed, Voice

ORDERS = (
    ("marks", "package_count", "description", "gross_weight_kg", "volume_m3"),
    ("marks+container_number", "package_count", "description+hs_code", "gross_weight_kg",
     "volume_m3"),
    ("container_number", "package_count", "description", "hs_code", "gross_weight_kg",
     "volume_m3"),
    ("marks", "description+hs_code", "package_count", "gross_weight_kg", "volume_m3"),
)  # fmt: skip
IN_SEVERAL = ORDERS[2]
SHIPPER = PartyKeys("shipper_name", "shipper_address")
CONSIGNEE = PartyKeys("consignee_name", "consignee_address")
NOTIFY = PartyKeys("notify_party_name")
CARRIER = PartyKeys("carrier_name")


def draft_bill_of_lading(shipment: Shipment, voice: Voice, sheet: Sheet, rng: Random) -> Draft:
    order = IN_SEVERAL if shipment.second_container else rng.choice(ORDERS)
    values = _values(shipment, voice, rng)
    if "container_number" not in order:
        sheet.unscored.add("lines.container_number")  # printed once for all lines
    style = rng.choice(("joined", "joined", "spaced", "dashed"))
    if shipment.second_container:
        sheet.unscored |= {"container_number", "seal_number"}  # more than one right answer
    else:
        values["container_number"] = _container(shipment.container_number, style)
        values["seal_number"] = Printed(shipment.seal_number, shipment.seal_number)
    if any("marks" in entry for entry in order):
        del values["references"]
    return Draft(
        shipment=shipment,
        voice=voice,
        sheet=sheet,
        values=values,
        rng=rng,
        columns=columns_of(order, voice, rng),
        rows=[_row(item, shipment, voice, style, order) for item in shipment.items],
        sender=SHIPPER,
        recipient=CONSIGNEE,
        refs=("number", "booking_number", "references", "vessel_name", "voyage_number",
              "port_of_loading", "port_of_discharge", "place_of_delivery", "container_number",
              "seal_number", "freight_terms", "carrier_scac"),
        totals=("package_count", "gross_weight_kg", "volume_m3"),
        closing=_closing(voice),
        issue=("shipped_on_board_date", "issue_date", "originals"),
    )  # fmt: skip


def _values(shipment: Shipment, voice: Voice, rng: Random) -> dict[str, Printed]:
    def plain(text: str) -> Printed:
        return Printed(text, text)

    kg, cbm = ("KGS", "CBM") if voice.language == "en" else ("kg", "m3")
    place = rng.choice(("name", "country", "code", "upper"))
    on_board = voice.date(shipment.departed_on)
    issued = voice.date(shipment.transport_date)
    packages = voice.count(shipment.packages)
    volume = voice.number(shipment.volume_m3)
    same = voice.say(en="SAME AS CONSIGNEE", de="wie Empfänger", fr="LE MÊME", es="EL MISMO")
    to_order = voice.say(en="TO ORDER", de="an Order", fr="À ORDRE", es="A LA ORDEN")
    notified = FORWARDER.name if rng.random() < 0.6 else same
    values = {
        "number": plain(shipment.transport_number),
        "issue_date": Printed(f"{shipment.loading.name}, {issued.text}", issued.truth),
        "carrier_name": plain(shipment.carrier.name),
        "shipper_name": plain(shipment.seller.name),
        "consignee_name": plain(to_order if shipment.is_to_order else shipment.consignee.name),
        "notify_party_name": plain(shipment.consignee.name if shipment.is_to_order else notified),
        "vessel_name": plain(shipment.vessel),
        "voyage_number": plain(shipment.voyage),
        "port_of_loading": plain(place_as_printed(shipment.loading, place)),
        "port_of_discharge": plain(place_as_printed(shipment.discharge, place)),
        "shipped_on_board_date": on_board,
        "package_count": Printed(
            f"{packages.text} {voice.package_word(shipment.package_kind)}", packages.truth
        ),
        "gross_weight_kg": voice.weight(shipment.gross_kg, kg),
        "volume_m3": Printed(f"{volume.text} {cbm}", volume.truth),
        "freight_terms": plain(_freight(shipment, voice, rng)),
        "references": plain(f"{shipment.order.number} / {shipment.invoice_number}"),
        "originals": plain(rng.choice(("3 (THREE)", "3/3", "THREE (3)"))),
    }
    optional = {
        "booking_number": (0.85, plain(shipment.booking_number)),
        "carrier_scac": (0.5, plain(shipment.carrier.code)),
        "place_of_delivery": (0.7, plain(shipment.delivery_place)),
        "place_of_receipt": (0.6, plain(shipment.loading.name)),
    }
    values.update({k: v for k, (chance, v) in optional.items() if rng.random() < chance})
    return values


def _container(number: str, style: str) -> Printed:
    return Printed(container_as_printed(number, style), number)


def _freight(shipment: Shipment, voice: Voice, rng: Random) -> str:
    prepaid = shipment.freight_prepaid
    english = ("FREIGHT PREPAID", "Prepaid") if prepaid else ("FREIGHT COLLECT", "Collect")
    return {
        "en": rng.choice(english),
        "de": "vorausbezahlt" if prepaid else "unfrei",
        "fr": "Fret payé" if prepaid else "Fret dû",
        "es": "Flete pagado" if prepaid else "Flete por cobrar",
    }[voice.language]


def _row(item: Item, shipment: Shipment, voice: Voice, style: str, order: tuple[str, ...]) -> Row:
    first = item is shipment.items[0]
    count = voice.count(item.packages)
    hs = hs_as_printed(item.hs_code, voice)
    in_cell = any(entry.startswith("description+") for entry in order)
    row = {
        "position": voice.count(1 + shipment.items.index(item)),
        "description": Printed(item.description.upper(), item.description.upper()),
        "hs_code": Printed(f"HS CODE {hs}" if in_cell else hs, item.hs_code),
        "package_count": Printed(
            f"{count.text} {voice.package_word(shipment.package_kind)}", count.truth
        ),
        "gross_weight_kg": voice.weight(item.gross_kg),
        "volume_m3": voice.number(item.volume_m3),
        "container_number": _container(shipment.container_of(item), style),
    }
    if first:
        text = f"VELMARODE\n{shipment.order.number}\nHAMBURG\nC/NO. 1-{shipment.packages}"
        row["marks"] = Printed(text, text.replace("\n", " "))
    elif any(entry.startswith("marks") for entry in order):
        del row["container_number"]
    return row


def _closing(voice: Voice) -> list[str]:
    return [
        voice.say(
            en="RECEIVED by the carrier in apparent good order and condition, unless otherwise"
            " noted, the goods described above for carriage subject to the terms on the reverse."
            " One original surrendered, the others stand void.",
            de="Vom Frachtführer in äußerlich gutem Zustand übernommen, sofern nicht anders"
            " vermerkt, zur Beförderung gemäß den umseitigen Bedingungen. Ist ein Original"
            " eingelöst, sind die übrigen ungültig.",
            fr="Reçu par le transporteur en bon état apparent, sauf mention contraire, les"
            " marchandises ci-dessus pour transport aux conditions du verso. Un original accompli,"
            " les autres sont sans valeur.",
            es="Recibido por el transportista en buen estado aparente, salvo indicación contraria,"
            " para su transporte según las condiciones del reverso. Cumplido un original, los"
            " demás quedan sin valor.",
        ),
        voice.say(
            en="Shipper's load, stow, weight and count. Particulars furnished by shipper.",
            de="Angaben des Abladers. Vom Ablader gestaut, gewogen und gezählt.",
            fr="Empotage, poids et comptage par le chargeur.",
            es="Carga, estiba, peso y recuento del embarcador.",
        ),
    ]

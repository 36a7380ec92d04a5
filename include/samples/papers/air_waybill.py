"""The air waybill: the airline's form with its fixed boxes, and freer house forms."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from include.samples.papers import transport
from include.samples.papers.boxes import grid
from include.samples.papers.draft import FORWARDER, Draft, PartyKeys
from include.samples.papers.goods import general_description, hs_as_printed
from include.samples.papers.invoice import columns_of
from include.samples.papers.packing_list import goods_row
from include.samples.papers.sheet import GREY, Sheet
from include.samples.papers.table import Column, Look, draw_table
from include.samples.shipment import Shipment
from include.samples.voice import Printed, Voice

ORDERS = (
    ("package_count", "gross_weight_kg", "description", "hs_code"),
    ("description", "hs_code", "package_count", "gross_weight_kg"),
    ("package_count", "description", "quantity", "gross_weight_kg"),
)
LEFT = 30.0
SHIPPER = PartyKeys("shipper_name")
CONSIGNEE = PartyKeys("consignee_name")


def draft_air_waybill(shipment: Shipment, voice: Voice, sheet: Sheet, rng: Random) -> Draft:
    order = rng.choice(ORDERS)
    return Draft(
        shipment=shipment,
        voice=voice,
        sheet=sheet,
        values=_values(shipment, voice, rng),
        rng=rng,
        columns=columns_of(order, voice, rng),
        rows=[goods_row(item, shipment, voice) for item in shipment.items],
        sender=SHIPPER,
        recipient=CONSIGNEE,
        refs=("number", "airport_of_departure", "airport_of_destination", "flight_number",
              "currency", "declared_value", "handling"),
        totals=("package_count", "gross_weight_kg", "chargeable_weight_kg"),
        closing=_closing(voice),
        issue=("issue_date", "issuing_agent"),
    )  # fmt: skip


def _values(shipment: Shipment, voice: Voice, rng: Random) -> dict[str, Printed]:
    def plain(text: str) -> Printed:
        return Printed(text, text)

    style = rng.choice(("{code}", "{name} ({code})", "{name}", "{code} {name}"))

    def airport(code: str, name: str) -> Printed:
        return plain(style.format(code=code, name=name))

    flight = shipment.voyage
    day = voice.date(shipment.departed_on).text
    kg = "K" if rng.random() < 0.3 else "kg"
    currency = shipment.order.currency
    values = {
        "number": plain(shipment.transport_number),
        "issue_date": voice.date(shipment.transport_date),
        "carrier_name": plain(shipment.carrier.name),
        "shipper_name": plain(shipment.seller.name),
        "consignee_name": plain(shipment.consignee.name),
        "airport_of_departure": airport(shipment.loading.code, shipment.loading.name),
        "airport_of_destination": airport(shipment.discharge.code, shipment.discharge.name),
        "flight_number": Printed(rng.choice((f"{flight} / {day}", flight)), flight),
        "package_count": voice.count(shipment.packages),
        "gross_weight_kg": voice.weight(shipment.gross_kg, kg),
        "chargeable_weight_kg": voice.weight(shipment.chargeable_kg, kg),
        "currency": plain(currency),
        "declared_for_carriage": plain("NVD"),
        "handling": plain(f"PO: {shipment.order.number} / {shipment.invoice_number}"),
        "issuing_agent": plain(FORWARDER.name),
    }
    if rng.random() < 0.7:
        values["declared_value"] = voice.money(shipment.grand_total, currency)
    return values


def airline_form(d: Draft) -> None:
    """The airlines' common form: number in three parts, two columns of boxes, one line of goods."""
    s, v = d.sheet, d.values
    width = s.width - 2 * LEFT
    half = width / 2
    prefix, serial = d.shipment.transport_number.split("-")
    s.text(LEFT, 26, f"{prefix}   {d.shipment.loading.code[:3]}   {serial}", size=10, bold=True)
    s.value("number", v["number"], LEFT, 26, size=10, bold=True, align="right", width=width)
    left = grid(d, LEFT, 42, half, [(72.0, [(1.0, SHIPPER)]), (72.0, [(1.0, CONSIGNEE)]),
                                    (30.0, [(1.0, "issuing_agent")]),
                                    (27.0, [(1.0, "airport_of_departure")])])  # fmt: skip
    x = LEFT + half
    s.box(x, 42, half, left - 42)
    y = s.text(x + 5, 46, "Not negotiable", size=7, colour=GREY)
    y = s.text(x + 5, y, d.voice.title(), size=13, bold=True) + 2
    y = d.party(PartyKeys("carrier_name"), x + 5, y, width=half - 10, size=8)
    s.rule(x, 124, x + half, 124)
    s.paragraphs(x + 5, 130, d.closing, half - 10, 6.5)
    y = grid(
        d, LEFT, left, width,
        [(27.0, [(0.34, "airport_of_destination"), (0.22, "flight_number"), (0.1, "currency"),
                 (0.17, "declared_for_carriage"), (0.17, "declared_value")]),
         (30.0, [(0.75, "handling"), (0.25, "insurance")])],
    )  # fmt: skip
    y = _rate_table(d, y, width)
    y = max(y + 40, s.height - 190)
    y = grid(d, LEFT, y, width, [(30.0, [(0.25, "package_count"), (0.25, "gross_weight_kg"),
                                         (0.25, "chargeable_weight_kg"), (0.25, "charges")]),
                                 (34.0, [(0.5, "issue_date"), (0.5, "")])])  # fmt: skip
    words = d.voice.say(
        en="Signature of issuing carrier or its agent",
        de="Unterschrift des Frachtführers",
        fr="Signature du transporteur",
        es="Firma del transportista",
    )
    s.text(x + 4, y - 31, words, size=6.5, colour=GREY)


def _rate_table(d: Draft, y: float, width: float) -> float:
    shipment, voice = d.shipment, d.voice
    rate = Decimal(d.rng.randint(180, 620)) / 100
    goods = general_description(shipment)
    pieces = d.values["package_count"]
    tariff = ", ".join(hs_as_printed(item.hs_code, voice) for item in shipment.items)
    row = {
        "package_count": pieces,
        "gross_weight_kg": voice.weight(shipment.gross_kg),
        "rate_class": Printed("Q", ""),
        "chargeable_weight_kg": voice.weight(shipment.chargeable_kg),
        "rate": Printed(voice.number(rate).text, ""),
        "description": Printed(goods, goods),
        "tariff": Printed(f"HS {tariff}\nVOL {voice.number(shipment.volume_m3).text} M3", ""),
    }
    d.sheet.unscored.add("lines.hs_code")
    say = voice.say
    columns = [
        Column(d.label("package_count"), ("package_count",), "right"),
        Column(d.label("gross_weight_kg"), ("gross_weight_kg",), "right"),
        Column(say(en="Rate Class", de="Klasse", fr="Classe", es="Clase"), ("rate_class",)),
        Column(d.label("chargeable_weight_kg"), ("chargeable_weight_kg",), "right"),
        Column(say(en="Rate / Charge", de="Rate", fr="Tarif", es="Tarifa"), ("rate",), "right"),
        Column(say(en="Nature and Quantity of Goods", de="Art und Menge der Güter",
                   fr="Nature et quantité des marchandises", es="Naturaleza y cantidad"),
               ("description", "tariff")),
    ]  # fmt: skip
    return draw_table(
        d.sheet, columns, [row], x=LEFT, y=y + 4, width=width, bottom=d.sheet.height - 170,
        look=Look("grid", 8), next_page=d.pages(70, "number"),
    )  # fmt: skip


def neutral(d: Draft) -> None:
    """A forwarder's house form: routing on top, parties in the middle, goods in a table."""
    s = d.sheet
    width = s.width - 2 * LEFT
    s.text(LEFT, 32, d.voice.title(), size=15, bold=True)
    s.value("carrier_name", d.values["carrier_name"], LEFT, 34, size=10, align="right", width=width)
    y = grid(
        d, LEFT, 58, width,
        [(30.0, [(0.34, "number"), (0.33, "issue_date"), (0.33, "flight_number")]),
         (30.0, [(0.5, "airport_of_departure"), (0.5, "airport_of_destination")]),
         (76.0, [(0.5, SHIPPER), (0.5, CONSIGNEE)]),
         (30.0, [(0.5, "handling"), (0.2, "currency"), (0.3, "declared_value")])],
    )  # fmt: skip
    y = draw_table(
        s, d.columns, d.rows, x=LEFT, y=y + 8, width=width, bottom=s.height - 170,
        look=d.look("grid", "ruled"), next_page=d.pages(70, "number"),
    )  # fmt: skip
    y = grid(d, LEFT, y + 6, width, [(30.0, [(1 / 3, name) for name in d.totals])])
    s.paragraphs(LEFT, y + 10, d.closing, width, 7)


def _closing(voice: Voice) -> list[str]:
    return [
        voice.say(
            en="It is agreed that the goods described herein are accepted in apparent good order"
            " for carriage subject to the conditions of contract on the reverse hereof.",
            de="Die bezeichneten Güter werden in äußerlich gutem Zustand gemäß den umseitigen"
            " Vertragsbedingungen zur Beförderung angenommen.",
            fr="Les marchandises décrites sont acceptées en bon état apparent pour transport aux"
            " conditions du contrat figurant au verso.",
            es="Las mercancías descritas se aceptan en buen estado aparente para su transporte"
            " según las condiciones del contrato al dorso.",
        )
    ]


LAYOUTS: dict[str, transport.Layout] = {
    "airline_form": airline_form,
    "neutral": neutral,
    "listing": transport.listing,
    "typed": transport.typed,
    "sectioned": transport.sectioned,
}

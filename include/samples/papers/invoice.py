"""The commercial invoice: values, columns and wording around them."""

from __future__ import annotations

from random import Random

from include.samples.papers.draft import Draft, PartyKeys
from include.samples.papers.goods import country_name, hs_as_printed, origin_of, say_hs
from include.samples.papers.sheet import Sheet
from include.samples.papers.table import Column, Row
from include.samples.shipment import Item, Shipment
from include.samples.voice import Printed, Voice

ORDERS = (
    ("description", "item_code", "hs_code", "quantity", "unit", "unit_price", "line_total"),
    ("item_code", "description", "quantity", "unit", "unit_price", "line_total"),
    ("quantity", "unit", "item_code", "description", "hs_code", "unit_price", "line_total"),
    ("description+hs_code", "country_of_origin", "quantity", "unit_price", "line_total"),
    ("item_code", "hs_code", "description", "country_of_origin", "quantity", "unit_price",
     "line_total"),
    ("item_code", "description+hs_code", "unit_price", "quantity", "line_total"),
)  # fmt: skip
NUMERIC = ("quantity", "unit_price", "line_total", "package_count", "net_weight_kg",
           "gross_weight_kg", "volume_m3")  # fmt: skip


def draft_invoice(shipment: Shipment, voice: Voice, sheet: Sheet, rng: Random) -> Draft:
    order = rng.choice(ORDERS)
    values = _values(shipment, voice, rng)
    if "unit" not in order:
        sheet.unscored.add("lines.unit")  # stands in the quantity's cell
    # An origin stands in the head, in the lines or nowhere; either answers for the other.
    has_column = "country_of_origin" in order
    if has_column and "country_of_origin" not in values:
        sheet.unscored.add("country_of_origin")
    if not has_column and "country_of_origin" in values:
        sheet.unscored.add("lines.country_of_origin")
    return Draft(
        shipment=shipment,
        voice=voice,
        sheet=sheet,
        values=values,
        rng=rng,
        columns=columns_of(order, voice, rng),
        rows=[_row(item, shipment, voice, order) for item in shipment.items],
        sender=PartyKeys("seller_name", "seller_address", "seller_vat_id"),
        recipient=PartyKeys("buyer_name", "buyer_address", "buyer_vat_id"),
        refs=("number", "issue_date", "order_reference", "due_date", "incoterm", "currency",
              "country_of_origin"),
        totals=("net_total", "tax_total", "grand_total", "amount_due"),
        closing=_closing(shipment, voice, rng),
        footer=footer_of(shipment, voice, rng),
    )  # fmt: skip


def columns_of(order: tuple[str, ...], voice: Voice, rng: Random) -> list[Column]:
    numbered = rng.random() < 0.4
    columns = [Column(voice.column("position"), ("position",))] if numbered else []
    for entry in order:
        keys = tuple(entry.split("+"))
        align = "right" if keys[0] in NUMERIC else "left"
        columns.append(Column(voice.column(keys[0]), keys, align))
    return columns


def _values(shipment: Shipment, voice: Voice, rng: Random) -> dict[str, Printed]:
    order, seller, buyer = shipment.order, shipment.seller, shipment.consignee
    has_tax = shipment.tax_total > 0
    sign = order.currency if rng.random() < 0.5 else ""

    def plain(text: str) -> Printed:
        return Printed(text, text)

    values = {
        "number": plain(shipment.invoice_number),
        "issue_date": voice.date(shipment.invoice_date),
        "seller_name": plain(seller.name),
        "seller_vat_id": plain(seller.vat_id),
        "buyer_name": plain(buyer.name),
        "order_reference": plain(order.number),
        "currency": plain(order.currency),
        "grand_total": voice.money(shipment.grand_total, order.currency, sign),
    }
    optional = {
        "due_date": (0.6, voice.date(shipment.due_date)),
        "buyer_vat_id": (0.7, plain(buyer.vat_id)),
        "incoterm": (0.85, incoterm(shipment)),
        "country_of_origin": (0.5, plain(country_name(origin_of(shipment), voice))),
        "amount_due": (0.25, values["grand_total"]),
        "net_total": (1.0 if has_tax else 0.35, voice.money(shipment.net_total, order.currency)),
        "tax_total": (1.0 if has_tax else 0.1, voice.money(shipment.tax_total, order.currency)),
        "iban": (0.85 if seller.iban else 0.0, plain(grouped(seller.iban))),
    }
    values.update({k: v for k, (chance, v) in optional.items() if rng.random() < chance})
    return values


def incoterm(shipment: Shipment) -> Printed:
    """The code with its named place; the truth is the code."""
    code = shipment.order.incoterm
    at_origin = code in ("FOB", "FCA", "EXW")
    place = shipment.loading.name if at_origin else shipment.delivery_place
    return Printed(f"{code} {place}", code)


def grouped(iban: str) -> str:
    return " ".join(iban[i : i + 4] for i in range(0, len(iban), 4))


def _row(item: Item, shipment: Shipment, voice: Voice, order: tuple[str, ...]) -> Row:
    currency = shipment.order.currency
    unit = voice.unit(item.product.unit)
    shows_unit = "unit" in order
    quantity = voice.count(int(item.quantity))
    hs = Printed(hs_as_printed(item.hs_code, voice), item.hs_code)
    if any(entry.startswith("description+") for entry in order):
        hs = Printed(f"{say_hs(voice)} {hs.text}", item.hs_code)
    return {
        "position": voice.count(1 + shipment.items.index(item)),
        "description": Printed(item.description, item.description),
        "item_code": Printed(item.product.code, item.product.code),
        "hs_code": hs,
        "country_of_origin": Printed(item.country, item.country),
        "quantity": quantity if shows_unit else Printed(f"{quantity.text} {unit}", quantity.truth),
        "unit": Printed(unit, unit),
        "unit_price": voice.money(item.unit_price, currency),
        "line_total": voice.money(item.line_total, currency),
    }


def _closing(shipment: Shipment, voice: Voice, rng: Random) -> list[str]:
    days = (shipment.due_date - shipment.invoice_date).days
    terms = voice.say(
        en=f"Payment: T/T within {days} days from invoice date, all bank charges outside the"
        " seller's country for the buyer's account.",
        de=f"Zahlbar innerhalb von {days} Tagen ohne Abzug. Die Ware bleibt bis zur vollständigen"
        " Bezahlung unser Eigentum.",
        fr=f"Paiement par virement à {days} jours. Pas d'escompte pour paiement anticipé. Pénalités"
        " de retard : trois fois le taux légal, indemnité forfaitaire de 40 EUR.",
        es=f"Pago por transferencia a {days} días. La mercancía es propiedad del vendedor hasta su"
        " pago completo.",
    )
    exempt = voice.say(
        en="We declare that this invoice shows the actual price of the goods and that all"
        " particulars are true and correct.",
        de="Steuerfreie Ausfuhrlieferung, soweit keine Umsatzsteuer ausgewiesen ist.",
        fr="Exonération de TVA, article 262 ter I du CGI, pour les livraisons hors de France.",
        es="Operación exenta de IVA según la normativa vigente sobre exportaciones.",
    )
    packed = voice.say(
        en=f"Packed in {shipment.packages} packages.",
        de=f"Verpackt in {shipment.packages} Packstücken.",
        fr=f"Emballage : {shipment.packages} colis.",
        es=f"Embalaje: {shipment.packages} bultos.",
    )
    return [terms, *((exempt,) if not shipment.tax_total else ()), packed][: rng.randint(2, 3)]


def footer_of(shipment: Shipment, voice: Voice, rng: Random) -> list[str]:
    """Bank, register and contact lines: numbers nobody asked for."""
    seller = shipment.seller
    register = voice.say(en="Company reg.", de="Handelsregister HRB", fr="RCS", es="Reg. Mercantil")
    phone = f"+{rng.randint(20, 98)} {rng.randint(100, 999)} {rng.randint(1000000, 9999999)}"
    letters = "".join(c for c in seller.name.lower() if c.isascii() and c.isalpha())
    return [
        f"{seller.name}\n{register} {rng.randint(10_000, 99_999)}",
        f"Tel. {phone}\ninfo@{letters[:14]}.example",
        f"SWIFT {''.join(rng.choice('ABCDEFGHKLMNPRSTVWX') for _ in range(4))}{seller.country}2X",
    ]

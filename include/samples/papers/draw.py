"""Draws one paper of a shipment in a layout and language, with its truth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from include.samples.papers import air_waybill, cargo_manifest, trade, transport
from include.samples.papers.bill_of_lading import draft_bill_of_lading
from include.samples.papers.delivery_note import draft_delivery_note
from include.samples.papers.draft import Draft
from include.samples.papers.extras import arranged, extras
from include.samples.papers.invoice import draft_invoice
from include.samples.papers.packing_list import draft_packing_list
from include.samples.papers.sheet import Place, Sheet
from include.samples.shipment import Shipment
from include.samples.truth import Truth, truth_of
from include.samples.voice import Voice

Drafter = Callable[[Shipment, Voice, Sheet, Random], Draft]
Layout = Callable[[Draft], None]
DRAFTERS: Mapping[str, Drafter] = {
    "invoice": draft_invoice,
    "packing_list": draft_packing_list,
    "delivery_note": draft_delivery_note,
    "bill_of_lading": draft_bill_of_lading,
    "air_waybill": air_waybill.draft_air_waybill,
    "cargo_manifest": cargo_manifest.draft_cargo_manifest,
}
LAYOUTS: Mapping[str, Mapping[str, Layout]] = {
    "invoice": trade.LAYOUTS,
    "packing_list": trade.LAYOUTS,
    "delivery_note": trade.LAYOUTS,
    "bill_of_lading": transport.LAYOUTS,
    "air_waybill": air_waybill.LAYOUTS,
    "cargo_manifest": cargo_manifest.LAYOUTS,
}
_LANGUAGE = {"DE": "de", "CH": "de", "FR": "fr", "ES": "es"}
_REGION = {"US": "us", "GB": "gb", "CH": "ch"}


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One drawn paper: PDF bytes, truth, and where its values stand."""

    kind: str
    layout: str
    language: str
    pdf: bytes
    truth: Truth
    places: Mapping[str, Place]
    pages: int


def draw(
    kind: str,
    shipment: Shipment,
    rng: Random,
    *,
    layout: str | None = None,
    language: str | None = None,
    weight_decimals: int = 2,
) -> Paper:
    """The paper `kind` of the shipment; layout and language are drawn when not given."""
    layout = layout or rng.choice(sorted(LAYOUTS[kind]))
    language = language or _language(kind, shipment)
    region = _REGION.get(shipment.seller.country, "") if is_from_seller(kind) else ""
    if region in ("us", "gb") and language != "en":
        region = ""
    voice = Voice(language=language, paper=kind, rng=rng, region=region)
    voice.weight_decimals = weight_decimals
    sheet = Sheet(size=_page_size(kind, region), font=_font(layout, rng))
    draft = DRAFTERS[kind](shipment, voice, sheet, rng)
    _add_extras(draft, kind)
    LAYOUTS[kind][layout](draft)
    truth = truth_of(kind, sheet.fields, sheet.lines, sheet.unscored)
    return Paper(
        kind=kind,
        layout=layout,
        language=language,
        pdf=sheet.finish(),
        truth=truth,
        places=sheet.places,
        pages=sheet.page + 1,
    )


def _add_extras(draft: Draft, kind: str) -> None:
    added = extras(draft.shipment, draft.voice, draft.rng)
    if not is_from_seller(kind):
        added = {name: value for name, value in added.items() if name == "eta"}
    draft.values = {**draft.values, **added}
    draft.refs = arranged(draft.refs, tuple(added), draft.rng)


def is_from_seller(kind: str) -> bool:
    return kind in ("invoice", "packing_list", "delivery_note")


def _language(kind: str, shipment: Shipment) -> str:
    """The language of who writes the paper: the seller or the carrier."""
    writer = shipment.seller if is_from_seller(kind) else shipment.carrier
    return _LANGUAGE.get(writer.country, "en")


def _page_size(kind: str, region: str) -> str:
    if kind == "cargo_manifest":
        return "a4-landscape"
    return "letter" if region == "us" else "a4"


def _font(layout: str, rng: Random) -> str:
    return "mono" if layout == "typed" else rng.choice(("sans", "sans", "serif"))

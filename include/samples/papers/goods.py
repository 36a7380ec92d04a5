"""Wordings for goods that several papers share."""

from __future__ import annotations

from include.samples.reference import Port, country_names
from include.samples.shipment import Shipment
from include.samples.voice import Voice

_COUNTRIES = {
    "de": {"DE": "Deutschland", "FR": "Frankreich", "ES": "Spanien", "CH": "Schweiz"},
    "fr": {"DE": "Allemagne", "FR": "France", "ES": "Espagne", "CH": "Suisse"},
    "es": {"DE": "Alemania", "FR": "Francia", "ES": "España", "CH": "Suiza"},
}  # fmt: skip


def country_name(code: str, voice: Voice) -> str:
    return _COUNTRIES.get(voice.language, {}).get(code) or country_names()[code]


def origin_of(shipment: Shipment) -> str:
    return shipment.items[0].country


def hs_as_printed(code: str, voice: Voice) -> str:
    """With or without the point after the heading, the same on one paper."""
    return f"{code[:4]}.{code[4:]}" if voice.has_hs_point else code


def say_hs(voice: Voice) -> str:
    return voice.say(en="HS Code", de="Zolltarifnr.", fr="Code SH", es="Partida") + ":"


def general_description(shipment: Shipment) -> str:
    """The goods as a carrier writes them."""
    return ", ".join(item.product.name for item in shipment.items).upper()


def place_as_printed(port: Port, style: str) -> str:
    """`Ningbo`, `NINGBO`, `Ningbo, China` or `Ningbo (CNNGB)`."""
    match style:
        case "upper":
            return port.name.upper()
        case "country":
            return f"{port.name}, {country_names()[port.country]}"
        case "code":
            return f"{port.name} ({port.code})"
        case _:
            return port.name

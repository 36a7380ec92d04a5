"""The forms in which reference lists come: our own CSV files and the official full lists; pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from include.checks.names import folded

Value = str | int | bool | None
Parsed = dict[str, Value]
Convert = Callable[[str], Value]


@dataclass(frozen=True)
class Format:
    """One form of one list.

    `parse` turns a row into the table's columns, returns None for a row that is none of the
    list's (a heading, a withdrawn currency), and raises ValueError for a bad one.
    """

    kind: str
    needs: frozenset[str]
    key: tuple[str, ...]
    parse: Callable[[Mapping[str, str]], Parsed | None]


def detect(header: frozenset[str]) -> Format | None:
    """The form whose columns the header holds; the one that asks for most wins."""
    fitting = [form for form in FORMATS if form.needs <= header]
    return max(fitting, key=lambda form: len(form.needs), default=None)


def _text(value: str) -> str:
    if not value:
        raise ValueError("is empty")
    return value


def _optional(value: str) -> str | None:
    return value or None


def _pattern(pattern: str, what: str) -> Convert:
    def convert(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(f"'{value}' is not {what}")
        return value

    return convert


def _number(value: str) -> str:
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise ValueError(f"'{value}' is no number") from None
    if not number.is_finite() or not 0 <= number < Decimal(10) ** 9:
        raise ValueError(f"'{value}' is out of range")
    return value


def _whole(value: str) -> int:
    if not re.fullmatch(r"\d{1,6}", value):
        raise ValueError(f"'{value}' is no whole number")
    return int(value)


def _day(value: str) -> str:
    try:
        return dt.date.fromisoformat(value).isoformat()
    except ValueError:
        raise ValueError(f"'{value}' is no date (YYYY-MM-DD)") from None


def _flag(value: str) -> bool:
    known = {"true": True, "t": True, "1": True, "yes": True}
    known |= {"false": False, "f": False, "0": False, "no": False}
    if value.lower() not in known:
        raise ValueError(f"'{value}' is neither true nor false")
    return known[value.lower()]


def _one_of(*words: str) -> Convert:
    return _pattern("|".join(words), f"one of {', '.join(words)}")


_HS = _pattern(r"\d{2,11}", "an HS code (digits only)")
_COUNTRY = _pattern(r"[A-Z]{2}", "a country code (two letters)")
_CURRENCY = _pattern(r"[A-Z]{3}", "a currency code (three letters)")


def _own(
    kind: str, key: str, columns: Mapping[str, Convert], defaults: Mapping[str, str] | None = None
) -> Format:
    """A CSV whose columns are the table's; those with a default may be missing or empty."""
    absent = defaults or {}

    def parse(row: Mapping[str, str]) -> Parsed:
        parsed: Parsed = {}
        for name, convert in columns.items():
            try:
                parsed[name] = convert(row.get(name) or absent.get(name, ""))
            except ValueError as error:
                raise ValueError(f"{name} {error}") from None
        return parsed

    return Format(kind, frozenset(columns) - frozenset(absent), tuple(key.split()), parse)


def _official_hs(row: Mapping[str, str]) -> Parsed | None:
    code = row["hscode"]
    if not code.isdigit():
        return None  # the total of all goods
    return {"code": _HS(code), "description": _text(row["description"]), "is_active": True}


def _official_country(row: Mapping[str, str]) -> Parsed | None:
    name = row["CLDR display name"] or row["official_name_en"]
    return {"code": _COUNTRY(row["ISO3166-1-Alpha-2"]), "name": _text(name)}


def _official_currency(row: Mapping[str, str]) -> Parsed | None:
    if row["WithdrawalDate"] or not row["AlphabeticCode"]:
        return None
    digits = row["MinorUnit"] if row["MinorUnit"].isdigit() else "0"
    code = _CURRENCY(row["AlphabeticCode"])
    return {"code": code, "name": _text(row["Currency"]), "minor_unit": int(digits)}


#: How the list of ports writes countries, where nobody else does.
_COUNTRY_ALIASES = {
    "u s a": "US", "u k": "GB", "u a e": "AE", "turkey": "TR", "congo d r": "CD",
    "east timor": "TL", "reunion": "RE", "st kitts": "KN", "st vincent": "VC", "tahiti": "PF",
    "azores": "PT", "madeira": "PT", "ascension": "SH", "diego garcia": "IO",
    "netherlands antilles": "CW", "cape verde is": "CV", "comoros is": "KM", "cook is": "CK",
    "falkland is": "FK", "faroe is": "FO", "marshall is": "MH", "northern mariana is": "MP",
    "pitcairn is": "PN", "turks and caicos is": "TC", "virgin is u k": "VG",
    "virgin is u s a": "VI", "ivory coast": "CI", "congo": "CG", "trinidad and tobago": "TT",
}  # fmt: skip


def _official_port(row: Mapping[str, str]) -> Parsed | None:
    """A port without code; `with_port_code` gives it one."""
    if row["COUNTRY"] == "Unassigned":
        raise ValueError(f"{row['CITY']}: no country")
    return {"name": _text(row["CITY"]), "country": _text(row["COUNTRY"]), "kind": "port"}


def with_port_code(port: Parsed, countries: Mapping[str, str]) -> Parsed:
    """Country name -> code; and a code of our own that is stable and no UN/LOCODE: `DE~HAMBURG`.

    `countries`: code by folded name.
    """
    if "code" in port:
        return port
    printed = str(port["country"])
    country = countries.get(folded(printed)) or _COUNTRY_ALIASES.get(folded(printed)) or printed
    return {**port, "country": country, "code": f"{country}~{folded(str(port['name']))}".upper()}


FORMATS: tuple[Format, ...] = (
    _own("countries", "code", {"code": _COUNTRY, "name": _text}),
    _own("currencies", "code", {"code": _CURRENCY, "name": _text, "minor_unit": _whole}),
    _own(
        "hs_codes",
        "code",
        {"code": _HS, "description": _text, "is_active": _flag},
        {"is_active": "true"},
    ),
    _own(
        "ports",
        "code",
        {"code": _text, "name": _text, "country": _COUNTRY, "kind": _one_of("port", "airport")},
        {"kind": "port"},
    ),
    _own(
        "parties",
        "code",
        {
            "code": _text,
            "name": _text,
            "address": str,
            "country": str,
            "vat_id": _optional,
            "iban": _optional,
            "kind": _one_of("supplier", "customer", "own", "carrier"),
        },
        {"vat_id": "", "iban": ""},
    ),
    _own(
        "products",
        "code",
        {"code": _text, "name": _text, "hs_code": _HS, "unit": _text, "net_weight_kg": _number},
        {"net_weight_kg": "0"},
    ),
    _own(
        "purchase_orders",
        "number",
        {
            "number": _text,
            "supplier": _text,
            "buyer": _text,
            "currency": _CURRENCY,
            "incoterm": _optional,
            "state": _one_of("open", "closed"),
            "ordered_at": _day,
        },
        {"incoterm": "", "state": "open"},
    ),
    _own(
        "purchase_order_lines",
        "order_number position",
        {
            "order_number": _text,
            "position": _whole,
            "product": _text,
            "quantity": _number,
            "unit_price": _number,
        },
    ),
    Format("hs_codes", frozenset({"hscode", "description"}), ("code",), _official_hs),
    Format(
        "countries",
        frozenset({"ISO3166-1-Alpha-2", "CLDR display name", "official_name_en"}),
        ("code",),
        _official_country,
    ),
    Format(
        "currencies",
        frozenset({"AlphabeticCode", "Currency", "MinorUnit", "WithdrawalDate"}),
        ("code",),
        _official_currency,
    ),
    Format("ports", frozenset({"CITY", "COUNTRY"}), ("code",), _official_port),
)

#: Lists in the order in which they refer to each other.
KINDS = (
    "countries",
    "currencies",
    "hs_codes",
    "ports",
    "parties",
    "products",
    "purchase_orders",
    "purchase_order_lines",
)

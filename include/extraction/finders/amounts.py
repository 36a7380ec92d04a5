"""Money, weights and volumes: numbers with what they count."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from include.extraction.finders.found import Found, Habits, Run
from include.extraction.finders.numbers import DIGITS, doubt, parse_decimal, plain_number
from include.extraction.layout.text import fold
from include.models import Word

CURRENCY_SIGNS = {
    "€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "US$": "USD", "USS": "USD", "RM": "MYR",
    "CA$": "CAD", "A$": "AUD", "HK$": "HKD", "S$": "SGD", "₹": "INR", "zł": "PLN", "kr": "SEK",
    "Fr.": "CHF", "SFr.": "CHF", "R$": "BRL", "₩": "KRW", "₺": "TRY", "Euro": "EUR", "Euros": "EUR",
    "Kč": "CZK", "RMB": "CNY", "Rs.": "INR",
}  # fmt: skip
CURRENCIES = frozenset(
    [
        "EUR",
        "USD",
        "GBP",
        "CHF",
        "JPY",
        "CNY",
        "HKD",
        "SGD",
        "AUD",
        "CAD",
        "NZD",
        "SEK",
        "NOK",
        "DKK",
        "PLN",
        "CZK",
        "HUF",
        "RON",
        "BGN",
        "TRY",
        "INR",
        "MYR",
        "THB",
        "VND",
        "IDR",
        "PHP",
        "KRW",
        "TWD",
        "BRL",
        "MXN",
        "ARS",
        "CLP",
        "COP",
        "PEN",
        "UYU",
        "ZAR",
        "EGP",
        "MAD",
        "TND",
        "NGN",
        "KES",
        "GHS",
        "AED",
        "SAR",
        "QAR",
        "KWD",
        "BHD",
        "OMR",
        "ILS",
        "PKR",
        "BDT",
        "LKR",
        "UAH",
        "RSD",
        "ISK",
        "RUB",
        "KZT",
    ]
)
_SIGN = "|".join(sorted(map(re.escape, (*CURRENCY_SIGNS, *CURRENCIES)), key=len, reverse=True))
_MONEY = re.compile(
    rf"(?<![\w.,/\-])(?P<lead>[-–(]?)\s?(?P<a>{_SIGN})?\s?(?P<sign>[-–(]?)\s?(?P<n>{DIGITS}),?"
    rf"(?P<round>(?:[.,]\s?[-–—]+)?)\s?(?P<tail>[-)]?)\s?(?P<b>(?:{_SIGN})(?!\w))?"
    r"(?![\w/%]|[.,:]\d| ?%| (?:days|tagen?|jours|d[ií]as)\b)"
)
_CURRENCY = re.compile(rf"(?<![A-Za-z])(?:{_SIGN})(?![A-Za-z])|[€$£¥₹]")
_WEIGHT_UNITS: dict[str, int | Decimal] = {
    "kg": 1, "kgs": 1, "kgm": 1, "kilo": 1, "kilos": 1, "kilogram": 1, "kilograms": 1, "k": 1,
    "kilogramm": 1, "kgr": 1, "g": Decimal("0.001"), "gr": Decimal("0.001"), "t": 1000, "to": 1000,
    "mt": 1000, "mts": 1000, "ton": 1000, "tons": 1000, "tonnes": 1000, "tne": 1000,
    "tonnen": 1000, "lb": Decimal("0.45359237"), "lbs": Decimal("0.45359237"),
}  # fmt: skip
_VOLUME_UNITS: dict[str, int | Decimal] = {
    "m3": 1, "cbm": 1, "m³": 1, "cum": 1, "mtq": 1, "cubicmetres": 1, "cubicmeters": 1,
    "cft": Decimal("0.028316847"), "cuft": Decimal("0.028316847"), "ft3": Decimal("0.028316847"),
    "l": Decimal("0.001"), "ltr": Decimal("0.001"), "liter": Decimal("0.001"),
}  # fmt: skip


def find_money(words: Sequence[Word], habits: Habits) -> list[Found]:
    """Amounts; those with two decimals or a currency are better money than bare whole numbers."""
    return list(_find_money(Run(words), habits))


def _find_money(run: Run, habits: Habits) -> Iterator[Found]:
    for match, start, end in run.matches(_MONEY):
        sign = "-" if match["lead"] or match["sign"] or match["tail"] == "-" else ""
        parsed = parse_decimal(match["n"], habits)
        if parsed is None:
            continue
        number, sure = parsed
        decimals = -int(number.as_tuple().exponent)
        quality = (
            1.0 if decimals == 2 or match["round"] else 0.9 if match["a"] or match["b"] else 0.6
        )
        if decimals == 1 or decimals > 4:
            quality = min(quality, 0.6)
        if decimals == 0 and (len(match["n"]) > 9 or 1900 <= number < 2100):
            quality = min(quality, 0.3)
        if match["round"]:
            number = number.quantize(Decimal("0.01"))
        value = match[0].strip().rstrip(",")
        yield Found(
            value,
            sign + plain_number(abs(number)),
            start,
            end,
            quality * (1.0 if sure else 0.7),
            doubt(sure),
        )


def currency_sign(text: str) -> tuple[str, str]:
    """The currency sign in a text such as "EUR12,50" and its code; empty when there is none."""
    match = _CURRENCY.search(text)
    return (match[0], CURRENCY_SIGNS.get(match[0], match[0])) if match else ("", "")


def find_weights(words: Sequence[Word], habits: Habits) -> list[Found]:
    """Weights in kilograms; a number without a unit counts as kilograms with a lower quality."""
    return _with_units(words, habits, _WEIGHT_UNITS, _VOLUME_UNITS)


def find_volumes(words: Sequence[Word], habits: Habits) -> list[Found]:
    """Volumes in cubic metres."""
    return _with_units(words, habits, _VOLUME_UNITS, _WEIGHT_UNITS)


_MEASURE = re.compile(
    rf"(?<![\w.,/\-])(?P<n>{DIGITS})"
    r"(?P<u>\s?[\[(]?(?:[cC][uU]\.? ?(?:[mM]|[fF][tT])\b|[^\W\d_]{1,12}[³3]?))?"
    r"(?![\d/]|[.,:]\d)"
)


def _with_units(
    words: Sequence[Word],
    habits: Habits,
    units: dict[str, int | Decimal] | dict[str, Decimal | int],
    others: dict[str, int | Decimal] | dict[str, Decimal | int],
) -> list[Found]:
    run = Run(words)
    out: list[Found] = []
    for match, start, end in run.matches(_MEASURE):
        parsed = parse_decimal(match["n"], habits)
        if parsed is None:
            continue
        unit = fold(re.sub(r"[\s(\[.]", "", match["u"] or ""))
        if unit in others and unit not in units:
            continue
        number, sure = parsed
        value, quality = match["n"].strip(), 0.85
        if unit in units:
            factor = Decimal(units[unit])
            number = number if factor == 1 else _trim(number * factor)
            quality, value = 1.0, match[0].strip()
        elif unit:
            quality = 0.5
            end = run.word_at(match.end("n") - 1) + 1
        out.append(
            Found(
                value,
                plain_number(number),
                start,
                end,
                quality * (1.0 if sure else 0.7),
                doubt(sure),
            )
        )
    return out


def _trim(number: Decimal) -> Decimal:
    rounded = number.quantize(Decimal("0.001"))
    return rounded.normalize() if rounded != rounded.to_integral() else rounded.quantize(Decimal(1))

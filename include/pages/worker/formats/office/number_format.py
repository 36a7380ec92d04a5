"""A spreadsheet's values as they are shown, as far as the format of the cell tells."""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from openpyxl.styles.numbers import is_date_format

_QUOTED = re.compile(r'"([^"]*)"|\\(.)|_.|\*.')
_CURRENCY = re.compile(r"\[\$([^\]-]*)(?:-[0-9A-Fa-f,]+)?\]")
_BRACKETS = re.compile(r"\[(?!h|m|s)[^\]]*\]", re.I)
_PLACES = re.compile(r"[#0?](?:[#0?,. ]*[#0?])?,*(?:\.(?=[^#0?]|$))?")
_DATE_CODES = re.compile(
    r"AM/PM|A/P|y+|m+|d+|h+|s+(?:\.0+)?|\[h+\]|\[m+\]|\[s+\]|"
    r'"[^"]*"|\\.|.',
    re.I | re.S,
)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
#: These follow the country of whoever looks; the order of day and month must not be guessed.
_UNAMBIGUOUS = {"mm-dd-yy": "yyyy-mm-dd", "m/d/yy h:mm": "yyyy-mm-dd h:mm"}
#: Longer whole numbers are held by a spreadsheet with rounded digits.
_WHOLE = 10**15


def shown(value: Any, code: str | None) -> str:
    """The value as the cell shows it; `code` is the cell's number format."""
    code = code or "General"
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, dt.datetime | dt.date | dt.time):
        code = _UNAMBIGUOUS.get(code, code)
        return _date(value, code if is_date_format(code) else "yyyy-mm-dd")
    if isinstance(value, dt.timedelta):
        return _duration(value)
    if isinstance(value, int | float):
        return _number(value, code)
    return str(value)


def _number(value: float, code: str) -> str:
    section = _section(value, code)
    if section.strip().lower() in ("general", "@", "") or "general" in section.lower():
        before, _, after = _literal(section).lower().partition("general")
        return f"{before}{_general(value)}{after if section != '@' else ''}".replace("@", "")
    pattern = _literal(section)
    if "E+" in pattern.upper() or "E-" in pattern.upper():
        places = len(pattern.upper().partition("E")[0].partition(".")[2])
        mantissa, _, power = f"{value:.{places}E}".partition("E")
        return f"{mantissa}E{int(power):+03d}"
    if "/" in pattern:
        return _general(value)  # a fraction; its decimals say the same
    digits = _PLACES.search(pattern)
    if not digits:
        return pattern.strip()
    text = _digits(abs(value) if _has_own_sign(code, value) else value, digits[0], pattern)
    whole = pattern[: digits.start()] + text + pattern[digits.end() :]
    return whole.strip()


def _section(value: float, code: str) -> str:
    """The part of the format for positive, negative or zero numbers."""
    sections = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', code)
    if value < 0 and len(sections) > 1:
        return sections[1]
    if value == 0 and len(sections) > 2:
        return sections[2]
    return sections[0]


def _has_own_sign(code: str, value: float) -> bool:
    return value < 0 and ";" in code


def _literal(section: str) -> str:
    """The format with currencies and quoted texts in place and colours gone."""
    section = _CURRENCY.sub(lambda m: m[1], section)
    section = _BRACKETS.sub("", section)
    return _QUOTED.sub(lambda m: m[1] or m[2] or (" " if m[0][0] == "_" else ""), section)


def _digits(value: float, places: str, pattern: str) -> str:
    number = Decimal(repr(value))
    number = number.scaleb(2 * pattern.count("%")) if "%" in pattern else number
    thousands = len(places) - len(places.rstrip(","))
    number = number.scaleb(-3 * thousands)
    whole, _, decimals = places.rstrip(",").partition(".")
    number = number.quantize(Decimal(1).scaleb(-len(decimals.replace(" ", ""))), ROUND_HALF_UP)
    sign, number = ("-" if number < 0 else ""), abs(number)
    text = f"{number:,f}" if "," in whole else f"{number:f}"
    integer, _, fraction = text.partition(".")
    integer = integer.rjust(whole.count("0"), "0")
    if "0" not in whole and integer == "0" and fraction:
        integer = ""
    needed = len(decimals) - len(decimals.rstrip("#?"))
    kept = fraction[: len(fraction) - needed] + fraction[len(fraction) - needed :].rstrip("0")
    return sign + integer + (f".{kept}" if kept else "")


def _general(value: float) -> str:
    if isinstance(value, int) or (value.is_integer() and abs(value) < _WHOLE):
        return str(int(value))
    try:
        text = f"{Decimal(f'{value:.10e}').normalize():f}"
    except InvalidOperation:
        return str(value)
    return text if len(text) <= 20 else f"{value:.5E}"


def _date(value: dt.datetime | dt.date | dt.time, code: str) -> str:
    section = _BRACKETS.sub("", _CURRENCY.sub(lambda m: m[1], code.split(";")[0]))
    section = re.sub(r"_.|\*.", "", section)
    codes = _DATE_CODES.findall(section)
    half = any(c.upper() in ("AM/PM", "A/P") for c in codes)
    out = []
    for at, one in enumerate(codes):
        is_minute = one.lower() in ("m", "mm") and (
            _near(codes[:at][::-1], "h") or _near(codes[at + 1 :], "s")
        )
        out.append(_date_piece(value, one, is_minute, half))
    return "".join(out).strip()


def _near(codes: list[str], letter: str) -> bool:
    first = next((c.lower().strip("[]") for c in codes if c[0].lower() in "ymdhs["), "")
    return first.startswith(letter)


def _date_piece(value: Any, code: str, is_minute: bool, half: bool) -> str:
    low = code.lower().strip("[]")
    if low in ("am/pm", "a/p"):
        return value.strftime("%p") if hasattr(value, "hour") else ""
    if low[0] in "ymd" and not is_minute and set(low) <= set("ymd"):
        return _day_piece(value, low)
    if is_minute or (low[0] in "hs" and set(low) <= set("hs.0")):
        return _time_piece(value, "m" * len(low) if is_minute else low, half)
    return code.strip('"') if code[0] == '"' else code[-1] if code[0] == "\\" else code


def _day_piece(value: Any, low: str) -> str:
    if not hasattr(value, "year"):
        return ""
    if low[0] == "y":
        return f"{value.year:04d}" if len(low) > 2 else f"{value.year % 100:02d}"
    texts: tuple[str, ...]
    if low[0] == "m":
        name = _MONTHS[value.month - 1]
        texts = (str(value.month), f"{value.month:02d}", name[:3], name, name[0])
    else:
        day = _DAYS[value.weekday()]
        texts = (str(value.day), f"{value.day:02d}", day[:3], day)
    return texts[min(len(low), len(texts)) - 1]


def _time_piece(value: Any, low: str, half: bool) -> str:
    hour = getattr(value, "hour", 0)
    number = {
        "h": (hour % 12 or 12) if half else hour,
        "m": getattr(value, "minute", 0),
        "s": getattr(value, "second", 0),
    }[low[0]]
    return f"{number:02d}" if len(low.partition(".")[0]) > 1 else str(number)


def _duration(value: dt.timedelta) -> str:
    seconds = int(value.total_seconds())
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"

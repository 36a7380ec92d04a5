"""Numbers with English, German, French and Swiss separators, and whole numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from include.extraction.finders.found import Found, Habits, Run
from include.models import Word

#: The digits of a number as regular expression text.
DIGITS = r"\d{1,3}(?:[ '’]\d{3})+(?:[.,]\d{1,4})?|\d[\d.,'’]*\d|\d"
NUMBER = re.compile(rf"(?<![\w.,/])[-–+(]?\s?(?:{DIGITS})(?:\)|-(?!\w))?(?![\w/]|[.,:]\d)")
_WORD_NUMBER = re.compile(r"\((\d{1,6})\)")


def parse_decimal(text: str, habits: Habits | None = None) -> tuple[Decimal, bool] | None:
    """The number of a text, and whether its separators leave no doubt; None when there is none."""
    habits = habits or Habits()
    body = re.sub(r"[^\d.,'’ ]", "", text).strip(" .,'’")
    negative = bool(re.match(r"^\D*[-–(]\s?(?:\D{0,3})\d", text)) or text.rstrip().endswith("-")
    body = re.sub(r"[ '’]", "", body)
    if not body or not body[0].isdigit():
        return None
    point, sure = _decimal_sign(body, habits)
    whole = body.replace("," if point == "." else ".", "")
    try:
        number = Decimal(whole.replace(point, ".") if point else re.sub(r"[.,]", "", body))
    except InvalidOperation:
        return None
    return (-number if negative else number), sure


def _decimal_sign(body: str, habits: Habits) -> tuple[str, bool]:
    """Which sign divides the decimals ("" when none), and whether that is certain."""
    dot, comma = body.rfind("."), body.rfind(",")
    if dot < 0 and comma < 0:
        return "", True
    if dot >= 0 and comma >= 0:
        return ("." if dot > comma else ","), body.count("." if dot > comma else ",") == 1
    sign, at = (".", dot) if dot >= 0 else (",", comma)
    if body.count(sign) > 1:
        groups = body.split(sign)
        return "", all(len(group) == 3 for group in groups[1:])
    after = len(body) - at - 1
    if after != 3 or at > 3 or body.startswith("0"):
        return sign, True
    if habits.decimal:
        return (sign if sign == habits.decimal else ""), True
    expected = "." if habits.language == "en" else ","
    return (sign if sign == expected else ""), False


def plain_number(number: Decimal) -> str:
    """As a plain string, with the decimals it was printed with."""
    return format(number, "f")


def find_decimals(words: Sequence[Word], habits: Habits) -> list[Found]:
    run = Run(words)
    return [found for match, a, b in run.matches(NUMBER) if (found := _number(match, a, b, habits))]


def _number(match: re.Match[str], start: int, end: int, habits: Habits) -> Found | None:
    parsed = parse_decimal(match[0], habits)
    if parsed is None:
        return None
    quality = 1.0 if parsed[1] else 0.6
    return Found(match[0].strip(), plain_number(parsed[0]), start, end, quality, doubt(parsed[1]))


def doubt(sure: bool) -> str:
    return "" if sure else "the separator could mean decimals or thousands"


def find_integers(words: Sequence[Word], habits: Habits) -> list[Found]:
    """Whole numbers; "TWELVE (12) CARTONS" counts as its figure."""
    run = Run(words)
    spelt = [
        Found(match[0], match[1], start, end) for match, start, end in run.matches(_WORD_NUMBER)
    ]
    if spelt:
        return spelt
    out = []
    for found in find_decimals(words, habits):
        number = Decimal(found.normalised)
        if number == number.to_integral() and 0 <= number < 10_000_000:
            out.append(
                Found(
                    found.value, str(int(number)), found.start, found.end, found.quality, found.note
                )
            )
    if not out:  # "12CTNS"
        for match, start, end in run.matches(
            re.compile(r"(?<![\w.,])(\d{1,6})(?=[^\W\d_]{2,10}\b)")
        ):
            out.append(Found(match[1], match[1], start, end, 0.9))
    return out


def decimal_habit(texts: Sequence[str]) -> str:
    """The decimal sign that the document's unambiguous numbers show, or ""."""
    votes = {".": 0, ",": 0}
    for text in texts:
        for match in re.finditer(r"(?<![\w.,])\d[\d.,'’]*[.,]\d+(?![\d.,]*[\w%/])", text):
            body = match[0]
            if re.fullmatch(r"\d{4}\.\d{2}", body):  # a tariff code as well as an amount
                continue
            point, sure = _decimal_sign(body, Habits())
            if sure and point:
                votes[point] += 1
            elif sure and body.count(".") > 1:
                votes[","] += 1
            elif sure and body.count(",") > 1:
                votes["."] += 1
    if votes["."] == votes[","]:
        return ""
    winner = max(votes, key=lambda sign: votes[sign])
    return winner if min(votes.values()) <= 0.25 * votes[winner] else ""

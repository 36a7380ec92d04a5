"""Dates as papers print them, in English, German, French and Spanish."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence

from include.extraction.finders.found import Found, Habits, Run
from include.extraction.layout.text import fold
from include.models import Word

_MONTHS = """
jan january januar janner jaenner janv janvier ene enero
feb february februar fevr fev fevrier febrero
mar march marz maerz mrz mars marzo
apr april avr avril abr abril
may mai mayo
jun june juni juin junio
jul july juli juil juillet julio
aug august aout ago agosto
sep sept september septembre septiembre setiembre
oct october okt oktober octobre octubre
nov november novembre noviembre
dec december dez dezember decembre dic diciembre
"""
MONTHS = {
    name: number
    for number, names in enumerate(_MONTHS.split("\n")[1:13], 1)
    for name in names.split()
}
_YEARS = range(1980, 2100)

_NUMERIC = re.compile(
    r"(?<![\d.,/\-])(?:(?P<y>\d{4})(?P<s1>[-/.])(?P<m>\d{1,2})(?P=s1)(?P<d>\d{1,2})"
    r"|(?P<a>\d{1,2})(?P<s2> ?[-/.] ?|\s)(?P<b>\d{1,2})(?P=s2)(?P<c>\d{4}|\d{2}))(?![\d/]|[.,-]\d)"
)
_DAY_FIRST = re.compile(
    r"(?<![\d.,])(?P<d>\d{1,2})(?:st|nd|rd|th|er|º|°|\.|,)?[ \-./]{0,2}(?:de |of |del )?"
    r"(?P<m>[^\W\d_]{3,10})\.?,?[ \-./']{0,2}(?:de |del )?(?P<y>\d{4}|\d{2})(?!\d|[.,]\d)",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    r"(?<![^\W\d_])(?P<m>[^\W\d_]{3,10})\.?[ \-]{0,2}(?P<d>\d{1,2})(?:st|nd|rd|th)?[, \-]{1,3}"
    r"(?P<y>\d{4}|\d{2})(?!\d|[.,]\d)",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(?<!\d)(?P<y>20\d\d)(?P<m>0\d|1[0-2])(?P<d>[0-3]\d)(?!\d)")


def find_dates(words: Sequence[Word], habits: Habits) -> list[Found]:
    """All dates in the words, left to right."""
    return sorted(_find(Run(words), habits), key=lambda found: found.start)


def parse_date(text: str, habits: Habits | None = None) -> str | None:
    """The first date of a text as ISO, or None."""
    from include.models import Box

    word = Word(text, Box(0, 0, 1, 1))
    found = sorted(_find(Run([word]), habits or Habits()), key=lambda f: text.find(f.value))
    return found[0].normalised if found else None


def _find(run: Run, habits: Habits) -> Iterator[Found]:
    taken: list[tuple[int, int]] = []
    for pattern in (_NUMERIC, _DAY_FIRST, _MONTH_FIRST, _COMPACT):
        for match, start, end in run.matches(pattern):
            if any(match.start() < b and a < match.end() for a, b in taken):
                continue
            read = _numeric(match, habits) if pattern is _NUMERIC else _named(match)
            if read is not None:
                taken.append(match.span())
                day, quality, note = read
                if pattern is _COMPACT:
                    quality = 0.7
                yield Found(match[0].strip(), day.isoformat(), start, end, quality, note)


def _numeric(match: re.Match[str], habits: Habits) -> tuple[dt.date, float, str] | None:
    if match["y"]:
        day = _date(match["y"], match["m"], match["d"])
        return (day, 1.0, "") if day else None
    first, second, year = match["a"], match["b"], match["c"]
    separator = match["s2"].strip()
    day_first = _date(year, second, first)
    month_first = _date(year, first, second)
    quality = (1.0 if len(year) == 4 else 0.93) * (1.0 if separator else 0.6)
    if day_first is None or month_first is None or day_first == month_first:
        only = day_first or month_first
        return (only, quality, "") if only else None
    if separator == ".":
        return day_first, quality, ""
    if habits.day_first is not None:
        return (day_first if habits.day_first else month_first), 0.97 * quality, ""
    if habits.language != "en":
        return day_first, 0.95 * quality, ""
    note = "day and month could be swapped"
    if habits.is_american:
        return month_first, 0.7 * quality, note
    return day_first, 0.55 * quality, note


def _named(match: re.Match[str]) -> tuple[dt.date, float, str] | None:
    groups = match.groupdict()
    name = fold(groups["m"])
    month = groups["m"] if name.isdigit() else str(MONTHS.get(name, ""))
    if not month:
        return None
    day = _date(groups["y"], month, groups["d"])
    return (day, 1.0 if len(groups["y"]) == 4 else 0.93, "") if day else None


def _date(year: str, month: str, day: str) -> dt.date | None:
    number = int(year)
    if len(year) == 2:
        number += 2000 if number < 80 else 1900
    try:
        found = dt.date(number, int(month), int(day))
    except ValueError:
        return None
    return found if found.year in _YEARS else None


def day_first_habit(texts: Sequence[str]) -> bool | None:
    """What the document's own unambiguous slashed dates show."""
    votes = set()
    for text in texts:
        for match in _NUMERIC.finditer(text):
            if match["a"] and match["s2"].strip() in ("/", "-"):
                a, b = int(match["a"]), int(match["b"])
                if a > 12 >= b:
                    votes.add(True)
                elif b > 12 >= a:
                    votes.add(False)
    return votes.pop() if len(votes) == 1 else None


def is_american(texts: Sequence[str]) -> bool:
    """Whether the first lines of a paper hold an address in the United States, and no other."""
    head = " ".join(texts)
    has_state = re.search(r"\b[A-Z]{2},? \d{5}(?:-\d{4})?\b", head)
    return bool(has_state and re.search(r"\bU\.?S\.?A\b|United States", head))

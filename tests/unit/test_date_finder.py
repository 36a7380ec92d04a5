"""Dates as papers print them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.extraction.finders.dates import day_first_habit, find_dates, parse_date
from include.extraction.finders.found import Habits
from tests.drawn import words_of


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("2026-03-01", "2026-03-01"),  # ISO
        ("2026/3/1", "2026-03-01"),  # ISO order with slashes
        ("01.03.2026", "2026-03-01"),  # dots: the day comes first
        ("1.3.26", "2026-03-01"),  # two-digit year
        ("25/12/2025", "2025-12-25"),  # the day shows itself
        ("12/25/2025", "2025-12-25"),  # so does the month
        ("01-MAR-2026", "2026-03-01"),  # as on air waybills
        ("01MAR2026", "2026-03-01"),  # without blanks
        ("1 March 2026", "2026-03-01"),  # English
        ("March 1, 2026", "2026-03-01"),  # American
        ("Mar. 1st, 2026", "2026-03-01"),  # ordinal
        ("1. März 2026", "2026-03-01"),  # German
        ("3. Jänner 2026", "2026-01-03"),  # Austrian
        ("1er mars 2026", "2026-03-01"),  # French
        ("le 14 août 2026", "2026-08-14"),  # accent
        ("1 de marzo de 2026", "2026-03-01"),  # Spanish
        ("20260301", "2026-03-01"),  # compact
        ("Shanghai, 28 Feb 2026", "2026-02-28"),  # after a place
    ],
)
def test_a_printed_date_is_read_as_iso(printed: str, expected: str) -> None:
    assert parse_date(printed) == expected


@pytest.mark.parametrize(
    "printed",
    [
        "32.01.2026",  # no such day
        "12.13.14.15",  # a version
        "1.234.567",  # a number
        "PO-2026-0001",  # an order
        "HRB 12345",  # a register number
        "2026",  # a year alone
    ],
)
def test_what_is_no_date_is_not_read_as_one(printed: str) -> None:
    assert parse_date(printed) is None


def test_a_slashed_date_that_could_be_either_is_uncertain() -> None:
    (found,) = find_dates(words_of("05/06/2026"), Habits(language="en"))
    assert found.quality < 0.6
    assert "swapped" in found.note


@pytest.mark.parametrize(
    ("habits", "expected"),
    [
        (Habits(language="en", day_first=False), "2026-05-06"),  # the paper shows month first
        (Habits(language="en", day_first=True), "2026-06-05"),  # the paper shows day first
        (Habits(language="de"), "2026-06-05"),  # German papers put the day first
        (Habits(language="es"), "2026-06-05"),  # Spanish ones too
    ],
)
def test_the_paper_itself_decides_which_number_is_the_day(habits: Habits, expected: str) -> None:
    (found,) = find_dates(words_of("05/06/2026"), habits)
    assert found.normalised == expected
    assert found.quality > 0.9


def test_an_unambiguous_date_shows_the_order_of_the_others() -> None:
    assert day_first_habit(["05/06/2026", "05/16/2026"]) is False
    assert day_first_habit(["16/05/2026"]) is True
    assert day_first_habit(["05/06/2026"]) is None
    assert day_first_habit(["16/05/2026", "05/16/2026"]) is None


@given(st.dates(dt.date(1990, 1, 1), dt.date(2079, 12, 31)))
def test_every_iso_date_is_read_as_itself(day: dt.date) -> None:
    assert parse_date(day.isoformat()) == day.isoformat()


@given(st.dates(dt.date(1990, 1, 1), dt.date(2079, 12, 31)))
def test_every_dotted_date_is_read_day_first(day: dt.date) -> None:
    assert parse_date(f"{day:%d.%m.%Y}") == day.isoformat()

"""Numbers, money, weights, volumes and counts as papers print them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.extraction.finders.amounts import currency_sign, find_money, find_volumes, find_weights
from include.extraction.finders.found import Habits
from include.extraction.finders.numbers import decimal_habit, find_integers, parse_decimal
from tests.drawn import words_of

ENGLISH, GERMAN = Habits(decimal="."), Habits(language="de", decimal=",")


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("1,234.56", "1234.56"),  # English
        ("1.234,56", "1234.56"),  # German
        ("1 234,56", "1234.56"),  # French
        ("1'234.56", "1234.56"),  # Swiss
        ("1.234.567", "1234567"),  # dots in groups
        ("12,5", "12.5"),  # one decimal
        ("0,125", "0.125"),  # a leading zero leaves no thousands
        ("-12.00", "-12.00"),  # minus before
        ("12.00-", "-12.00"),  # minus behind
        ("5", "5"),  # whole
    ],
)
def test_a_number_is_read_by_its_separators(printed: str, expected: str) -> None:
    parsed = parse_decimal(printed)
    assert parsed is not None
    assert str(parsed[0]) == expected
    assert parsed[1]


@pytest.mark.parametrize(
    ("printed", "habits", "expected", "is_sure"),
    [
        ("12,500", ENGLISH, "12500", True),  # the paper writes decimals with a point
        ("12,500", GERMAN, "12.500", True),  # the paper writes decimals with a comma
        ("12,500", Habits(language="en"), "12500", False),  # nothing shows it: the language, unsure
        ("12,500", Habits(language="fr"), "12.500", False),  # the same in French
    ],
)
def test_three_digits_behind_one_separator_are_read_as_the_paper_writes(
    printed: str, habits: Habits, expected: str, is_sure: bool
) -> None:
    parsed = parse_decimal(printed, habits)
    assert parsed is not None
    assert (str(parsed[0]), parsed[1]) == (expected, is_sure)


def test_the_decimal_sign_of_a_paper_is_the_one_its_clear_numbers_use() -> None:
    assert decimal_habit(["Total 1,234.50", "12.00"]) == "."
    assert decimal_habit(["Summe 1.234,50"]) == ","
    assert decimal_habit(["12,500"]) == ""
    assert decimal_habit(["9026.20", "37,900"]) == ""  # a tariff code proves nothing


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("USD 1,250.00", ["1250.00"]),  # code before
        ("1.250,00 EUR", ["1250.00"]),  # code behind
        ("$ 499.99", ["499.99"]),  # sign
        ("EUR 26.933,15", ["26933.15"]),  # German
        ("-14,99 €", ["-14.99"]),  # credit
        ("VAT 19% 100.00 19.00", ["100.00", "19.00"]),  # the rate is no amount
        ("within 14 days", []),  # nor is a term
    ],
)
def test_amounts_are_found_in_a_run_of_words(printed: str, expected: list[str]) -> None:
    assert [f.normalised for f in find_money(words_of(printed), Habits())] == expected


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("120.5 kg", "120.5"),  # with its unit
        ("120,5 KGS", "120.5"),  # another spelling
        ("2.5 t", "2500"),  # tonnes
        ("10 lbs", "4.536"),  # pounds
        ("110.90 K", "110.90"),  # as on air waybills
        ("250 g", "0.25"),  # grams
    ],
)
def test_weights_become_kilograms(printed: str, expected: str) -> None:
    (found,) = find_weights(words_of(printed), Habits())
    assert found.normalised == expected
    assert found.quality == 1.0


def test_a_weight_without_a_unit_is_less_sure() -> None:
    (found,) = find_weights(words_of("120.5"), Habits())
    assert found.normalised == "120.5"
    assert found.quality < 1.0


@pytest.mark.parametrize("printed", ["32.62 CBM", "32.62 m3", "32,62 m³", "32.62 cu.m"])
def test_volumes_become_cubic_metres(printed: str) -> None:
    (found,) = find_volumes(words_of(printed), Habits())
    assert found.normalised == "32.62"


def test_a_volume_is_not_taken_for_a_weight() -> None:
    assert find_weights(words_of("32.62 CBM"), Habits()) == []


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("12 CARTONS", "12"),  # with what they are
        ("TWELVE (12) CARTONS", "12"),  # spelt out, figure in brackets
        ("1,350 pcs", "1350"),  # grouped
        ("12CTNS", "12"),  # glued
    ],
)
def test_counts_are_whole_numbers(printed: str, expected: str) -> None:
    assert [f.normalised for f in find_integers(words_of(printed), ENGLISH)] == [expected]


def test_a_currency_is_told_by_sign_or_code_but_not_inside_a_word() -> None:
    assert currency_sign("EUR12,50") == ("EUR", "EUR")
    assert currency_sign("$499.99") == ("$", "USD")
    assert currency_sign("(USD)") == ("USD", "USD")
    assert currency_sign("PENCIL") == ("", "")


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_every_amount_survives_english_and_german_printing(amount: Decimal) -> None:
    english = f"{amount:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    for printed in (english, german):
        parsed = parse_decimal(printed)
        assert parsed is not None
        assert parsed[0] == amount

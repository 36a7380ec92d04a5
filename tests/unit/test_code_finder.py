"""Containers, tariff codes, accounts, tax numbers, orders and other codes."""

from __future__ import annotations

import pytest

from include.extraction.finders.codes import (
    find_codes,
    find_containers,
    find_countries,
    find_currencies,
    find_hs,
    find_iban,
    find_incoterms,
)
from include.extraction.finders.countries import country_code
from include.extraction.finders.found import Habits
from tests.drawn import words_of


@pytest.mark.parametrize(
    "printed",
    [
        "CSQU3054383",  # as painted
        "CSQU 305438 3",  # check digit apart
        "CSQU 305438-3",  # with a dash
        "CSQU 305 438 3",  # in groups
        "CSQU305438[3]",  # check digit in its box
    ],
)
def test_a_container_number_is_read_without_its_blanks(printed: str) -> None:
    (found,) = find_containers(words_of(printed), Habits())
    assert (found.normalised, found.quality) == ("CSQU3054383", 1.0)


def test_a_wrong_check_digit_is_read_as_printed_and_noted() -> None:
    (found,) = find_containers(words_of("CSQU3054384"), Habits())
    assert found.normalised == "CSQU3054384"
    assert "check digit" in found.note


def test_a_misread_sign_is_mended_only_on_scans_and_only_when_the_check_digit_fits() -> None:
    scan = Habits(is_scan=True)
    (found,) = find_containers(words_of("CSQU3O54383"), scan)
    assert found.normalised == "CSQU3054383"
    assert found.quality < 0.9
    assert find_containers(words_of("CSQU3O54383"), Habits()) == []
    assert find_containers(words_of("CSQU3O54384"), scan) == []


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("8471.30", ["847130"]),  # subheading
        ("8471 30 00", ["84713000"]),  # eight digits in groups
        ("8471300000", ["8471300000"]),  # ten digits
        ("847130", ["847130"]),  # plain
        ("12345", []),  # five digits are none
        ("GLS-0171", []),  # nor is an article
    ],
)
def test_tariff_codes_have_six_to_ten_digits(printed: str, expected: list[str]) -> None:
    assert [f.normalised for f in find_hs(words_of(printed))] == expected


def test_an_iban_is_found_among_words_and_cut_where_its_check_digits_fit() -> None:
    (found,) = find_iban(words_of("IBAN DE89 3704 0044 0532 0130 00 BIC COBADEFF"))
    assert found.normalised == "DE89370400440532013000"
    assert found.quality == 1.0


def test_an_iban_with_wrong_check_digits_is_doubtful() -> None:
    (found,) = find_iban(words_of("DE88 3704 0044 0532 0130 00"))
    assert found.quality < 0.8


def test_an_incoterm_keeps_its_place_in_the_printed_value() -> None:
    (found,) = find_incoterms(words_of("FOB Ningbo"), Habits())
    assert (found.value, found.normalised) == ("FOB Ningbo", "FOB")
    (torn,) = find_incoterms(words_of("C IF Hamburg"), Habits(is_scan=True))
    assert torn.normalised == "CIF"


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("INV-2026-00123", ["INV-2026-00123"]),  # one word
        ("PO 2026 0001", ["PO20260001"]),  # letters, then digits
        ("020-1234 5675", ["020-12345675"]),  # digits in groups
        ("Nr. 471102", ["471102"]),  # behind a word for number
        ("Hamburg", []),  # a word is no code
        ("4711 vom 01.02.2026", ["4711", "01.02.2026"]),  # a date does not join it
    ],
)
def test_codes_are_signs_with_digits(printed: str, expected: list[str]) -> None:
    assert [f.normalised for f in find_codes(words_of(printed))] == expected


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("China", "CN"),  # English
        ("Deutschland", "DE"),  # German
        ("États-Unis", "US"),  # French
        ("España", "ES"),  # Spanish
        ("P.R. China", "CN"),  # as on certificates
        ("VN", "VN"),  # a code
        ("XX", None),  # no country
        ("Hamburg", None),  # a town
    ],
)
def test_countries_are_known_by_name_and_code(name: str, code: str | None) -> None:
    assert country_code(name) == code


def test_countries_and_currencies_are_found_in_words() -> None:
    assert [f.normalised for f in find_countries(words_of("made in South Korea"))] == ["KR"]
    assert [f.normalised for f in find_currencies(words_of("amounts in Euro or USD"))] == [
        "EUR",
        "USD",
    ]

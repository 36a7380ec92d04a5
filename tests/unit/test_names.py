"""When two printed names mean the same."""

from __future__ import annotations

import pytest

from include.checks.names import is_to_order, nearest, party_name


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("Nordwind Handels GmbH", "NORDWIND HANDELS-GMBH", True),  # case, hyphen
        ("Acme Co., Ltd.", "ACME Company Limited", True),  # forms written out
        ("Müller & Söhne GmbH", "Mueller und Soehne GmbH", True),  # umlauts as on a telex
        ("Dupont S.A.R.L.", "Dupont SARL", True),  # points
        ("Wisła Sp. z o.o.", "WISLA SP ZOO", True),  # Polish form
        ("Acme GmbH", "Acme", True),  # form left out
        ("Acme GmbH", "Acme AG", False),  # another company
        ("Acme GmbH", "Acne GmbH", False),  # near is not the same
        ("Nordwind Nord GmbH", "Nordwind Süd GmbH", False),
    ],
)
def test_names_mean_the_same_company(one: str, other: str, is_same: bool) -> None:
    assert party_name(one).means(party_name(other)) is is_same
    assert party_name(other).means(party_name(one)) is is_same


def test_a_name_of_legal_forms_only_keeps_its_words() -> None:
    assert party_name("Limited Company").core == "limited company"


def test_to_order_is_nobody_by_name() -> None:
    assert is_to_order("TO THE ORDER OF Deutsche Bank")
    assert not is_to_order("Toorder Handels GmbH")


def test_a_near_miss_is_suggested_and_a_stranger_is_not() -> None:
    known = ["Nordwind Handels GmbH", "Südstern Import AG"]

    assert nearest("Nordwind Handls GmbH", known) == "Nordwind Handels GmbH"
    assert nearest("Acme Corporation", known) is None

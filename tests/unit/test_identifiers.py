"""Codes that prove themselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso6346

from include.checks import identifiers
from include.models import Severity


@pytest.mark.parametrize(
    ("value", "is_right"),
    [
        ("CSQU3054383", True),  # the standard's own example
        ("csqu 305438-3", True),  # as people print it
        ("CSQU3054384", False),  # last digit wrong
        ("CSQU305438", False),  # check digit left out
        ("CSQR3054383", False),  # R is no owner category
        ("CSQU30543", False),  # too short
        ("CSQU3054383, MSKU1234565", True),  # two in one value
        ("CSQU3054383 / MSKU1234566", False),  # the second one is wrong
    ],
)
def test_a_container_number_needs_its_check_digit(value: str, is_right: bool) -> None:
    assert (identifiers.containers(value) is None) is is_right


@given(
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=3),
    st.sampled_from("UJZ"),
    st.from_regex(r"\A[0-9]{6}\Z"),
    st.integers(1, 9),
)
def test_every_other_check_digit_is_refused_and_the_right_one_is_named(
    owner: str, category: str, serial: str, shift: int
) -> None:
    stem = owner + category + serial
    right = iso6346.calc_check_digit(stem)
    wrong = str((int(right) + shift) % 10)

    assert identifiers.container(stem + right) is None
    fault = identifiers.container(stem + wrong)
    assert fault is not None
    assert f"ends in {wrong}, {right} would be right" in fault.reason


@given(st.integers(0, 9_999_999), st.integers(0, 9))
def test_an_air_waybill_ends_in_its_serial_modulo_seven(serial: int, last: int) -> None:
    fault = identifiers.awb_number(f"020-{serial:07d}{last}")

    assert (fault is None) is (serial % 7 == last)


def test_a_house_waybill_of_another_form_is_only_noted() -> None:
    fault = identifiers.awb_number("HWB-4711")

    assert fault is not None
    assert fault.severity == Severity.WARNING


@pytest.mark.parametrize(
    ("value", "severity"),
    [
        ("CIF", None),
        ("FOB Shanghai", None),  # with its place
        ("dap Hamburg", None),  # lower case
        ("DAT Hamburg", Severity.WARNING),  # Incoterms 2010
        ("C&F Genoa", Severity.WARNING),  # older still
        ("XYZ", Severity.ERROR),  # none at all
        ("", Severity.ERROR),  # nothing
    ],
)
def test_incoterms_2020_pass_and_old_ones_are_noted(value: str, severity: Severity | None) -> None:
    fault = identifiers.incoterm(value)

    assert (fault.severity if fault else None) == severity


@pytest.mark.parametrize(
    ("value", "severity"),
    [
        ("940542", None),
        ("9405.42", None),  # with its point
        ("94054210", None),  # combined nomenclature
        ("9405421090", None),  # TARIC
        ("9405", Severity.WARNING),  # heading only
        ("94054", Severity.ERROR),  # five digits
        ("770000", Severity.ERROR),  # chapter 77 is kept free
        ("94O542", Severity.ERROR),  # letter O
    ],
)
def test_an_hs_code_has_the_form_of_one(value: str, severity: Severity | None) -> None:
    fault = identifiers.hs_code(value)

    assert (fault.severity if fault else None) == severity


@pytest.mark.parametrize(
    ("value", "severity"),
    [
        ("DE136695976", None),
        ("CHE-107.787.577 IVA", None),  # Swiss, as printed
        ("GB980780684", None),  # no longer in the EU
        ("US12-3456789", None),  # no rule known: nothing to say
        ("DE136695977", Severity.ERROR),  # check digit
        ("136695976", Severity.INFO),  # no country: not checked
    ],
)
def test_a_vat_id_follows_the_rule_of_its_country(value: str, severity: Severity | None) -> None:
    fault = identifiers.vat(value)

    assert (fault.severity if fault else None) == severity


@pytest.mark.parametrize(
    ("check", "right", "wrong"),
    [
        (identifiers.imo, "IMO 9074729", "IMO 9074728"),
        (identifiers.iban, "DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 01"),
        (identifiers.scac, "MAEU", "M4EU"),
        (identifiers.currency, "EUR", "EUX"),
    ],
)
def test_codes_with_one_rule(check, right: str, wrong: str) -> None:  # type: ignore[no-untyped-def]
    assert check(right) is None
    assert check(wrong) is not None


@given(st.text(max_size=30))
def test_no_text_whatever_breaks_a_check(value: str) -> None:
    for check in identifiers.FIELD_CHECKS.values():
        fault = check(value)
        assert fault is None or fault.reason

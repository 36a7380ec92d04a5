"""Printed values to values by type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.document_types.catalogue import load_catalogue
from include.extraction.normalise import normalise

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("type_name", "field", "printed", "expected"),
    [
        ("invoice", "issue_date", "1. März 2026", "2026-03-01"),  # date
        ("invoice", "grand_total", "EUR 1.234,50", "1234.50"),  # money
        ("invoice", "currency", "€", "EUR"),  # sign
        ("invoice", "incoterm", "FOB Shanghai", "FOB"),  # term without its place
        ("invoice", "country_of_origin", "Frankreich", "FR"),  # country
        ("invoice", "iban", "DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),  # account
        ("invoice", "seller_vat_id", "FR 32 123 456 789", "FR32123456789"),  # tax number
        ("invoice", "number", "INV 2026 / 17", "INV2026/17"),  # any code
        ("packing_list", "gross_weight_kg", "1,250.5 KGS", "1250.5"),  # weight
        ("packing_list", "package_count", "12 cartons", "12"),  # count
        ("bill_of_lading", "container_number", "CSQU 305438-3", "CSQU3054383"),  # container
        ("bill_of_lading", "freight_terms", "FREIGHT PREPAID", "PREPAID"),  # freight
        ("bill_of_lading", "freight_terms", "unfrei", "COLLECT"),  # freight in German
        ("bill_of_lading", "shipper_name", " ACME  GmbH ", "ACME GmbH"),  # blanks
    ],
)
def test_a_value_gets_the_form_of_its_type(
    type_name: str, field: str, printed: str, expected: str
) -> None:
    assert normalise(CATALOGUE.types[type_name].fields[field], printed) == expected


def test_a_value_without_its_type_is_none() -> None:
    fields = CATALOGUE.types["invoice"].fields
    assert normalise(fields["issue_date"], "on request") is None
    assert normalise(fields["grand_total"], "see below") is None
    assert normalise(fields["grand_total"], "  ") is None


@given(st.text(max_size=60))
def test_no_text_breaks_any_type(text: str) -> None:
    for spec in CATALOGUE.types["invoice"].fields.values():
        result = normalise(spec, text)
        assert result is None or isinstance(result, str)


@given(st.decimals(min_value=0, max_value=10**7, places=2))
def test_normalising_a_normalised_amount_changes_nothing(amount: object) -> None:
    spec = CATALOGUE.types["invoice"].fields["grand_total"]
    once = normalise(spec, str(amount))
    assert once is not None
    assert normalise(spec, once) == once

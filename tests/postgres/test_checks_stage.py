"""Documents checked against real tables."""

from __future__ import annotations

import psycopg
import pytest

from include import db
from include.checks.rows import load_checks
from include.checks.stage import check_fields
from include.models import CheckResult, Extraction, Severity, State
from tests.desk import chunk_of, load_reference, put, state_of
from tests.extractions import paper

ROW = {
    "item_code": "LMP-0263",
    "description": "LED desk lamp with dimmer",
    "hs_code": "940521",
    "quantity": "1200",
    "unit_price": "9.63",
    "line_total": "11556.00",
}


def invoice(row: dict[str, str] | None = None, **values: str) -> Extraction:
    """A part of order PO-2026-0001 of the sample company."""
    head = {
        "number": "I-1",
        "issue_date": "2026-02-20",
        "seller_name": "QINGYAO LUMARA LIGHTING CO., LTD.",
        "buyer_name": "Velmarode Importhandel GmbH",
        "order_reference": "PO-2026-0001",
        "currency": "USD",
        "incoterm": "CIF",
        "country_of_origin": "CN",
        "net_total": "11556.00",
        "grand_total": "11556.00",
    }
    return paper("invoice", {**head, **values}, [row or ROW])


def checked(extraction: Extraction) -> tuple[CheckResult, ...]:
    document_id = put(extraction, "a.pdf")
    assert check_fields(chunk_of(document_id), "test") == 1
    assert state_of(document_id) == State.CHECKED
    with db.session() as session:
        return load_checks(session, document_id)


def failed(extraction: Extraction) -> dict[str, CheckResult]:
    return {result.check: result for result in checked(extraction) if not result.passed}


@pytest.mark.usefixtures("db_dsn")
def test_a_right_invoice_passes_and_its_checks_are_kept() -> None:
    load_reference()
    results = checked(invoice())

    assert [result.reason for result in results if not result.passed] == []
    names = {result.check for result in results}
    assert {"required", "party", "hs_code", "currency", "order_known", "order_quantity"} <= names


@pytest.mark.usefixtures("db_dsn")
def test_planted_faults_are_found_with_place_and_words() -> None:
    load_reference()
    found = failed(
        invoice(
            {**ROW, "hs_code": "999999", "quantity": "99999"},
            seller_name="Qingyao Lumera Lighting Ltd",
        )
    )

    assert found["hs_code"].line == 1
    assert found["hs_code"].box is not None
    assert "Qingyao Lumara Lighting Co., Ltd." in found["party"].reason
    assert "but order PO-2026-0001 is for 1200" in found["order_quantity"].reason
    assert found["line_total"].severity == Severity.ERROR


@pytest.mark.usefixtures("db_dsn")
def test_without_reference_data_one_warning_per_list_says_what_to_do() -> None:
    found = [result for result in checked(invoice()) if not result.passed]

    assert {result.check for result in found} == {"reference_missing"}
    assert {result.severity for result in found} == {Severity.WARNING}
    assert len(found) == 5  # HS codes, countries, currencies, parties, purchase orders


@pytest.mark.usefixtures("db_dsn")
def test_ports_are_suggested_from_all_that_are_known() -> None:
    load_reference()
    found = failed(
        paper("bill_of_lading", {"port_of_loading": "Nimgbo", "port_of_discharge": "Hamburg"})
    )

    assert found["port"].reason == "Port 'Nimgbo' is not known; did you mean 'Ningbo'?"


@pytest.mark.usefixtures("db_dsn")
def test_checking_again_leaves_the_same_rows() -> None:
    load_reference()
    document_id = put(invoice(), "a.pdf")
    check_fields(chunk_of(document_id), "test")
    with db.session() as session:
        before = load_checks(session, document_id)
        session.run(
            "documents.set_state",
            id=document_id,
            old="checked",
            new="extracted",
            chunk=chunk_of(document_id),
            why=None,
        )
    check_fields(chunk_of(document_id), "test")

    with db.session() as session:
        assert load_checks(session, document_id) == before


def test_the_companys_own_database_is_asked_when_it_is_set(
    db_dsn: str, postgres_uri: str, template_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = psycopg.conninfo.make_conninfo(postgres_uri, dbname="company")
    with psycopg.connect(postgres_uri, autocommit=True) as connection:
        connection.execute(f"create database company template {template_database}")
    try:
        load_reference()  # into Lading's own
        monkeypatch.setenv("LADING_SOURCE_DB_DSN", other)
        assert "reference_missing" in failed(invoice())
    finally:
        with psycopg.connect(postgres_uri, autocommit=True) as connection:
            connection.execute("drop database company with (force)")

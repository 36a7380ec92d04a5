"""Extraction as a stage: pages in Postgres become a version of fields and lines."""

from __future__ import annotations

import json

import psycopg
import pytest
from psycopg.rows import dict_row

from include import db
from include.extraction.rows import load_extraction, save_extraction
from include.extraction.stage import extract_fields
from include.models import Box, Extraction, Field, Line, Page, Reading, State, Tier
from include.pages.rows import save_pages
from tests.desk import bring_on, chunk_of, put, state_of
from tests.drawn import drawn_page
from tests.model_server import Answer, serving

INVOICE = """
                    COMMERCIAL INVOICE
Invoice No: INV-4711           Invoice Date: 14.02.2026
PO No: PO-2026-0042            Currency: EUR
Description            Qty     Price     Amount
Steel bolts M12        100      1.00      100.00
Total                                     100.00
"""


def _read(page: Page, state: State = State.READ) -> int:
    document_id = put(None, "paper.pdf", state=state)
    with db.session() as session:
        save_pages(session, document_id, Reading(media_type="application/pdf", pages=(page,)))
    return document_id


def _rows(dsn: str, query: str) -> list[dict[str, object]]:
    with psycopg.connect(dsn, row_factory=dict_row) as connection:
        return connection.execute(query).fetchall()


def _stored(document_id: int) -> Extraction:
    with db.session() as session:
        found = load_extraction(session, document_id)
    assert found is not None
    return found[1]


def test_a_read_document_becomes_an_extracted_one(db_dsn: str) -> None:
    document_id = _read(drawn_page(INVOICE))
    assert extract_fields(chunk_of(document_id), "test") == 1
    assert state_of(document_id) == State.EXTRACTED
    extraction = _stored(document_id)
    assert extraction.document_type == "invoice"
    assert extraction.value("number") == "INV-4711"
    assert extraction.lines[0].cells["quantity"].normalised == "100"
    assert ("order", "PO-2026-0042") in extraction.mentions
    (row,) = _rows(db_dsn, "select document_type from lading.documents")
    assert row["document_type"] == "invoice"


def test_the_way_tells_what_was_found(db_dsn: str) -> None:
    document_id = _read(drawn_page(INVOICE))
    extract_fields(chunk_of(document_id), "test")
    rows = _rows(db_dsn, "select why from lading.document_events where to_state = 'extracted'")
    assert "invoice" in str(rows[0]["why"])
    assert "1 lines" in str(rows[0]["why"])


def test_a_page_that_could_not_be_read_keeps_the_document_from_leaving_unseen(db_dsn: str) -> None:
    document_id = put(None, "paper.pdf", state=State.READ)
    reading = Reading(
        media_type="application/pdf", pages=(drawn_page(INVOICE),), bad_pages={2: "broken"}
    )
    with db.session() as session:
        save_pages(session, document_id, reading)
    extract_fields(chunk_of(document_id), "test")
    assert _stored(document_id).flags == ("page_unread",)
    bring_on(document_id)
    (decision,) = _rows(db_dsn, "select outcome, reasons from lading.decisions")
    assert decision["outcome"] == "review"
    assert "A page could not be read." in str(decision["reasons"])


def test_running_the_stage_twice_changes_nothing(db_dsn: str) -> None:
    document_id = _read(drawn_page(INVOICE))
    chunk = chunk_of(document_id)
    extract_fields(chunk, "test")
    assert extract_fields(chunk, "test") == 0
    (row,) = _rows(db_dsn, "select count(*) as n from lading.extractions")
    assert row["n"] == 1


def test_a_paper_of_no_known_type_goes_on_as_unknown(db_dsn: str) -> None:
    document_id = _read(drawn_page("Dear all, nothing to see here."))
    extract_fields(chunk_of(document_id), "test")
    assert state_of(document_id) == State.EXTRACTED
    assert _stored(document_id).document_type == "unknown"


def test_a_document_without_pages_goes_on_as_unknown(db_dsn: str) -> None:
    document_id = put(None, "empty.pdf", state=State.READ)
    extract_fields(chunk_of(document_id), "test")
    assert _stored(document_id).document_type == "unknown"


def test_an_extraction_comes_back_as_it_was_stored(db_dsn: str) -> None:
    field = Field(
        name="number",
        value="INV 4711",
        normalised="INV4711",
        confidence=0.75,
        tier=Tier.LLM,
        page=2,
        boxes=(Box(1.0, 2.0, 3.5, 4.25),),
        grounded=False,
        label="Invoice No.",
    )
    extraction = Extraction(
        document_type="invoice",
        type_confidence=0.5,
        fields={"number": field},
        lines=(Line(position=1, cells={"item_code": field}, page=2),),
        tier=Tier.RULES,
        type_evidence=("INVOICE",),
        mentions=(("order", "PO-1"),),
        flags=("llm_unavailable",),
        model="tiny",
        prompt_hash="abc",
    )
    document_id = put(None, "paper.pdf")
    with db.session() as session:
        extraction_id = save_extraction(session, document_id, extraction)
        assert load_extraction(session, document_id) == (extraction_id, extraction)


def test_the_latest_version_counts(db_dsn: str) -> None:
    document_id = put(None, "paper.pdf")
    first = Extraction(document_type="invoice", type_confidence=0.5, fields={})
    second = Extraction(document_type="receipt", type_confidence=0.5, fields={})
    with db.session() as session:
        save_extraction(session, document_id, first)
        save_extraction(session, document_id, second)
    assert _stored(document_id).document_type == "receipt"
    rows = _rows(db_dsn, "select version from lading.extractions order by version")
    assert [row["version"] for row in rows] == [1, 2]


def test_a_configured_model_is_asked_and_its_calls_are_booked(
    db_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    document_id = _read(drawn_page(INVOICE + "\nTerms as agreed under XQ-77."))
    content = json.dumps({"due_date": None, "seller_name": "Terms as agreed"})
    with serving(Answer(content)) as server:
        monkeypatch.setenv("LADING_LLM_BASE_URL", server.base_url)
        monkeypatch.setenv("LADING_LLM_MODEL", "tiny")
        extract_fields(chunk_of(document_id), "test")
    extraction = _stored(document_id)
    assert extraction.model == "tiny"
    assert extraction.fields["seller_name"].tier == Tier.LLM
    (call,) = _rows(db_dsn, "select * from lading.llm_calls")
    assert call["document_id"] == document_id
    assert (call["outcome"], call["attempts"], call["prompt_tokens"]) == ("ok", 1, 900)
    assert call["cost_usd"] is None
    assert call["prompt_hash"] == extraction.prompt_hash


def test_a_model_that_is_down_neither_loses_nor_stops_the_document(
    db_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LADING_LLM_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("LADING_LLM_MODEL", "tiny")
    document_id = _read(drawn_page(INVOICE))
    extract_fields(chunk_of(document_id), "test")
    assert state_of(document_id) == State.EXTRACTED
    extraction = _stored(document_id)
    assert extraction.value("number") == "INV-4711"
    assert "llm_unavailable" in extraction.flags
    (call,) = _rows(db_dsn, "select outcome from lading.llm_calls")
    assert call["outcome"] == "unavailable"

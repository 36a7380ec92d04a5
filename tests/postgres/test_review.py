"""What a person is asked and answers, on a real Postgres."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from include import db
from include.documents.claim import load, reprocess
from include.extraction.rows import load_extraction
from include.models import Extraction, Reason, State, Tier
from include.review import APPROVE, REJECT
from include.review.answer import apply_and_list, apply_answer, record_answer
from include.review.form import build_form
from include.review.queue import open_review, run_id_of, unasked
from tests.desk import move, put
from tests.extractions import paper

REASONS = (
    Reason(code="confidence", text="Issue date is doubtful.", field="issue_date"),
    Reason(code="line", text="The quantity is more than ordered.", field="quantity", line=2),
    Reason(code="duplicate", text="Known already."),
)


def invoice() -> Extraction:
    return paper(
        "invoice",
        {"number": "4711", "issue_date": "2026-03-01", "grand_total": "90.00", "currency": "EUR",
         "seller_name": "Ferro & Sohn <script>alert(1)</script> | x", "order_reference": "PO-1"},
        [{"description": "a", "quantity": "1"}, {"description": "b", "quantity": "7"}],
    )  # fmt: skip


@pytest.fixture
def review(db_dsn: str) -> Iterator[tuple[int, int]]:
    """(review, document) of an invoice that waits for a person."""
    document_id = put(invoice(), "inv.pdf", state=State.DECIDED)
    with db.session() as session:
        review_id = open_review(session, load(session, document_id), REASONS)
    move(db_dsn, document_id, State.IN_REVIEW)
    return review_id, document_id


def state_of(document_id: int) -> State:
    with db.session() as session:
        return load(session, document_id).state


def latest(document_id: int) -> Extraction:
    with db.session() as session:
        found = load_extraction(session, document_id)
    assert found is not None
    return found[1]


def rows(dsn: str, table: str) -> list[tuple[object, ...]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(f"select * from lading.{table}").fetchall()


def test_each_doubtful_field_is_asked_once_with_its_reason_and_what_was_read(
    review: tuple[int, int],
) -> None:
    form = build_form(review[0], "run")
    questions = {question.key: question for question in form.questions}
    assert list(questions) == ["issue_date", "line_2_quantity"]
    assert questions["issue_date"].value == "2026-03-01"
    assert "Issue date is doubtful." in questions["issue_date"].description
    assert questions["line_2_quantity"].title == "line 2: quantity"
    assert "Known already." in form.body


def test_text_of_a_document_cannot_become_markup(review: tuple[int, int]) -> None:
    body = build_form(review[0], "run").body
    assert "<script>" not in body
    row = next(line for line in body.splitlines() if line.startswith("| seller\\_name"))
    assert row.replace("\\|", "").count("|") == 5


def test_an_open_review_is_asked_by_one_run_only(review: tuple[int, int]) -> None:
    [first] = unasked()
    assert first["conf"] == {"review_id": review[0]}
    assert first["trigger_run_id"] == run_id_of(review[0], "inv.pdf")
    build_form(review[0], "run")
    assert unasked() == []


def test_opening_twice_asks_once(review: tuple[int, int]) -> None:
    with db.session() as session:
        assert open_review(session, load(session, review[1]), REASONS) == review[0]


def test_an_approval_with_a_correction_is_stored_and_goes_to_the_outbox_once(
    review: tuple[int, int], db_dsn: str
) -> None:
    review_id, document_id = review
    answer = {"issue_date": "02.03.2026", "line_2_quantity": "7", "note": "stamp"}
    record_answer(review_id, APPROVE, answer, by="clerk")
    record_answer(review_id, REJECT, {}, by="somebody later")
    assert apply_answer(review_id, "test") == "approved"
    assert apply_answer(review_id, "test") == "approved"
    assert state_of(document_id) == State.APPROVED
    fields = latest(document_id).fields
    assert fields["issue_date"].normalised == "2026-03-02"
    assert fields["issue_date"].tier == Tier.REVIEW
    assert fields["number"].tier == Tier.RULES
    assert len(rows(db_dsn, "export_outbox")) == 1
    [correction] = rows(db_dsn, "corrections")
    assert correction[3:6] == ("issue_date", None, "2026-03-01")
    with db.session() as session:
        way = [r["way"] for r in session.all("documents.ways") if r["id"] == document_id]
    assert way[0].endswith("approved")


def test_a_rejection_ends_the_document_with_the_note(review: tuple[int, int], db_dsn: str) -> None:
    record_answer(review[0], REJECT, {"note": "not ours"}, by="clerk")
    assert apply_and_list(review[0], "test") == []
    assert state_of(review[1]) == State.REJECTED
    assert rows(db_dsn, "export_outbox") == []
    with db.session() as session:
        [row] = [r for r in session.all("documents.ways") if r["id"] == review[1]]
    assert row["reason"] == "not ours"


def test_a_value_that_is_not_of_its_kind_is_asked_again_with_the_reason_on_top(
    review: tuple[int, int],
) -> None:
    review_id, document_id = review
    record_answer(review_id, APPROVE, {"issue_date": "soon", "line_2_quantity": "7"}, by="clerk")
    [again] = apply_and_list(review_id, "test")
    assert state_of(document_id) == State.IN_REVIEW
    following = again["conf"]["review_id"]  # type: ignore[index]
    form = build_form(following, "run")
    assert "“soon” is not a valid date" in form.body.splitlines()[4]
    assert [question.key for question in form.questions] == ["issue_date", "line_2_quantity"]
    record_answer(following, APPROVE, {"issue_date": "2026-03-02"}, by="clerk")
    assert apply_and_list(following, "test") == []
    assert state_of(document_id) == State.APPROVED


def test_a_task_killed_after_it_applied_an_answer_still_asks_again(
    review: tuple[int, int],
) -> None:
    build_form(review[0], "run")
    record_answer(review[0], APPROVE, {"issue_date": "soon"}, by="clerk")
    assert apply_answer(review[0], "killed before it could start the next run") == "asked again"
    [again] = apply_and_list(review[0], "test")
    assert again["conf"] != {"review_id": review[0]}


def test_an_emptied_value_is_taken_away(review: tuple[int, int]) -> None:
    record_answer(review[0], APPROVE, {"issue_date": "", "line_2_quantity": "6"}, by="clerk")
    apply_answer(review[0], "test")
    extraction = latest(review[1])
    assert "issue_date" not in extraction.fields
    assert extraction.lines[1].cells["quantity"].normalised == "6"
    assert extraction.lines[1].cells["description"].value == "b"


def test_a_document_sent_back_for_reprocessing_withdraws_its_question(
    review: tuple[int, int],
) -> None:
    assert reprocess([review[1]], State.READ, "clerk") == [review[1]]
    assert unasked() == []
    assert not build_form(review[0], "run").is_open
    record_answer(review[0], APPROVE, {}, by="too late")
    assert apply_answer(review[0], "test") == "read"
    assert state_of(review[1]) == State.READ

"""A person cuts a packet anew, on a real Postgres and with the real reader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from include import db
from include.documents.claim import claim, load, reprocess
from include.extraction.rows import save_extraction
from include.inbox import folder
from include.models import Reason, State
from include.pages.cuts import load_cuts
from include.pages.rows import load_pages
from include.pages.stage import read_pages
from include.review import APPROVE, CUT, PAGES
from include.review.answer import apply_and_list, apply_answer, has_cut, record_answer
from include.review.form import build_form
from include.review.queue import open_review
from tests import papers
from tests.desk import move
from tests.extractions import paper
from tests.postgres.test_taking_apart import PACKING_LIST, documents, words

NOTE_PAGE = ((60, 80, "INVOICE"), (60, 120, "Invoice No: RE-7"), (60, 150, "Total EUR 7.00"))


@pytest.fixture
def packet(db_dsn: str, lading_home: Path, reader: Path, monkeypatch) -> Iterator[str]:
    """A file of three papers of a page each; gives the DSN."""
    monkeypatch.setenv("LADING_STABLE_S", "0")
    (lading_home / "inbox").mkdir()
    data = papers.pdf(papers.INVOICE, PACKING_LIST, NOTE_PAGE)
    (lading_home / "inbox" / "scan.pdf").write_bytes(data)
    folder.land("test")
    [chunk] = claim("run", "test")
    read_pages(chunk, "test")
    yield db_dsn


def in_review(dsn: str, name: str) -> int:
    """The id of a new review of the document with this file name."""
    document = documents()[name]
    with db.session() as session:
        save_extraction(session, document.id, paper("invoice", {"number": "1"}))
        review = open_review(session, document, [Reason(code="x", text="Doubtful.")])
    move(dsn, document.id, State.IN_REVIEW)
    return review


def cut(review_id: int, ranges: str) -> str:
    record_answer(review_id, CUT, {PAGES: ranges}, by="clerk")
    return apply_answer(review_id, "test")


def states() -> dict[str, State]:
    return {name: document.state for name, document in documents().items()}


def test_the_form_shows_where_the_paper_stands_and_offers_to_cut_again(packet: str) -> None:
    form = build_form(in_review(packet, "scan.p2.pdf"), "run")
    assert form.options[-1] == CUT
    [question] = [q for q in form.questions if q.key == PAGES]
    assert question.value == "1, 2, 3"
    assert "Page 2 of the 3 of scan.pdf" in form.body.replace("\\", "")


def test_papers_that_change_give_way_and_the_others_stay(packet: str) -> None:
    review = in_review(packet, "scan.p2.pdf")
    before = documents()
    assert cut(review, "1, 2-3") == "cut again"
    assert states() == {
        "scan.pdf": State.SPLIT,
        "scan.p1.pdf": State.READ,
        "scan.p2.pdf": State.REJECTED,
        "scan.p3.pdf": State.REJECTED,
        "scan.p2-3.pdf": State.READ,
    }
    after = documents()
    assert after["scan.p1.pdf"] == before["scan.p1.pdf"]
    joined = after["scan.p2-3.pdf"]
    assert joined.chunk_id is None  # free for the next run
    assert {"PL-2026-0099", "RE-7"} <= set(words(joined))
    with db.session() as session:
        assert [page.number for page in load_pages(session, joined.id)] == [1, 2]
        cuts = load_cuts(session, after["scan.pdf"].id)
    assert [(c.first, c.last) for c in cuts] == [(1, 1), (2, 3)]
    assert "clerk" in cuts[0].evidence[0]
    assert has_cut(review)


def test_applying_a_cut_twice_changes_nothing(packet: str) -> None:
    review = in_review(packet, "scan.p2.pdf")
    cut(review, "1, 2-3")
    before = documents()
    assert apply_answer(review, "test") == "rejected"
    assert apply_and_list(review, "test") == []
    assert documents() == before


def test_a_cut_that_is_taken_back_brings_the_first_papers_back(packet: str) -> None:
    cut(in_review(packet, "scan.p2.pdf"), "1, 2-3")
    assert cut(in_review(packet, "scan.p2-3.pdf"), "1, 2, 3") == "cut again"
    assert states()["scan.p2.pdf"] == states()["scan.p3.pdf"] == State.READ
    assert states()["scan.p2-3.pdf"] == State.REJECTED
    assert "PL-2026-0099" in words(documents()["scan.p2.pdf"])


def test_ranges_that_cannot_be_meant_are_asked_again_with_the_reason(packet: str) -> None:
    review = in_review(packet, "scan.p2.pdf")
    record_answer(review, CUT, {PAGES: "1-9"}, by="clerk")
    [again] = apply_and_list(review, "test")
    form = build_form(again["conf"]["review_id"], "run")  # type: ignore[index]
    assert "3 pages" in next(q for q in form.questions if q.key == PAGES).description
    assert states()["scan.p2.pdf"] == State.IN_REVIEW


def test_a_paper_that_the_erp_holds_cannot_be_torn(packet: str) -> None:
    review = in_review(packet, "scan.p2.pdf")
    move(packet, documents()["scan.p3.pdf"].id, State.EXPORTED)
    assert cut(review, "1, 2-3") == "asked again"
    assert states()["scan.p2.pdf"] == State.IN_REVIEW
    assert states()["scan.p3.pdf"] == State.EXPORTED


def test_a_file_taken_for_one_paper_can_be_cut_and_stays_cut_when_read_anew(
    db_dsn: str, lading_home: Path, reader: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LADING_STABLE_S", "0")
    (lading_home / "inbox").mkdir()
    plain = ((60, 80, "Some page without any title"),)
    (lading_home / "inbox" / "scan.pdf").write_bytes(papers.pdf(plain, plain))
    folder.land("test")
    [chunk] = claim("run", "test")
    read_pages(chunk, "test")
    assert states() == {"scan.pdf": State.READ}
    assert cut(in_review(db_dsn, "scan.pdf"), "1, 2") == "cut again"
    assert states()["scan.pdf"] == State.SPLIT
    first = documents()["scan.p1.pdf"]
    reprocess([first.id], State.RECEIVED, "test")
    [chunk] = claim("again", "test", ids=[first.id])
    read_pages(chunk, "test")
    with db.session() as session:
        assert load(session, first.id).state == State.READ
    assert len(documents()) == 3


def test_an_approval_does_not_take_the_page_ranges_for_a_value(packet: str) -> None:
    review = in_review(packet, "scan.p2.pdf")
    record_answer(review, APPROVE, {PAGES: "1, 2, 3"}, by="clerk")
    assert apply_answer(review, "test") == "approved"
    assert states()["scan.p2.pdf"] == State.APPROVED

"""The stage that reads, on a real Postgres and with the real reader."""

from __future__ import annotations

from pathlib import Path

import pytest

from include import db
from include.documents.claim import claim
from include.errors import ReaderUnavailable
from include.inbox import folder
from include.models import Reading
from include.pages import sandbox
from include.pages.rows import UNREAD, load_embedded_xml, load_pages, save_pages
from include.pages.stage import read_pages
from tests import papers


@pytest.fixture
def inbox(db_dsn: str, lading_home: Path, reader: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LADING_STABLE_S", "0")
    (lading_home / "inbox").mkdir()
    return lading_home / "inbox"


def way(name: str) -> str:
    with db.session() as session:
        return next(r["way"] for r in session.all("documents.ways") if r["file_name"] == name)


def document_id(name: str) -> int:
    with db.session() as session:
        rows = session.all("documents.ways")
    return next(int(row["id"]) for row in rows if row["file_name"] == name)


def claimed(inbox: Path) -> int:
    folder.land("test")
    [chunk] = claim("run", "test")
    return chunk


def test_a_chunk_is_read_and_each_document_goes_its_own_way(inbox: Path) -> None:
    (inbox / "good.pdf").write_bytes(papers.pdf(papers.INVOICE, papers.INVOICE))
    (inbox / "scan.png").write_bytes(papers.encoded(papers.picture(), dpi=(150, 150)))
    (inbox / "letter.pdf").write_bytes(b"no PDF at all")
    chunk = claimed(inbox)
    assert read_pages(chunk, "test") == 3
    assert way("good.pdf") == way("scan.png") == "received > read"
    assert way("letter.pdf") == "received > quarantined"
    with db.session() as session:
        good = load_pages(session, document_id("good.pdf"))
        [scan] = load_pages(session, document_id("scan.png"))
        row = session.one("documents.by_id", id=document_id("letter.pdf"))
    assert [page.number for page in good] == [1, 2]
    assert "INV-2026-00417" in [word.text for word in good[0].words]
    assert "ocr" in scan.flags and scan.elements
    assert row and "does not match" in row["reason"]


def test_reading_a_chunk_again_changes_nothing(inbox: Path) -> None:
    (inbox / "good.pdf").write_bytes(papers.pdf())
    chunk = claimed(inbox)
    assert read_pages(chunk, "test") == 1
    assert read_pages(chunk, "test") == 0
    assert way("good.pdf") == "received > read"


def test_a_reader_that_cannot_be_had_leaves_the_documents_for_the_next_try(
    inbox: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (inbox / "good.pdf").write_bytes(papers.pdf())
    chunk = claimed(inbox)
    with monkeypatch.context() as patch:
        patch.setenv("LADING_READER_HOME", str(tmp_path / "nowhere"))
        patch.setattr(sandbox, "_START_S", 0.0)
        with pytest.raises(ReaderUnavailable):
            read_pages(chunk, "test")
    assert way("good.pdf") == "received"
    read_pages(chunk, "test")
    assert way("good.pdf") == "received > read"


def test_bad_pages_and_an_embedded_invoice_are_kept(inbox: Path) -> None:
    (inbox / "good.pdf").write_bytes(papers.pdf())
    read_pages(claimed(inbox), "test")
    number = document_id("good.pdf")
    with db.session() as session:
        [page] = load_pages(session, number)
        reading = Reading(
            media_type="application/pdf",
            pages=(page,),
            bad_pages={2: "Failed to load page."},
            embedded_xml="<Invoice/>",
        )
        save_pages(session, number, reading)
        first, second = load_pages(session, number)
        assert load_embedded_xml(session, number) == "<Invoice/>"
        row = session.one("documents.by_id", id=number)
    assert first == page
    assert second.flags == (UNREAD,) and not second.words
    assert row and row["page_count"] == 2

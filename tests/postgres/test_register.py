"""Registration and claiming on a real Postgres."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from pathlib import Path

import pytest

from include import db
from include.documents.claim import MAX_ATTEMPTS, claim, claim_for_run, load
from include.documents.work import advance, for_each
from include.errors import BrokenDocument, DatabaseUnavailable
from include.inbox import folder, watch
from include.models import Document, State


@pytest.fixture
def inbox(db_dsn: str, lading_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LADING_STABLE_S", "0")
    (lading_home / "inbox").mkdir()
    return lading_home / "inbox"


def states() -> dict[str, str]:
    with db.session() as session:
        return {row["file_name"]: row["state"] for row in session.all("documents.ways")}


def events(document_id: int) -> list[str]:
    with db.session() as session:
        return [r["way"] for r in session.all("documents.ways") if r["id"] == document_id]


def drop(inbox: Path, *names: str) -> None:
    for name in names:
        (inbox / name).write_bytes(f"bytes of {name}".encode())


def test_a_finished_file_is_landed_registered_and_taken_out_of_the_inbox(inbox: Path) -> None:
    drop(inbox, "a.pdf")
    [landed] = folder.land("test")
    assert states() == {"a.pdf": "received"}
    assert not (inbox / "a.pdf").exists()
    assert (inbox / ".processed" / f"{landed.document_id}-a.pdf").exists()
    assert folder.land("test") == []


def test_the_same_bytes_become_a_duplicate_that_names_the_original(inbox: Path) -> None:
    drop(inbox, "a.pdf")
    (inbox / "b.pdf").write_bytes(b"bytes of a.pdf")
    folder.land("test")
    assert states() == {"a.pdf": "received", "b.pdf": "duplicate"}
    with db.session() as session:
        reasons = {r["file_name"]: r["reason"] for r in session.all("documents.ways")}
    assert "a.pdf" in reasons["b.pdf"]


def test_a_landing_killed_before_it_cleared_the_inbox_registers_nothing_twice(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(inbox, "a.pdf", "b.pdf")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(folder, "_acknowledge", killed)
        with pytest.raises(KeyboardInterrupt):
            folder.land("test")
    landed = folder.land("test")
    assert [item.is_new for item in landed] == [False, False]
    assert states() == {"a.pdf": "received", "b.pdf": "received"}
    assert not list(watch.candidates(inbox))


def test_a_file_that_is_still_open_for_writing_waits(inbox: Path) -> None:
    with (inbox / "growing.pdf").open("wb") as writer:
        writer.write(b"half")
        writer.flush()
        assert not watch.is_stable(inbox / "growing.pdf", stable_s=0)
    assert watch.is_stable(inbox / "growing.pdf", stable_s=0)


def test_a_file_that_changed_a_moment_ago_waits(inbox: Path) -> None:
    drop(inbox, "a.pdf")
    assert not watch.is_stable(inbox / "a.pdf", stable_s=30)


def test_links_pipes_and_unfinished_names_are_left_alone(inbox: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    (inbox / "link.pdf").symlink_to(tmp_path / "secret")
    os.mkfifo(inbox / "pipe.pdf")
    drop(inbox, ".hidden.pdf", "a.pdf.part")
    assert list(watch.candidates(inbox)) == []


def test_papers_that_are_still_being_written_are_waited_for_and_land_in_one_batch(
    inbox: Path,
) -> None:
    drop(inbox, "a.pdf")
    writer = (inbox / "b.pdf").open("wb")
    writer.write(b"slow")

    def finish() -> None:
        time.sleep(0.3)
        writer.close()

    thread = threading.Thread(target=finish)
    thread.start()
    folder.land("test")
    thread.join()
    with db.session() as session:
        rows = [load(session, row["id"]) for row in session.all("documents.ways")]
    assert len(rows) == 2
    assert len({row.batch_id for row in rows}) == 1


def test_the_lease_test_sees_a_writer(inbox: Path) -> None:
    drop(inbox, "a.pdf")
    with (inbox / "a.pdf").open("ab"):
        descriptor = os.open(inbox / "a.pdf", os.O_RDONLY)
        with pytest.raises(BlockingIOError):
            fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        os.close(descriptor)


def register(inbox: Path, count: int) -> list[int]:
    drop(inbox, *(f"{n:03}.pdf" for n in range(count)))
    return [item.document_id for item in folder.land("test")]


def test_two_runs_never_claim_the_same_document(inbox: Path) -> None:
    register(inbox, 30)
    claimed: list[list[int]] = []
    threads = [
        threading.Thread(target=lambda n=n: claimed.append(claim(f"run{n}", "test")))
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.session() as session:
        members = [
            row["id"]
            for chunks in claimed
            for chunk in chunks
            for row in session.all("documents.of_chunk", chunk=chunk, state="received")
        ]
    assert len(members) == len(set(members)) == 30


def test_a_repeated_claim_of_one_run_finds_its_chunks_again(inbox: Path) -> None:
    register(inbox, 3)
    first = claim("run", "test")
    assert claim("run", "test") == first
    assert claim("another", "test") == []


def test_a_late_writer_of_an_expired_chunk_changes_nothing(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [document_id] = register(inbox, 1)
    monkeypatch.setenv("LADING_LEASE_S", "0")
    claim("dead", "test")
    with db.session() as session:
        late = load(session, document_id)
    [chunk] = claim("alive", "test")
    with pytest.raises(Exception, match="no longer"), db.session() as session:
        advance(session, late, State.READ, "dead")
    with db.session() as session:
        assert load(session, document_id).chunk_id == chunk


def test_a_document_that_keeps_killing_its_worker_is_given_up(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [document_id] = register(inbox, 1)
    monkeypatch.setenv("LADING_LEASE_S", "0")
    for n in range(MAX_ATTEMPTS):
        assert claim(f"run{n}", "test")
    assert claim("last", "test") == []
    assert states() == {"000.pdf": "failed"}
    assert events(document_id) == ["received > failed"]


def test_one_bad_document_does_not_stop_its_chunk(inbox: Path) -> None:
    register(inbox, 3)
    [chunk] = claim("run", "test")

    def work(session: db.Session, document: Document) -> None:
        if document.file_name == "001.pdf":
            raise BrokenDocument("page tree")
        advance(session, document, State.READ, "test")

    assert for_each(chunk, State.RECEIVED, work, "test") == 3
    assert states() == {"000.pdf": "read", "001.pdf": "quarantined", "002.pdf": "read"}


def test_a_passing_fault_is_raised_after_the_others_are_done(inbox: Path) -> None:
    register(inbox, 3)
    [chunk] = claim("run", "test")

    def work(session: db.Session, document: Document) -> None:
        if document.file_name == "001.pdf":
            raise DatabaseUnavailable("gone")
        advance(session, document, State.READ, "test")

    with pytest.raises(DatabaseUnavailable):
        for_each(chunk, State.RECEIVED, work, "test")
    assert states() == {"000.pdf": "read", "001.pdf": "received", "002.pdf": "read"}


def test_a_document_is_processed_again_from_the_stage_asked_for(inbox: Path) -> None:
    [document_id] = register(inbox, 1)
    [chunk] = claim("run", "test")

    def broken(session: db.Session, document: Document) -> None:
        raise BrokenDocument("xref")

    for_each(chunk, State.RECEIVED, broken, "test")
    [again] = claim_for_run("by-hand", "clerk", [document_id], "received")
    assert again != chunk
    assert states() == {"000.pdf": "received"}
    assert events(document_id) == ["received > quarantined > received"]

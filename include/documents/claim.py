"""Claiming documents for a run: leases, chunks, and giving up after too many attempts."""

from __future__ import annotations

from collections.abc import Sequence

from include import db
from include.documents.states import WORKING
from include.documents.work import advance, document_from
from include.errors import Conflict
from include.models import Document, State
from include.settings import load_settings

MAX_ATTEMPTS = 5
#: Reading an image costs about as much as this many pages with a text layer.
IMAGE_PAGES = 3
BYTES_PER_PAGE = 80_000


def claim(run_id: str, actor: str, ids: Sequence[int] | None = None, limit: int = 500) -> list[int]:
    """Chunk ids with the documents that this run works on; a repeated claim finds them again."""
    settings = load_settings()
    with db.session() as session:
        again = [row["id"] for row in session.all("documents.chunks_of_run", run_id=run_id)]
        rows = session.all("documents.claimable", ids=list(ids) if ids else None, limit=limit)
        fresh = [row for row in rows if not _give_up(session, row, actor)]
        chunks = [
            _new_chunk(session, run_id, members, settings.lease_s)
            for members in cut(fresh, settings.chunk_pages)
        ]
    return sorted(set(again) | set(chunks))


def claim_for_run(
    run_id: str,
    actor: str,
    document_ids: Sequence[int] = (),
    from_stage: str = State.RECEIVED.value,
    limit: int = 500,
) -> list[int]:
    """Chunk ids for a run: what waits, or just the documents that somebody wants done again."""
    if not document_ids:
        return claim(run_id, actor, limit=limit)
    again = reprocess(document_ids, State(from_stage), actor)
    return claim(run_id, actor, ids=again, limit=limit) if again else []


def cut(rows: Sequence[db.Row], pages: int) -> list[list[int]]:
    """Document ids in chunks of about `pages` pages; a large document is a chunk of its own."""
    chunks: list[list[int]] = []
    room = 0
    for row in rows:
        weight = _pages(row)
        if not chunks or weight > room:
            chunks.append([])
            room = pages
        chunks[-1].append(row["id"])
        room -= weight
    return chunks


def _pages(row: db.Row) -> int:
    """Pages to read, estimated from the size while nobody has opened the file yet."""
    if row["page_count"]:
        return int(row["page_count"])
    if row["media_type"].startswith("image/"):
        return IMAGE_PAGES
    return max(1, int(row["size_bytes"]) // BYTES_PER_PAGE)


def _new_chunk(session: db.Session, run_id: str, ids: list[int], lease_s: int) -> int:
    chunk = session.one("documents.new_chunk", run_id=run_id, seconds=lease_s)
    assert chunk is not None
    session.run("documents.put_in_chunk", chunk=chunk["id"], ids=ids)
    return int(chunk["id"])


def _give_up(session: db.Session, row: db.Row, actor: str) -> bool:
    if row["attempts"] < MAX_ATTEMPTS:
        return False
    document = load(session, row["id"])
    why = f"gave up after {MAX_ATTEMPTS} attempts at stage '{document.state}'; see the run's logs"
    advance(session, document, State.FAILED, actor, why)
    return True


def load(session: db.Session, document_id: int) -> Document:
    """The document with this id; raises Conflict when there is none."""
    row = session.one("documents.by_id", id=document_id)
    if row is None:
        raise Conflict(f"there is no document {document_id}")
    return document_from(row)


def reprocess(ids: Sequence[int], stage: State, actor: str) -> list[int]:
    """Send documents back to `stage` (received .. checked); returns those that went.

    Documents that the ERP holds, or is about to, stay as they are.
    """
    if stage not in WORKING:
        raise ValueError(f"cannot start again from {stage}")
    gone = []
    for document_id in ids:
        with db.session() as session:
            document = load(session, document_id)
            if document.state in (State.EXPORTED, State.EXPORTING, State.APPROVED, State.SPLIT):
                continue
            if document.state != stage:
                advance(session, document, stage, actor, "sent back by hand")
            session.run("documents.reopen", id=document_id)
            session.run("reviews.withdraw", document_id=document_id)
        gone.append(document_id)
    return gone


def note_failure(run_id: str, why: str) -> None:
    """An event on every document that a failed task of this run leaves unfinished."""
    with db.session() as session:
        session.run("documents.note_failure", run_id=run_id, why=why[:2000])

"""The stage RECEIVED -> READ: every document of a chunk becomes pages of words.

Mails, archives and packets become SPLIT, and what comes out of them is read in their place.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

from include import db
from include.document_types.catalogue import Catalogue, load_catalogue
from include.documents.pieces import MAX_DEPTH, add_pieces
from include.documents.store import fetch
from include.documents.work import advance, document_from, for_each
from include.extraction.rows import save_calls
from include.models import Document, Reading, State
from include.pages.cuts import load_cuts, save_cuts
from include.pages.options import ReadOptions
from include.pages.passwords import passwords_for
from include.pages.reader import read_file
from include.pages.rows import save_pages
from include.pages.take_apart import Contents, take_apart
from include.pages.vision.escalate import escalate
from include.settings import Settings, load_settings

#: Flag of a mail with the name of an attachment that is no kind of paper.
UNREAD_ATTACHMENT = "unread_attachment"


def read_pages(chunk_id: int, actor: str) -> int:
    """Read the chunk's received documents, and the files that come out of them.

    Several at a time; returns how many there were.
    """
    catalogue, settings = load_catalogue(), load_settings()
    count = 0
    for _ in range(MAX_DEPTH + 1):
        found = _read_round(chunk_id, actor, catalogue, settings)
        count += found
        if not found:
            break
    return count


def _read_round(chunk_id: int, actor: str, catalogue: Catalogue, settings: Settings) -> int:
    with db.session() as session:
        rows = session.all("documents.of_chunk", chunk=chunk_id, state=State.RECEIVED.value)
    pool = ThreadPoolExecutor(settings.reader_workers, thread_name_prefix="read")
    futures = {
        row["id"]: pool.submit(_read, document_from(row), catalogue, settings) for row in rows
    }

    def wait_for_reading(document: Document) -> None:
        if document.id not in futures:
            futures[document.id] = pool.submit(_read, document, catalogue, settings)
        _await(futures[document.id], chunk_id)

    def save(session: db.Session, document: Document) -> None:
        _save(session, document, futures.pop(document.id).result(), actor)

    try:
        return for_each(chunk_id, State.RECEIVED, save, actor, prepare=wait_for_reading)
    finally:
        pool.shutdown(cancel_futures=True)


def options_of(document: Document, settings: Settings) -> ReadOptions:
    """How to read a document, by the settings."""
    return ReadOptions(
        passwords=passwords_for(settings.passwords, document.file_name, document.sender),
        engine=settings.ocr_engine,
    )


def _read(document: Document, catalogue: Catalogue, settings: Settings) -> Contents:
    options = options_of(document, settings)
    with db.session() as session:
        known = load_cuts(session, document.id)
    with fetch(document.blob_key) as path:
        reading = read_file(path, document.file_name, options)
        pages, calls = escalate(
            reading.pages, path, document.file_name, catalogue, settings, options
        )
        if calls:  # what was asked is booked whatever follows
            with db.session() as session:
                save_calls(session, document.id, calls)
        reading = replace(reading, pages=pages)
        return take_apart(document, reading, known, catalogue, path, options)


def _save(session: db.Session, document: Document, contents: Contents, actor: str) -> None:
    """Pages, pieces and the document's own next state, in the caller's transaction."""
    reading = contents.reading
    save_pages(session, document.id, reading)
    if reading.sender:
        session.run("documents.set_sender", id=document.id, sender=reading.sender)
    if contents.cuts:
        save_cuts(session, document.id, contents.cuts, actor)
    add_pieces(session, document, contents.pieces, actor, document.chunk_id)
    to = State.SPLIT if contents.is_split else State.READ
    advance(session, document, to, actor, _summary(contents))


def _await(future: Future[Contents], chunk_id: int) -> None:
    """Wait for a reading, and keep the chunk ours meanwhile."""
    lease_s = load_settings().lease_s
    while True:
        try:
            future.result(timeout=lease_s / 3)
            return
        except TimeoutError:
            if future.done():
                raise
            with db.session() as session:
                session.run("documents.extend_lease", chunk=chunk_id, seconds=lease_s)


def _summary(contents: Contents) -> str:
    said = [*_pages(contents.reading)]
    if contents.cuts:
        ranges = ", ".join(cut.pages for cut in contents.cuts)
        said.append(f"a packet of {len(contents.cuts)} papers, pages {ranges}")
    files = [piece.file_name for piece in contents.pieces if not piece.first]
    if files:
        said.append(f"{len(files)} file(s) inside: {', '.join(files)}"[:1000])
    return "; ".join(said)


def _pages(reading: Reading) -> list[str]:
    if not reading.pages:
        return []
    words = sum(len(page.words) for page in reading.pages)
    engines = ", ".join(sorted({page.engine for page in reading.pages}))
    bad = [f"page {number} not read: {why}" for number, why in reading.bad_pages.items()]
    flags = [flag.partition(":") for page in reading.pages for flag in page.flags]
    bad += [f"attachment not read: {name}" for kind, _, name in flags if kind == UNREAD_ATTACHMENT]
    return [f"{len(reading.pages)} page(s), {words} words by {engines}", *bad]

"""The stage RECEIVED -> READ: every document of a chunk becomes pages of words."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

from include import db
from include.documents.store import fetch
from include.documents.work import advance, document_from, for_each
from include.models import Document, Reading, State
from include.pages.reader import read_file
from include.pages.rows import save_pages
from include.settings import load_settings


def read_pages(chunk_id: int, actor: str) -> int:
    """Read the chunk's received documents, several at a time; returns how many there were."""
    with db.session() as session:
        rows = session.all("documents.of_chunk", chunk=chunk_id, state=State.RECEIVED.value)
    pool = ThreadPoolExecutor(load_settings().reader_workers, thread_name_prefix="read")
    readings = {row["id"]: pool.submit(_read, document_from(row)) for row in rows}

    def wait_for_reading(document: Document) -> None:
        if document.id not in readings:
            readings[document.id] = pool.submit(_read, document)
        _await(readings[document.id], chunk_id)

    def save(session: db.Session, document: Document) -> None:
        reading = readings.pop(document.id).result()
        save_pages(session, document.id, reading)
        advance(session, document, State.READ, actor, _summary(reading))

    try:
        return for_each(chunk_id, State.RECEIVED, save, actor, prepare=wait_for_reading)
    finally:
        pool.shutdown(cancel_futures=True)


def _read(document: Document) -> Reading:
    with fetch(document.blob_key) as path:
        return read_file(path, document.file_name)


def _await(future: Future[Reading], chunk_id: int) -> None:
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


def _summary(reading: Reading) -> str:
    words = sum(len(page.words) for page in reading.pages)
    engines = ", ".join(sorted({page.engine for page in reading.pages}))
    said = f"{len(reading.pages)} page(s), {words} words by {engines}"
    bad = "; ".join(f"page {n} not read: {why}" for n, why in reading.bad_pages.items())
    return f"{said}; {bad}" if bad else said

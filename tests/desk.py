"""Documents in a test's database, in the state and with the extraction that the test needs."""

from __future__ import annotations

import uuid
from pathlib import Path

from include import db
from include.checks.import_reference import import_folder
from include.checks.stage import check_fields
from include.decision.stage import decide_documents
from include.extraction.rows import save_extraction
from include.models import Extraction, State
from include.settings import PROJECT_ROOT

SAMPLES = PROJECT_ROOT / "include" / "samples" / "reference"


def load_reference(folder: Path = SAMPLES) -> None:
    """The sample company's lists."""
    import_folder(folder, "test")


def new_batch() -> str:
    return str(uuid.uuid4())


def put(
    extraction: Extraction | None,
    file_name: str,
    *,
    batch: str | None = None,
    state: State = State.EXTRACTED,
) -> int:
    """A document that has come as far as `state`, in a chunk of its own; returns its id."""
    with db.session() as session:
        chunk = session.one("documents.new_chunk", run_id="test", seconds=600)
        assert chunk is not None
        row = session.one(
            "documents.register",
            sha256=uuid.uuid4().hex,
            file_name=file_name,
            media_type="application/pdf",
            size_bytes=1,
            blob_key=file_name,
            source="folder",
            arrival_key=uuid.uuid4().hex,
            batch_id=batch or new_batch(),
            state=state.value,
            duplicate_of=None,
            reason=None,
        )
        assert row is not None
        session.run("documents.put_in_chunk", chunk=chunk["id"], ids=[row["id"]])
        if extraction is not None:
            save_extraction(session, row["id"], extraction)
    return int(row["id"])


def chunk_of(document_id: int) -> int:
    with db.session() as session:
        row = session.one("documents.by_id", id=document_id)
    assert row is not None
    return int(row["chunk_id"])


def state_of(document_id: int) -> State:
    with db.session() as session:
        row = session.one("documents.by_id", id=document_id)
    assert row is not None
    return State(row["state"])


def decided(extraction: Extraction, file_name: str, *, batch: str | None = None) -> int:
    """A document that was checked and decided by the real stages."""
    document_id = put(extraction, file_name, batch=batch)
    bring_on(document_id)
    return document_id


def bring_on(document_id: int) -> None:
    """From extracted to decided."""
    check_fields(chunk_of(document_id), "test")
    decide_documents(chunk_of(document_id), "test")
    assert state_of(document_id) == State.DECIDED


def move(dsn: str, document_id: int, state: State) -> None:
    """Put a document into a state, past the stages between."""
    import psycopg

    with psycopg.connect(dsn) as connection:
        connection.execute(
            "update lading.documents set state = %s where id = %s", [state.value, document_id]
        )

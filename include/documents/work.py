"""How a stage works through a chunk: document by document, each in its own transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from include import db
from include.documents.states import is_allowed
from include.errors import BadDocument, Conflict, LadingError, Refused, TryAgain
from include.models import Document, State
from include.settings import load_settings

log = logging.getLogger(__name__)

Work = Callable[[db.Session, Document], None]


def document_from(row: Mapping[str, Any]) -> Document:
    """A `Document` from a row of `documents.by_id` or `documents.of_chunk`."""
    return Document(
        id=row["id"],
        sha256=row["sha256"],
        file_name=row["file_name"],
        media_type=row["media_type"],
        blob_key=row["blob_key"],
        state=State(row["state"]),
        received_at=row["received_at"],
        document_type=row["document_type"],
        source=row["source"],
        revision=row["revision"],
        shipment_id=row["shipment_id"],
        chunk_id=row["chunk_id"],
        batch_id=str(row["batch_id"]),
        parent_id=row["parent_id"],
        first_page=row["first_page"],
        last_page=row["last_page"],
        sender=row["metadata"].get("sender", ""),
    )


def advance(session: db.Session, document: Document, to: State, actor: str, why: str = "") -> None:
    """Change a document's state and write the event, in the caller's transaction.

    Raises Conflict when the document is no longer in the state (or chunk) in which it was loaded.
    """
    if not is_allowed(document.state, to):
        raise ValueError(f"no way from {document.state} to {to}")
    changed = session.run(
        "documents.set_state",
        id=document.id,
        old=document.state.value,
        new=to.value,
        chunk=document.chunk_id,
        why=why or None,
    )
    if changed != 1:
        raise Conflict(f"document {document.id} is no longer {document.state}")
    session.run(
        "documents.add_event",
        id=document.id,
        old=document.state.value,
        new=to.value,
        actor=actor,
        why=why,
    )


def for_each(
    chunk_id: int,
    stage: State,
    work: Work,
    actor: str,
    prepare: Callable[[Document], None] | None = None,
) -> int:
    """Run `work` on every document of the chunk that is in state `stage`; returns how many.

    `work` does its writing and calls `advance` in one transaction; `prepare` runs before it
    without one, for what takes long. A document that cannot be
    used is set aside with its reason; a passing fault is raised after the others are done, so
    that Airflow repeats the task for what is left.
    """
    with db.session() as session:
        session.run("documents.extend_lease", chunk=chunk_id, seconds=load_settings().lease_s)
        rows = session.all("documents.of_chunk", chunk=chunk_id, state=stage.value)
    passing: TryAgain | None = None
    for row in rows:
        document = document_from(row)
        try:
            if prepare is not None:
                prepare(document)
            with db.session() as session:
                session.run(
                    "documents.extend_lease", chunk=chunk_id, seconds=load_settings().lease_s
                )
                work(session, document)
        except Conflict as gone:
            log.warning("%s", gone)
        except TryAgain as fault:
            passing = fault
            log.warning("document %s: %s", document.id, fault)
        except LadingError as error:
            set_aside(document, error, actor)
        except Exception as error:
            log.exception("document %s", document.id)
            set_aside(document, error, actor)
    if passing is not None:
        raise passing
    return len(rows)


def set_aside(document: Document, error: Exception, actor: str) -> None:
    """Give a document that cannot go on its side state and a reason a person understands."""
    state = State.QUARANTINED if isinstance(error, BadDocument) else State.FAILED
    if isinstance(error, Refused):
        state = State.IN_REVIEW
    why = str(error) if isinstance(error, LadingError) else f"{type(error).__name__}: {error}"
    if state == State.QUARANTINED and not is_allowed(document.state, state):
        state = State.FAILED
    try:
        with db.session() as session:
            advance(session, document, state, actor, why[:2000])
    except Conflict as gone:
        log.warning("%s", gone)

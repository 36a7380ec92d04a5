"""Documents that come out of another one: parts of a mail or archive, papers of a packet."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from include import db
from include.documents.register import blob_key, media_type_of
from include.documents.store import open_store
from include.documents.work import advance, document_from
from include.errors import OverLimit
from include.models import Document, State

#: A mail in a zip in a mail is as deep as honest senders go.
MAX_DEPTH = 4
#: Documents that may come out of one file, at all depths together.
MAX_FAMILY = 500


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A document inside another; `key` is the same whenever it comes out again.

    `first` and `last` are its pages in the packet it was cut from, 0 for a file of its own.
    `fault` says why its bytes could not be had.
    """

    key: str
    file_name: str
    sha256: str
    blob_key: str
    size_bytes: int
    first: int = 0
    last: int = 0
    sender: str = ""
    fault: str = ""


def land(data: bytes, **what: object) -> Piece:
    """The piece with these bytes, which are durable in the store afterwards."""
    digest = hashlib.sha256(data).hexdigest()
    with tempfile.NamedTemporaryFile(prefix="lading-piece-") as file:
        file.write(data)
        file.flush()
        open_store().put(Path(file.name), blob_key(digest))
    return Piece(
        sha256=digest,
        blob_key=blob_key(digest),
        size_bytes=len(data),
        **what,  # type: ignore[arg-type]
    )


def lost(parent: Document, key: str, file_name: str, size_bytes: int, fault: str) -> Piece:
    """A piece that cannot be got out; it stands for itself with the bytes of its parent."""
    digest = hashlib.sha256(f"{parent.sha256} {key}".encode()).hexdigest()
    return Piece(
        key=key,
        file_name=file_name,
        sha256=digest,
        blob_key=parent.blob_key,
        size_bytes=size_bytes,
        fault=fault,
    )


def add_pieces(
    session: db.Session,
    parent: Document,
    pieces: Sequence[Piece],
    actor: str,
    chunk_id: int | None = None,
) -> list[int]:
    """Register the pieces of a document in the caller's transaction; returns their ids.

    Known ones are kept. Pages cut from a packet come with what was read on them, and start as
    READ; files of their own as RECEIVED. Raises OverLimit when the file holds too much.
    """
    family = session.one("documents.family", id=parent.id)
    assert family is not None
    if family["depth"] > MAX_DEPTH:
        raise OverLimit(f"files inside files more than {MAX_DEPTH} deep")
    if family["members"] + len(pieces) > MAX_FAMILY:
        raise OverLimit(f"more than {MAX_FAMILY} files in one")
    for digest in sorted({piece.sha256 for piece in pieces}):
        session.run("documents.lock_bytes", sha256=digest)
    return [_add(session, parent, piece, actor, chunk_id) for piece in pieces]


def _add(
    session: db.Session, parent: Document, piece: Piece, actor: str, chunk_id: int | None
) -> int:
    known = session.one("documents.known_bytes", sha256=piece.sha256)
    state, why = _begin(piece, known)
    row = session.one(
        "documents.register_piece",
        sha256=piece.sha256,
        file_name=piece.file_name,
        media_type=media_type_of(piece.file_name),
        size_bytes=piece.size_bytes,
        blob_key=piece.blob_key,
        source=parent.source,
        arrival_key=piece.key,
        batch_id=parent.batch_id,
        state=state.value,
        duplicate_of=known["id"] if known else None,
        reason=why if state in (State.DUPLICATE, State.QUARANTINED) else None,
        parent_id=parent.id,
        chunk_id=chunk_id,
        first_page=piece.first or None,
        last_page=piece.last or None,
        metadata=db.json({"sender": piece.sender} if piece.sender else {}),
        received_at=parent.received_at,
    )
    if row is None:
        return _known(session, parent, piece, actor)
    session.run("documents.first_event", id=row["id"], new=state.value, actor=actor, why=why)
    if state == State.READ:
        _copy_pages(session, parent, piece, row["id"])
    return int(row["id"])


def _begin(piece: Piece, known: db.Row | None) -> tuple[State, str]:
    """The first state of a new piece and what is said about it."""
    if known:
        return State.DUPLICATE, f"same bytes as document {known['id']} ({known['file_name']})"
    if piece.fault:
        return State.QUARANTINED, piece.fault
    return (State.READ, "cut from its packet") if piece.first else (State.RECEIVED, "")


def _known(session: db.Session, parent: Document, piece: Piece, actor: str) -> int:
    """A piece that came out before; one that a later cut had done away with comes back."""
    earlier = session.one("documents.of_arrival", arrival_key=piece.key)
    assert earlier is not None
    document = document_from(earlier)
    if piece.first and document.state == State.REJECTED:
        advance(session, document, State.READ, actor, "cut from its packet again")
        session.run("documents.reopen", id=document.id)
        _copy_pages(session, parent, piece, document.id)
    return document.id


def _copy_pages(session: db.Session, parent: Document, piece: Piece, document_id: int) -> None:
    session.run("pages.clear", document_id=document_id)
    session.run(
        "pages.copy", parent_id=parent.id, first=piece.first, last=piece.last, id=document_id
    )
    session.run("documents.set_page_count", id=document_id, pages=piece.last - piece.first + 1)

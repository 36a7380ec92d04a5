"""Files become registered documents: bytes first, then one transaction for all of a batch."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from include import db
from include.documents.store import open_store
from include.models import State

MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".bmp": "image/bmp",
    ".webp": "image/webp",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".gif": "image/gif",
    ".heic": "image/heif",
    ".heif": "image/heif",
    ".eml": "message/rfc822",
    ".mbox": "application/mbox",
    ".msg": "application/vnd.ms-outlook",
    ".p7m": "application/pkcs7-mime",
    ".zip": "application/zip",
    ".xml": "application/xml",
    ".html": "text/html",
    ".htm": "text/html",
    ".csv": "text/csv",
    ".tsv": "text/csv",
    ".txt": "text/plain",
}


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """One file as a source hands it over; `key` is the same when it hands it over again."""

    path: Path
    file_name: str
    key: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Landed:
    """What an arrival became; `is_new` is false when it was known already."""

    arrival: Arrival
    document_id: int
    state: State
    is_new: bool


def register(arrivals: Sequence[Arrival], actor: str) -> list[Landed]:
    """Land the bytes of all arrivals, then register them in one transaction as one batch.

    All or nothing: papers that came together are decided together, so a batch is never cut by
    a killed process. Arrivals known from an earlier try keep their document.
    """
    if not arrivals:
        return []
    store = open_store()
    hashed = [(arrival, _digest(arrival.path)) for arrival in arrivals]
    for arrival, digest in hashed:
        store.put(arrival.path, blob_key(digest))
    batch_id = uuid.uuid4()
    # Locks are taken in the order of the hashes so that two registrations cannot block each other.
    with db.session() as session:
        for _, digest in sorted(hashed, key=lambda pair: pair[1]):
            session.run("documents.lock_bytes", sha256=digest)
        return [_register_one(session, a, digest, batch_id, actor) for a, digest in hashed]


def _register_one(
    session: db.Session, arrival: Arrival, digest: str, batch_id: uuid.UUID, actor: str
) -> Landed:
    known = session.one("documents.known_bytes", sha256=digest)
    state = State.DUPLICATE if known else State.RECEIVED
    why = f"same bytes as document {known['id']} ({known['file_name']})" if known else ""
    row = session.one(
        "documents.register",
        sha256=digest,
        file_name=arrival.file_name,
        media_type=media_type_of(arrival.file_name),
        size_bytes=arrival.path.stat().st_size,
        blob_key=blob_key(digest),
        source=arrival.source,
        arrival_key=arrival.key,
        batch_id=batch_id,
        state=state.value,
        duplicate_of=known["id"] if known else None,
        reason=why or None,
    )
    if row is None:
        earlier = session.one("documents.known_arrival", arrival_key=arrival.key)
        assert earlier is not None
        return Landed(
            arrival=arrival,
            document_id=earlier["id"],
            state=State(earlier["state"]),
            is_new=False,
        )
    session.run("documents.first_event", id=row["id"], new=state.value, actor=actor, why=why)
    return Landed(arrival=arrival, document_id=row["id"], state=state, is_new=True)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def media_type_of(file_name: str) -> str:
    """What the file's ending promises; reading it tells the truth."""
    return MEDIA_TYPES.get(Path(file_name).suffix.lower(), "application/octet-stream")


def blob_key(digest: str) -> str:
    """Where bytes with this sha256 live in the store."""
    return f"{digest[:2]}/{digest}"

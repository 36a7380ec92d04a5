"""The outbox: approving puts a document into it, draining brings it into the ERP exactly once."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Mapping
from typing import Any

from include import db
from include.document_types.catalogue import load_catalogue
from include.documents.claim import load
from include.documents.work import advance
from include.errors import Conflict, ErpUnavailable
from include.export.contract import Erp
from include.export.delivery import LEASE_S, Delivery
from include.export.erp import open_erp
from include.export.payload import as_json, build_payload, resources
from include.extraction.rows import load_extraction
from include.models import Document, State
from include.settings import load_settings

log = logging.getLogger(__name__)

#: Pauses while the ERP does not answer, before the task gives up and is repeated by Airflow.
PAUSES_S = (0.5, 1, 1, 2, 2, 4, 4)
#: Rows that are due within this time are waited for.
PATIENCE_S = 10.0


def queue_export(session: db.Session, document: Document, actor: str) -> None:
    """Approve a document: its state and its outbox row change in the caller's transaction.

    Does nothing for a document that is approved already. After a refusal the same payload is sent
    again under its old key; a corrected one is a new revision.
    """
    if document.state in (State.APPROVED, State.EXPORTING, State.EXPORTED):
        return
    target = load_settings().erp_adapter
    payload = payload_of(session, document)
    last = session.one("outbox.latest", document_id=document.id, target=target)
    if last and last["state"] != "dead":
        raise Conflict(f"document {document.id} has an export that is {last['state']}")
    if last and last["payload_sha"] == digest(payload):
        session.run("outbox.revive", id=last["id"])
    else:
        revision = last["revision"] + 1 if last else document.revision
        session.run("outbox.set_revision", document_id=document.id, revision=revision)
        insert(session, document, target, revision, payload)
    advance(session, document, State.APPROVED, actor)


def payload_of(session: db.Session, document: Document) -> dict[str, Any]:
    """What the latest extraction says, in the terms of its type's ERP mapping."""
    found = load_extraction(session, document.id)
    if found is None:
        raise Conflict(f"document {document.id} has no extraction to export")
    _, extraction = found
    known = load_catalogue().types.get(extraction.document_type)
    rows = session.all(
        "outbox.shipment_orders", shipment_id=document.shipment_id, document_id=document.id
    )
    orders = [row["value"] for row in rows]
    payload = build_payload(known.erp if known else {}, extraction, orders)
    return as_json(payload) | {"resources": resources(payload)}


def insert(
    session: db.Session,
    document: Document,
    target: str,
    revision: int,
    payload: Mapping[str, Any],
) -> None:
    touched = list(payload["resources"]) or [f"document:{document.id}"]
    session.run(
        "outbox.insert",
        document_id=document.id,
        revision=revision,
        target=target,
        idem_key=idem_key(target, document.sha256, revision),
        payload=db.json(payload),
        payload_sha=digest(payload),
        resources=touched,
    )


def idem_key(target: str, sha256: str, revision: int) -> str:
    """Names one export whatever runs, retries and workers there are."""
    return hashlib.sha256(f"{target}\n{sha256}\n{revision}".encode()).hexdigest()


def digest(payload: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()


def drain(actor: str, limit: int = 50) -> int:
    """Bring what is due into the ERP; returns how many rows came to an end, good or bad.

    Several may drain at once. Raises ErpUnavailable when the ERP let nothing come to an end.
    """
    erp = open_erp(load_settings())
    pauses = iter(PAUSES_S)
    ended = 0
    while ended < limit:
        delivery = lease(erp, actor)
        if delivery is None:
            wait = due_in(erp)
            if wait is None or wait > PATIENCE_S:
                break
            time.sleep(wait + 0.01)
            continue
        try:
            ended += delivery.run()
        except ErpUnavailable as gone:
            log.warning("%s", gone)
            pause = next(pauses, None)
            if pause is None and not ended:
                raise
            if pause is None:
                break
            time.sleep(pause)
    return ended


def lease(erp: Erp, actor: str) -> Delivery | None:
    """Take the next row that is due; its document is then being exported."""
    with db.session() as session:
        session.one("outbox.lease_lock")
        row = session.one("outbox.lease", target=erp.name, lease_s=LEASE_S)
        if row is None:
            return None
        document = load(session, row["document_id"])
        if document.state == State.APPROVED:
            advance(session, document, State.EXPORTING, actor)
            document = load(session, document.id)
        earlier = session.all(
            "outbox.earlier",
            document_id=document.id,
            target=erp.name,
            revision=row["revision"],
        )
    return Delivery(erp, row, document, earlier, actor)


def due_in(erp: Erp) -> float | None:
    """Seconds until a row that waits for its time may be taken; None when none waits."""
    with db.session() as session:
        row = session.one("outbox.due_in", target=erp.name)
    return None if row is None or row["seconds"] is None else max(0.0, row["seconds"])

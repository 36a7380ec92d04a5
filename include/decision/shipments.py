"""Ties documents together: by what they are known by, and into shipments for people."""

from __future__ import annotations

from include import db
from include.checks.consignment import CONTAINER, ORDER, TRANSPORT, keys_of
from include.checks.identifiers import compact
from include.models import Extraction

#: A paper's own number, after its type: finds doubles.
NUMBER = "number"


def save_keys(session: db.Session, document_id: int, extraction: Extraction) -> None:
    """Put what the latest extraction says in the place of the document's keys."""
    keys = {kind: set(values) for kind, values in keys_of(extraction).items()}
    if own := compact(extraction.value("number") or ""):
        keys[NUMBER] = {f"{extraction.document_type}:{own}"}
    session.run("shipments.clear_keys", document_id=document_id)
    session.many(
        "shipments.insert_key",
        [
            {"document_id": document_id, "kind": kind, "value": value}
            for kind, values in keys.items()
            for value in sorted(values)
        ],
    )


def link(session: db.Session, document_id: int, extraction: Extraction) -> int | None:
    """Give the document the shipment of the papers it shares a key with, or a new one.

    Shipments that turn out to be one are merged into the oldest. A paper over several orders or
    transport documents (a ship's manifest) belongs to no single shipment: None.
    """
    keys = keys_of(extraction)
    if any(len(keys.get(kind, ())) > 1 for kind in (ORDER, TRANSPORT)):
        session.run("shipments.assign", document_id=document_id, shipment_id=None)
        return None
    if not any(keys.get(kind) for kind in (ORDER, TRANSPORT, CONTAINER, "booking")):
        return None
    rows = session.all("shipments.of_neighbours", document_id=document_id)
    known = [int(row["shipment_id"]) for row in rows]
    if len(known) > 1:
        session.run("shipments.merge", into=known[0], others=known[1:])
    if not known:
        row = session.one("shipments.new_shipment")
        assert row is not None
        known = [int(row["id"])]
    session.run("shipments.assign", document_id=document_id, shipment_id=known[0])
    return known[0]

"""Documents for export tests: registered, extracted and decided, their bytes in the store."""

from __future__ import annotations

import hashlib
import itertools
import uuid
from pathlib import Path

import psycopg
from psycopg.rows import dict_row

from include import db
from include.documents.claim import load
from include.documents.store import open_store
from include.export.outbox import queue_export
from include.extraction.rows import save_extraction
from include.models import Extraction, Field, Line, State

_numbers = itertools.count(1)
#: The supplier and the currency of the odd and of the even orders.
SUPPLIERS = {1: "Shenzhen Brightway Lighting Co. Ltd.", 0: "Ateliers Fontaine SARL"}
CURRENCIES = {1: "USD", 0: "EUR"}
TOTAL = "1340.00"


def fields(values: dict[str, str]) -> dict[str, Field]:
    return {k: Field(name=k, value=v, normalised=v, confidence=0.99) for k, v in values.items()}


def invoice(order: str, **changes: str | None) -> Extraction:
    """An invoice that has all of its order; None takes a field away."""
    parity = int(order[-4:]) % 2
    values: dict[str, str | None] = {
        "number": f"INV-{order}",
        "issue_date": "2026-03-02",
        "seller_name": SUPPLIERS[parity],
        "order_reference": order,
        "currency": CURRENCIES[parity],
        "net_total": TOTAL,
        "grand_total": TOTAL,
    }
    values |= changes
    rows = [("LED-100", "LED panel 100 W", "100", "12.5000"), ("CABLE-5", "Cable", "40", "2.25")]
    lines = tuple(
        Line(
            position=n,
            cells=fields(
                {"item_code": code, "description": text, "quantity": count, "unit_price": price}
            ),
        )
        for n, (code, text, count, price) in enumerate(rows, 1)
    )
    return Extraction(
        document_type="invoice",
        type_confidence=0.99,
        fields=fields({k: v for k, v in values.items() if v is not None}),
        lines=lines,
    )


def paper(document_type: str, *orders: str, **values: str) -> Extraction:
    """A paper without a table that prints these orders somewhere."""
    return Extraction(
        document_type=document_type,
        type_confidence=0.99,
        fields=fields(values),
        mentions=tuple(("order", order) for order in orders),
    )


def decided(folder: Path, extraction: Extraction, shipment: int | None = None) -> int:
    """A document that is finally decided; returns its id."""
    content = b"%PDF-1.7\n" + uuid.uuid4().bytes
    digest = hashlib.sha256(content).hexdigest()
    source = folder / f"{digest[:8]}.pdf"
    source.write_bytes(content)
    open_store().put(source, digest)
    with db.session() as session:
        row = session.one(
            "documents.register",
            sha256=digest,
            file_name=f"paper-{next(_numbers)}.pdf",
            media_type="application/pdf",
            size_bytes=len(content),
            blob_key=digest,
            source="folder",
            arrival_key=digest,
            batch_id=uuid.uuid4(),
            state=State.DECIDED.value,
            duplicate_of=None,
            reason=None,
        )
        assert row is not None
        save_extraction(session, row["id"], extraction)
        return int(row["id"])


def approve(document_id: int) -> None:
    """What the decision or a person does."""
    with db.session() as session:
        queue_export(session, load(session, document_id), "test")


def approved(folder: Path, extraction: Extraction) -> int:
    document_id = decided(folder, extraction)
    approve(document_id)
    return document_id


def outbox(dsn: str, document_id: int) -> dict[str, object]:
    """The newest outbox row of a document."""
    with psycopg.connect(dsn, row_factory=dict_row) as connection:
        row = connection.execute(
            "select * from lading.export_outbox where document_id = %s order by revision desc",
            [document_id],
        ).fetchone()
    assert row is not None
    return row


def state(dsn: str, document_id: int) -> tuple[str, str | None]:
    """State and reason of a document."""
    with psycopg.connect(dsn) as connection:
        row = connection.execute(
            "select state::text, reason from lading.documents where id = %s", [document_id]
        ).fetchone()
    assert row is not None
    return row[0], row[1]


def execute(dsn: str, statement: str, *values: object) -> None:
    """What time does: let leases run out, make rows due."""
    with psycopg.connect(dsn) as connection:
        connection.execute(statement, values)


def let_time_pass(dsn: str) -> None:
    """Every lease has run out and every row is due."""
    execute(dsn, "update lading.export_outbox set lease_until = null, not_before = now()")

"""What becomes of approved documents in a real ERP."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from include.export.outbox import drain
from tests.postgres.erp_server import ErpServer
from tests.postgres.papers import (
    TOTAL,
    approve,
    approved,
    decided,
    execute,
    invoice,
    outbox,
    paper,
    state,
)

pytestmark = pytest.mark.usefixtures("erp_server")


def test_an_invoice_becomes_a_validated_supplier_invoice_linked_to_its_order(
    erp_server: ErpServer, db_dsn: str, tmp_path: Path, order: str
) -> None:
    document = approved(tmp_path, invoice(order))
    assert drain("test") == 1

    row = outbox(db_dsn, document)
    assert row["state"] == "done"
    assert row["erp_model"] == "account.invoice"
    assert f"[INV-{order}]" in str(row["erp_ref"])
    record = row["erp_record"]
    assert isinstance(record, dict)
    assert record["total_amount"] == TOTAL
    assert record["state"] == "validated"
    assert record["orders"] == [order]
    assert state(db_dsn, document)[0] == "exported"

    held = erp_server.rows(
        "purchase.purchase", ["reference", "=", order], names=("invoice_state", "invoices")
    )
    assert held[0]["invoices"] == [row["erp_id"]]
    assert held[0]["invoice_state"] == "pending"
    files = erp_server.rows(
        "ir.attachment", ["resource", "=", f"account.invoice,{row['erp_id']}"], names=("data_size",)
    )
    assert [file["data_size"] for file in files] == [len(b"%PDF-1.7\n") + 16]


def test_the_printed_tax_is_booked(db_dsn: str, tmp_path: Path, order: str) -> None:
    document = approved(tmp_path, invoice(order, tax_total="254.60", grand_total="1594.60"))
    drain("test")
    record = outbox(db_dsn, document)["erp_record"]
    assert isinstance(record, dict)
    assert (record["tax_amount"], record["total_amount"]) == ("254.60", "1594.60")


def test_a_total_that_the_lines_do_not_make_goes_to_a_person_and_leaves_nothing(
    erp_server: ErpServer, db_dsn: str, tmp_path: Path, order: str
) -> None:
    document = approved(tmp_path, invoice(order, grand_total="1350.00"))
    drain("test")
    where, why = state(db_dsn, document)
    assert where == "in_review"
    assert why is not None and "1340.00" in why and "1350.00" in why
    assert erp_server.count("account.invoice", ["reference", "=", f"INV-{order}"]) == 0
    with psycopg.connect(db_dsn) as connection:
        asked = connection.execute("select questions from lading.reviews").fetchall()
    assert asked == [(["grand_total"],)]


def test_a_corrected_document_is_a_new_revision(
    erp_server: ErpServer, db_dsn: str, tmp_path: Path, order: str
) -> None:
    from include import db
    from include.extraction.rows import save_extraction

    document = approved(tmp_path, invoice(order, grand_total="1350.00"))
    drain("test")
    with db.session() as session:
        save_extraction(session, document, invoice(order))
    approve(document)
    drain("test")
    row = outbox(db_dsn, document)
    assert (row["revision"], row["state"]) == (2, "done")
    assert erp_server.count("account.invoice", ["reference", "=", f"INV-{order}"]) == 1


def test_the_erps_words_on_a_second_invoice_of_the_same_number_reach_the_reviewer(
    erp_server: ErpServer, db_dsn: str, tmp_path: Path
) -> None:
    first, second = "PO-2026-0035", "PO-2026-0037"
    approved(tmp_path, invoice(first, number="TWICE-1"))
    drain("test")
    document = approved(tmp_path, invoice(second, number="TWICE-1"))
    drain("test")
    where, why = state(db_dsn, document)
    assert where == "in_review"
    assert why is not None and 'The invoice "[TWICE-1]" is similar to invoice' in why
    assert erp_server.count("account.invoice", ["reference", "=", "TWICE-1"]) == 1


def test_an_order_is_not_invoiced_twice(
    erp_server: ErpServer, db_dsn: str, tmp_path: Path, order: str
) -> None:
    approved(tmp_path, invoice(order))
    document = approved(tmp_path, invoice(order, number="ANOTHER"))
    drain("test")
    where, why = state(db_dsn, document)
    assert where == "in_review"
    assert why is not None and "has 0 of 100 left to invoice" in why
    assert erp_server.count("account.invoice", ["reference", "=", "ANOTHER"]) == 0


@pytest.mark.parametrize(
    ("changes", "words", "asked"),
    [
        ({"order_reference": "PO-1999-0001"}, "no purchase order PO-1999-0001", "order_reference"),
        ({"order_reference": "PO-2026-0040"}, "is cancelled", "order_reference"),
        # A stranger who invoices somebody else's order.
        ({"seller_name": "Kontor Veritas Ltd"}, "the invoice comes from Kontor", "seller_name"),
        ({"currency": "GBP"}, "the invoice in GBP", "currency"),
        ({"number": None}, "the invoice has no number", "number"),
    ],
)
def test_what_does_not_fit_the_order_goes_to_a_person_with_the_field(
    db_dsn: str, tmp_path: Path, changes: dict[str, str | None], words: str, asked: str
) -> None:
    document = approved(tmp_path, invoice("PO-2026-0038", **changes))
    drain("test")
    where, why = state(db_dsn, document)
    assert where == "in_review"
    assert why is not None and words in why
    with psycopg.connect(db_dsn) as connection:
        rows = connection.execute("select questions from lading.reviews").fetchall()
    assert rows == [([asked],)]


def test_the_papers_of_a_shipment_become_one_incoming_shipment(
    erp_server: ErpServer, db_dsn: str, tmp_path: Path, order: str
) -> None:
    packing = approved(tmp_path, paper("packing_list", order, number="PL-7"))
    drain("test")
    bill = approved(tmp_path, paper("bill_of_lading", order, number="MEDU7000001"))
    note = approved(tmp_path, paper("delivery_note", order, number="DN-7"))
    drain("test")

    rows = [outbox(db_dsn, document) for document in (packing, bill, note)]
    assert {row["state"] for row in rows} == {"done"}
    assert {row["erp_model"] for row in rows} == {"stock.shipment.in"}
    (shipment,) = {row["erp_id"] for row in rows}
    held = erp_server.rows(
        "stock.shipment.in", ["id", "=", shipment], names=("reference", "incoming_moves")
    )
    assert held[0]["reference"] == "MEDU7000001"
    assert len(held[0]["incoming_moves"]) == 2  # type: ignore[arg-type]
    assert (
        erp_server.count("ir.attachment", ["resource", "=", f"stock.shipment.in,{shipment}"]) == 3
    )


def test_a_packing_list_after_the_bill_of_lading_does_not_rename_the_shipment(
    erp_server: ErpServer, db_dsn: str, tmp_path: Path, order: str
) -> None:
    bill = approved(tmp_path, paper("bill_of_lading", order, number="MEDU7000002"))
    drain("test")
    approved(tmp_path, paper("packing_list", order, number="PL-8"))
    drain("test")
    held = erp_server.rows(
        "stock.shipment.in", ["id", "=", outbox(db_dsn, bill)["erp_id"]], names=("reference",)
    )
    assert held[0]["reference"] == "MEDU7000002"


def test_other_papers_hang_at_the_order_while_there_is_no_shipment(
    db_dsn: str, tmp_path: Path, order: str
) -> None:
    document = approved(tmp_path, paper("cargo_manifest", order, number="M-1"))
    drain("test")
    row = outbox(db_dsn, document)
    assert (row["state"], row["erp_model"]) == ("done", "purchase.purchase")


def test_a_manifest_over_two_orders_is_attached_for_each(
    db_dsn: str, tmp_path: Path, order: str
) -> None:
    document = approved(tmp_path, paper("cargo_manifest", order, "PO-2026-0036", number="M-2"))
    drain("test")
    record = outbox(db_dsn, document)["erp_record"]
    assert isinstance(record, dict)
    assert len(record["attachments"]) == 2


def test_a_paper_without_an_order_takes_it_from_its_shipment(
    db_dsn: str, tmp_path: Path, order: str
) -> None:
    other = decided(tmp_path, paper("packing_list", order, number="PL-9"))
    document = decided(tmp_path, paper("bill_of_lading", number="MEDU7000009"))
    execute(db_dsn, "insert into lading.shipments default values")
    execute(db_dsn, "update lading.documents set shipment_id = 1")
    execute(
        db_dsn,
        "insert into lading.document_keys (document_id, kind, value) values (%s, 'order', %s)",
        other,
        order,
    )
    approve(document)
    drain("test")
    record = outbox(db_dsn, document)["erp_record"]
    assert isinstance(record, dict)
    assert record["orders"] == [order]


def test_a_paper_without_any_order_goes_to_a_person(db_dsn: str, tmp_path: Path) -> None:
    document = approved(tmp_path, paper("receipt", total="12.00"))
    drain("test")
    where, why = state(db_dsn, document)
    assert where == "in_review"
    assert why is not None and "no purchase order is named" in why

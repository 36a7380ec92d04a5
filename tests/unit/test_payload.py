"""What of a document goes into the ERP."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import pytest

from include.document_types.catalogue import load_catalogue
from include.export.outbox import idem_key
from include.export.payload import (
    Record,
    as_json,
    build_payload,
    from_json,
    gaps,
    resources,
)
from include.models import Extraction, Field, Line

TYPES = load_catalogue().types


def fields(**values: str) -> dict[str, Field]:
    return {k: Field(name=k, value=v, normalised=v, confidence=0.9) for k, v in values.items()}


def extraction(
    document_type: str, mentions: tuple[tuple[str, str], ...] = (), **values: str
) -> Extraction:
    return Extraction(
        document_type=document_type,
        type_confidence=0.9,
        fields=fields(**values),
        mentions=mentions,
    )


def invoice() -> Extraction:
    cells = fields(item_code="LED-100", quantity="10", unit_price="1.2500", line_total="12.50")
    return Extraction(
        document_type="invoice",
        type_confidence=0.9,
        fields=fields(
            number="4711",
            issue_date="2026-03-01",
            seller_name="Ateliers Fontaine",
            order_reference="po-2026-0001",
            currency="EUR",
            net_total="12.50",
            tax_total="2.50",
            grand_total="15.00",
        ),
        lines=(Line(position=1, cells=cells),),
    )


def test_an_invoice_maps_to_a_supplier_invoice_with_its_lines() -> None:
    payload = build_payload(TYPES["invoice"].erp, invoice())
    assert payload.record is Record.SUPPLIER_INVOICE
    assert payload.orders == ("PO-2026-0001",)
    assert payload.date == dt.date(2026, 3, 1)
    assert (payload.net, payload.tax, payload.total) == (
        Decimal("12.50"),
        Decimal("2.50"),
        Decimal("15.00"),
    )
    assert payload.lines[0].product == "LED-100"
    assert payload.lines[0].amount == Decimal("12.50")
    assert gaps(payload) == ()


def test_a_payload_survives_its_way_through_jsonb() -> None:
    payload = build_payload(TYPES["invoice"].erp, invoice())
    assert from_json(json.loads(json.dumps(as_json(payload)))) == payload


@pytest.mark.parametrize(
    ("document_type", "record", "is_transport"),
    [
        ("bill_of_lading", Record.SHIPMENT, True),
        ("air_waybill", Record.SHIPMENT, True),
        ("packing_list", Record.SHIPMENT, False),
        ("cargo_manifest", Record.ATTACHMENT, False),
        ("delivery_note", Record.ATTACHMENT, False),
        ("purchase_order", Record.ATTACHMENT, False),
        ("receipt", Record.ATTACHMENT, False),
    ],
)
def test_every_type_of_paper_has_its_place(
    document_type: str, record: Record, is_transport: bool
) -> None:
    payload = build_payload(TYPES[document_type].erp, extraction(document_type))
    assert (payload.record, payload.is_transport) == (record, is_transport)


def test_a_type_without_mapping_is_attached() -> None:
    assert build_payload({}, extraction("certificate")).record is Record.ATTACHMENT


def test_the_shipped_on_board_date_goes_before_the_issue_date() -> None:
    both = extraction("bill_of_lading", issue_date="2026-01-02", shipped_on_board_date="2026-01-05")
    erp = TYPES["bill_of_lading"].erp
    assert build_payload(erp, both).date == dt.date(2026, 1, 5)
    only = extraction("bill_of_lading", issue_date="2026-01-02")
    assert build_payload(erp, only).date == dt.date(2026, 1, 2)


def test_an_order_is_taken_from_its_field_then_from_the_page_then_from_the_shipment() -> None:
    erp = TYPES["packing_list"].erp
    printed = (("order", "PO-2"), ("container", "MSCU1234566"))
    named = extraction("packing_list", printed, order_reference="PO-1")
    assert build_payload(erp, named, ["PO-3"]).orders == ("PO-1",)
    assert build_payload(erp, extraction("packing_list", printed), ["PO-3"]).orders == ("PO-2",)
    assert build_payload(erp, extraction("packing_list"), ["PO-3"]).orders == ("PO-3",)


def test_a_purchase_order_is_its_own_order() -> None:
    paper = extraction("purchase_order", number="PO-2026-0007")
    assert build_payload(TYPES["purchase_order"].erp, paper).orders == ("PO-2026-0007",)


def test_what_is_no_date_or_number_is_left_out_and_told() -> None:
    paper = extraction("invoice", issue_date="soon", grand_total="much", number="1", currency="EUR")
    payload = build_payload(TYPES["invoice"].erp, paper)
    assert (payload.date, payload.total) == (None, None)
    assert {gap.field for gap in gaps(payload)} == {"date", "total", "party"}


def test_a_paper_without_an_order_lacks_one_but_an_invoice_may_stand_alone() -> None:
    paper = build_payload(TYPES["receipt"].erp, extraction("receipt"))
    assert [gap.field for gap in gaps(paper)] == ["order"]
    alone = extraction(
        "invoice",
        number="1",
        issue_date="2026-01-01",
        seller_name="A",
        currency="EUR",
        grand_total="1.00",
    )
    assert gaps(build_payload(TYPES["invoice"].erp, alone)) == ()


def test_papers_of_one_order_touch_the_same_record() -> None:
    one = build_payload(TYPES["invoice"].erp, invoice())
    other = build_payload(
        TYPES["bill_of_lading"].erp, extraction("bill_of_lading", (("order", "PO-2026-0001"),))
    )
    assert set(resources(one)) & set(resources(other)) == {"order:PO-2026-0001"}


def test_the_key_depends_on_target_bytes_and_revision_only() -> None:
    assert idem_key("tryton", "ab", 1) == idem_key("tryton", "ab", 1)
    keys = {idem_key("tryton", "ab", 1), idem_key("tryton", "ab", 2), idem_key("odoo", "ab", 1)}
    assert len(keys) == 3

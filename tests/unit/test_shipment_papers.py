"""Papers of one shipment compared."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from include.checks.consignment import consignments_of, keys_of
from include.checks.shipment import compare_paper
from include.models import CheckResult, Extraction, Severity
from tests.extractions import paper

BOX, OTHER_BOX = "CSQU3054383", "MSKU1234565"
ORDER = [("order", "PO-2026-0001")]


def packing_list(number: str = "PL-1", **values: str) -> Extraction:
    head = {"number": number, "order_reference": "PO-2026-0001", **values}
    return paper("packing_list", head, mentions=ORDER)


def bill(number: str = "BL0001", **values: str) -> Extraction:
    return paper("bill_of_lading", {"number": number, **values}, mentions=ORDER)


def conflicts(*papers: Extraction) -> dict[int, list[CheckResult]]:
    """Failing results by place of the paper, counted from 1."""
    lots = [
        lot
        for i, one in enumerate(papers, start=1)
        for lot in consignments_of(i, f"paper{i}.pdf", one)
    ]
    found = {
        i: [result for result in compare_paper(i, lots) if not result.passed]
        for i in range(1, len(papers) + 1)
    }
    return {i: results for i, results in found.items() if results}


def fields(found: dict[int, list[CheckResult]]) -> dict[int, set[str | None]]:
    return {i: {result.field for result in results} for i, results in found.items()}


def test_a_conflict_is_told_on_both_papers_with_the_other_ones_value() -> None:
    found = conflicts(
        packing_list(gross_weight_kg="1250", container_number=BOX),
        bill(gross_weight_kg="1300.00", container_number=BOX),
    )

    (mine,), (theirs,) = found[1], found[2]
    assert mine.reason == (
        "Gross weight is 1250 kg here, but 1300 kg on the bill of lading BL0001 (paper2.pdf)."
    )
    assert (mine.other_document_id, theirs.other_document_id) == (2, 1)
    assert mine.severity == theirs.severity == Severity.ERROR
    assert mine.box is not None
    assert "1250 kg on the packing list PL-1" in theirs.reason


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("1250", "1250.4", True),  # rounded to the kilogram
        ("125000", "125100", True),  # a tenth of a percent
        ("1250", "1252", False),
    ],
)
def test_weights_may_differ_by_rounding(one: str, other: str, is_same: bool) -> None:
    found = conflicts(packing_list(gross_weight_kg=one), bill(gross_weight_kg=other))

    assert (found == {}) is is_same


def test_packages_count_exactly_and_volume_softly() -> None:
    found = conflicts(
        packing_list(package_count="100", volume_m3="12.0"),
        bill(package_count="101", volume_m3="14.0"),
    )

    assert [(r.field, r.severity) for r in found[1]] == [
        ("package_count", Severity.ERROR),
        ("volume_m3", Severity.WARNING),
    ]


def test_a_container_number_with_a_slip_is_a_conflict() -> None:
    found = conflicts(
        packing_list(container_number="CSQU3054383"), bill(container_number="CSQU3054388")
    )

    assert found[1][0].severity == Severity.ERROR
    assert found[1][0].field == "container_number"


def test_part_shipments_of_one_order_in_other_containers_are_not_compared() -> None:
    found = conflicts(
        packing_list(gross_weight_kg="1250", container_number=BOX),
        bill(gross_weight_kg="7000", container_number=OTHER_BOX),
    )

    assert found == {}


def test_an_order_alone_ties_only_when_nothing_hints_at_part_shipments() -> None:
    one = packing_list("PL-1", gross_weight_kg="1250")
    second = packing_list("PL-2", gross_weight_kg="7000")
    carried = bill(gross_weight_kg="1300")

    assert fields(conflicts(one, carried)) == {1: {"gross_weight_kg"}, 2: {"gross_weight_kg"}}
    assert conflicts(one, second, carried) == {}


def test_a_copy_of_a_paper_is_no_hint_at_part_shipments() -> None:
    one = packing_list("PL-1", gross_weight_kg="1250")

    assert set(conflicts(one, one, bill(gross_weight_kg="1300"))) == {1, 2, 3}


def test_a_sea_and_an_air_shipment_of_one_order_are_not_compared() -> None:
    air = paper("air_waybill", {"number": "020-12345675", "gross_weight_kg": "80"}, mentions=ORDER)

    assert conflicts(bill(gross_weight_kg="1300"), air) == {}


def test_papers_of_other_orders_in_one_container_are_not_compared() -> None:
    other = paper(
        "packing_list",
        {"number": "PL-9", "gross_weight_kg": "10", "container_number": BOX},
        mentions=[("order", "PO-2026-0002")],
    )

    assert conflicts(bill(gross_weight_kg="1300", container_number=BOX), other) == {}


def test_a_packing_list_is_compared_with_the_invoice_it_names_only() -> None:
    listed = packing_list(invoice_number="INV-1", consignee_name="Acme GmbH")
    named = paper("invoice", {"number": "INV-1", "buyer_name": "Other AG"}, mentions=ORDER)
    another = paper("invoice", {"number": "INV-2", "buyer_name": "Other AG"}, mentions=ORDER)

    assert fields(conflicts(listed, named)) == {1: {"consignee_name"}, 2: {"consignee_name"}}
    assert conflicts(listed, another) == {}


def test_the_same_invoice_number_of_another_sender_ties_nothing() -> None:
    listed = paper(
        "packing_list",
        {"number": "P", "invoice_number": "1001", "shipper_name": "Acme", "consignee_name": "A"},
    )
    other = paper("invoice", {"number": "1001", "seller_name": "Nordwind", "buyer_name": "B"})

    assert conflicts(listed, other) == {}


def test_a_container_more_on_one_paper_is_noted_and_totals_are_not_compared() -> None:
    listed = packing_list(gross_weight_kg="1250", container_number=BOX)
    carried = bill(gross_weight_kg="7000", container_number=f"{BOX}, {OTHER_BOX}")

    found = conflicts(listed, carried)
    assert [(r.field, r.severity) for r in found[1]] == [("container_number", Severity.WARNING)]


def manifest(rows: Sequence[tuple[str, str, str]]) -> Extraction:
    return paper(
        "cargo_manifest",
        {"number": "M1", "vessel_name": "MV Aurora", "gross_weight_kg": "99999"},
        [
            {"bill_of_lading_number": bl, "container_number": box, "gross_weight_kg": kg}
            for bl, box, kg in rows
        ],
    )


def test_a_manifest_is_compared_row_by_row_with_each_bill_of_lading() -> None:
    listed = manifest([("BL0001", BOX, "600"), ("BL0001", BOX, "650"), ("BL0002", BOX, "70")])
    carried = bill("BL0001", gross_weight_kg="1300", vessel_name="AURORA")

    found = conflicts(listed, carried)
    assert fields(found) == {1: {"gross_weight_kg"}, 2: {"gross_weight_kg"}}
    assert "1250 kg on the cargo manifest M1" in found[2][0].reason
    assert conflicts(listed, bill("BL0002", gross_weight_kg="70")) == {}


def test_ports_ships_and_consignees_are_compared_softly_and_loosely() -> None:
    listed = paper(
        "cargo_manifest",
        {"number": "M", "vessel_name": "M/V AURORA", "port_of_loading": "NINGBO"},
        [{"bill_of_lading_number": "BL0001", "consignee_name": "ACME GMBH"}],
    )
    right = bill(vessel_name="Aurora", port_of_loading="Ningbo, China", consignee_name="To order")
    wrong = bill(vessel_name="Borealis", port_of_loading="Shanghai", consignee_name="Acne AG")

    assert conflicts(listed, right) == {}
    found = conflicts(listed, wrong)
    assert fields(found)[2] == {"vessel_name", "port_of_loading", "consignee_name"}
    assert {r.severity for r in found[2]} == {Severity.WARNING}


def test_hs_codes_agree_when_one_paper_is_only_less_precise() -> None:
    invoice = paper(
        "invoice", {"number": "I"}, [{"hs_code": "94054210"}, {"hs_code": "850440"}], ORDER
    )
    short = paper("bill_of_lading", {"number": "BL0001"}, [{"hs_code": "9405"}], ORDER)
    wrong = paper("bill_of_lading", {"number": "BL0001"}, [{"hs_code": "640399"}], ORDER)

    assert conflicts(invoice, short) == {}
    assert fields(conflicts(invoice, wrong)) == {1: {"hs_code"}, 2: {"hs_code"}}


def test_agreements_are_told_too_but_not_where_another_paper_objects() -> None:
    listed = packing_list(gross_weight_kg="1250", package_count="9", invoice_number="INV-1")
    carried = bill(gross_weight_kg="1250", package_count="9")
    noted = paper(
        "delivery_note",
        {"number": "D", "gross_weight_kg": "1250", "package_count": "8"},
        mentions=ORDER,
    )
    lots = [
        lot
        for i, one in enumerate((listed, carried, noted), start=1)
        for lot in consignments_of(i, f"paper{i}.pdf", one)
    ]
    found = compare_paper(1, lots)

    assert [r.field for r in found if r.passed] == ["gross_weight_kg"]
    assert [r.field for r in found if not r.passed] == ["package_count"]


def test_a_number_is_confirmed_by_the_paper_that_names_it() -> None:
    listed = packing_list(invoice_number="INV-1")
    named = paper("invoice", {"number": "INV 1"}, mentions=ORDER)
    lots = [*consignments_of(1, "p.pdf", listed), *consignments_of(2, "i.pdf", named)]

    assert [(r.field, r.passed) for r in compare_paper(2, lots)] == [("number", True)]


def test_keys_come_from_mentions_and_from_fields() -> None:
    named = keys_of(
        paper(
            "packing_list",
            {"invoice_number": "INV 1/26", "container_number": f"{BOX} / {OTHER_BOX}"},
            mentions=[("order", "PO-2026-0001"), ("invoice", "ANYTHING")],
        )
    )

    assert named == {
        "order": {"PO20260001"},
        "invoice": {"INV126"},
        "container": {BOX, OTHER_BOX},
    }

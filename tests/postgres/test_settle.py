"""Documents compared with each other before their decision is final."""

from __future__ import annotations

import threading

import psycopg
import pytest

from include import db
from include.checks.rows import SHIPMENT, load_checks
from include.decision.rows import latest_decision
from include.decision.settle import Settled, settle
from include.errors import DatabaseUnavailable
from include.models import CheckResult, Extraction, Outcome, State
from tests.desk import bring_on, decided, load_reference, move, new_batch, put, state_of
from tests.extractions import paper

BOX = "CSQU3054383"
ORDER = [("order", "PO-2026-0001")]
QINGYAO, OWN = "Qingyao Lumara Lighting Co., Ltd.", "Velmarode Importhandel GmbH"


@pytest.fixture(autouse=True)
def tables(db_dsn: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The sample company's lists, and a threshold that lets certain documents go."""
    monkeypatch.setenv("LADING_UNCERTIFIED_THRESHOLD", "0.9")
    load_reference()
    return db_dsn


def packing_list(number: str = "PL-1", kg: str = "1250", **values: str) -> Extraction:
    head = {
        "number": number,
        "shipper_name": QINGYAO,
        "consignee_name": OWN,
        "order_reference": "PO-2026-0001",
        "container_number": BOX,
        "package_count": "100",
        "gross_weight_kg": kg,
    }
    return paper("packing_list", {**head, **values}, mentions=ORDER)


def bill(number: str = "NVXL0001", kg: str = "1250", **values: str) -> Extraction:
    head = {
        "number": number,
        "shipper_name": QINGYAO,
        "consignee_name": OWN,
        "port_of_loading": "Ningbo",
        "port_of_discharge": "Hamburg",
        "container_number": BOX,
        "package_count": "100",
        "gross_weight_kg": kg,
    }
    return paper("bill_of_lading", {**head, **values}, mentions=ORDER)


def invoice(number: str = "I-1", quantity: int = 600, seller: str = QINGYAO) -> Extraction:
    total = f"{quantity * 963 / 100:.2f}"
    head = {
        "number": number,
        "issue_date": "2026-02-20",
        "seller_name": seller,
        "buyer_name": OWN,
        "order_reference": "PO-2026-0001",
        "currency": "USD",
        "grand_total": total,
    }
    row = {
        "item_code": "LMP-0263",
        "description": "LED desk lamp with dimmer",
        "quantity": str(quantity),
        "unit_price": "9.63",
        "line_total": total,
    }
    return paper("invoice", head, [row], ORDER)


def across(document_id: int) -> list[CheckResult]:
    """What the other papers had against this one."""
    with db.session() as session:
        results = load_checks(session, document_id, SHIPMENT)
    return [result for result in results if not result.passed]


def count(dsn: str, table: str) -> int:
    with psycopg.connect(dsn) as connection:
        row = connection.execute(f"select count(*) from lading.{table}").fetchone()
    assert row is not None
    return int(row[0])


def test_papers_that_agree_are_exported_and_belong_to_one_shipment(tables: str) -> None:
    batch = new_batch()
    ids = [
        decided(invoice(), "i.pdf", batch=batch),
        decided(packing_list(), "p.pdf", batch=batch),
        decided(bill(), "b.pdf", batch=batch),
    ]

    assert settle("test") == Settled(exports=ids, reviews=[])
    assert {state_of(document_id) for document_id in ids} == {State.DECIDED}
    with psycopg.connect(tables) as connection:
        rows = connection.execute("select distinct shipment_id from lading.documents").fetchall()
    assert len(rows) == 1
    assert rows[0][0] is not None


def test_nothing_is_settled_while_a_paper_of_the_batch_is_on_its_way() -> None:
    batch = new_batch()
    first = decided(packing_list(), "p.pdf", batch=batch)
    late = put(bill(kg="1300"), "b.pdf", batch=batch)

    assert settle("test") == Settled([], [])
    bring_on(late)
    assert settle("test") == Settled([], [first, late])


def test_a_paper_waits_no_longer_than_the_hold_time(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = new_batch()
    first = decided(packing_list(), "p.pdf", batch=batch)
    put(None, "b.pdf", batch=batch, state=State.RECEIVED)
    assert settle("test") == Settled([], [])

    monkeypatch.setenv("LADING_HOLD_S", "0")
    assert settle("test") == Settled([first], [])


def test_a_conflict_stops_both_papers_and_names_the_other() -> None:
    batch = new_batch()
    listed = decided(packing_list(kg="1250"), "p.pdf", batch=batch)
    carried = decided(bill(kg="1300"), "b.pdf", batch=batch)

    assert settle("test") == Settled([], [listed, carried])
    (conflict,) = across(listed)
    assert conflict.other_document_id == carried
    assert "1300 kg on the bill of lading NVXL0001 (b.pdf)" in conflict.reason
    with db.session() as session:
        kept = latest_decision(session, carried)
    assert kept is not None
    assert [(r.code, r.field) for r in kept.reasons] == [("papers_agree", "gross_weight_kg")]


def test_a_later_batch_changes_the_decision_of_a_paper_that_still_waits() -> None:
    listed = decided(packing_list(kg="1250"), "p.pdf")
    assert settle("test") == Settled([listed], [])

    carried = decided(bill(kg="1300"), "b.pdf")
    assert settle("test") == Settled([], [listed, carried])


def test_a_paper_in_the_erp_is_left_alone_and_the_later_one_stops(tables: str) -> None:
    listed = decided(packing_list(kg="1250"), "p.pdf")
    settle("test")
    move(tables, listed, State.EXPORTED)
    carried = decided(bill(kg="1300"), "b.pdf")

    assert settle("test") == Settled([], [carried])
    assert across(listed) == []
    assert across(carried)[0].other_document_id == listed


def test_a_rejected_paper_contradicts_nobody(tables: str) -> None:
    wrong = decided(packing_list("PL-1", kg="99"), "wrong.pdf")
    settle("test")
    move(tables, wrong, State.REJECTED)
    batch = new_batch()
    right = decided(packing_list("PL-1", kg="1250"), "right.pdf", batch=batch)
    carried = decided(bill(kg="1250"), "b.pdf", batch=batch)

    assert settle("test") == Settled([right, carried], [])


def test_the_later_of_two_equal_numbers_is_the_duplicate() -> None:
    first = decided(invoice(), "first.pdf")
    second = decided(invoice(), "second.pdf")

    assert settle("test") == Settled([first], [second])
    (found,) = across(second)
    assert (found.check, found.field, found.other_document_id) == ("duplicate", "number", first)
    assert "is here already: first.pdf" in found.reason


def test_the_earlier_paper_stays_the_original_when_it_is_read_later() -> None:
    first = put(invoice(), "first.pdf")
    second = decided(invoice(), "second.pdf")
    assert settle("test") == Settled([second], [])

    bring_on(first)
    assert settle("test") == Settled([first], [second])


def test_an_earlier_paper_is_not_booked_when_its_double_was(tables: str) -> None:
    first = put(invoice(), "first.pdf")
    second = decided(invoice(), "second.pdf")
    settle("test")
    move(tables, second, State.APPROVED)

    bring_on(first)
    assert settle("test") == Settled([], [first])


def test_the_same_number_of_another_seller_is_no_double() -> None:
    one = decided(invoice(), "one.pdf")
    other = decided(invoice(seller="Drachtweg Pumpenbau GmbH"), "other.pdf")

    assert one in settle("test").exports
    assert "duplicate" not in {result.check for result in across(other)}


def test_a_reprocessed_document_is_not_its_own_double(tables: str) -> None:
    document_id = decided(invoice(), "a.pdf")
    settle("test")
    move(tables, document_id, State.EXTRACTED)
    bring_on(document_id)

    assert settle("test") == Settled([document_id], [])


def test_invoices_do_not_take_more_than_was_ordered_together() -> None:
    ids = [decided(invoice(f"I-{n}", 500), f"{n}.pdf") for n in (1, 2, 3)]  # ordered: 1200

    assert settle("test") == Settled(ids[:2], ids[2:])
    (found,) = across(ids[2])
    assert found.check == "order_remaining"
    assert found.reason == (
        "500 of LMP-0263, but order PO-2026-0001 is for 1200, of which 1000 went to 1.pdf"
        " and 2.pdf."
    )


def test_settling_again_changes_no_row(tables: str) -> None:
    decided(packing_list(kg="1250"), "p.pdf")
    decided(bill(kg="1300"), "b.pdf")
    before = settle("test"), count(tables, "decisions"), count(tables, "check_results")

    assert settle("test") == before[0]
    assert (count(tables, "decisions"), count(tables, "check_results")) == before[1:]


def test_racing_settles_make_one_final_decision_each(tables: str) -> None:
    batch = new_batch()
    ids = [decided(invoice(f"I-{n}", 10), f"{n}.pdf", batch=batch) for n in range(6)]
    answers: list[Settled] = []
    threads = [threading.Thread(target=lambda: answers.append(settle("test"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [Settled(ids, [])] * 4
    with psycopg.connect(tables) as connection:
        row = connection.execute("select count(*) from lading.decisions where is_final").fetchone()
        shipments = connection.execute("select count(*) from lading.shipments").fetchone()
    assert row == (6,)
    assert shipments == (1,)


_CUT = """
create function lading.cut() returns trigger language plpgsql as $$
begin
    if (select count(*) from lading.decisions where is_final) >= 2 then
        perform pg_terminate_backend(pg_backend_pid());
    end if;
    return new;
end $$;
create trigger cut before insert on lading.decisions for each row execute function lading.cut();
"""


def test_a_connection_lost_in_the_middle_leaves_nothing_half_done(tables: str) -> None:
    ids = [decided(invoice(f"I-{n}", 10), f"{n}.pdf") for n in range(3)]
    with psycopg.connect(tables) as connection:
        connection.execute(_CUT)
    with pytest.raises(DatabaseUnavailable):
        settle("test")
    assert count(tables, "shipments") == 0

    with psycopg.connect(tables) as connection:
        connection.execute("drop function lading.cut cascade")
    assert settle("test") == Settled(ids, [])
    assert count(tables, "shipments") == 1


def test_shipments_that_turn_out_to_be_one_are_merged(tables: str) -> None:
    boxed = paper(
        "delivery_note", {"number": "D-1", "consignee_name": OWN}, mentions=[("container", BOX)]
    )
    ordered = paper("delivery_note", {"number": "D-2", "consignee_name": OWN}, mentions=ORDER)
    first, second = decided(boxed, "1.pdf"), decided(ordered, "2.pdf")
    settle("test")
    assert shipments_of(tables, first) != shipments_of(tables, second)

    third = decided(bill(), "b.pdf")
    settle("test")
    assert len({shipments_of(tables, i) for i in (first, second, third)}) == 1


def shipments_of(dsn: str, document_id: int) -> int | None:
    with psycopg.connect(dsn) as connection:
        row = connection.execute(
            "select shipment_id from lading.documents where id = %s", [document_id]
        ).fetchone()
    assert row is not None
    return row[0]


def test_a_manifest_of_several_shipments_belongs_to_none(tables: str) -> None:
    rows = [{"bill_of_lading_number": "NVXL0001"}, {"bill_of_lading_number": "NVXL0002"}]
    carried = decided(bill(), "b.pdf")
    listed = decided(paper("cargo_manifest", {"number": "M"}, rows), "m.pdf")
    settle("test")

    assert shipments_of(tables, carried) is not None
    assert shipments_of(tables, listed) is None


def test_without_threshold_every_paper_is_reviewed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LADING_UNCERTIFIED_THRESHOLD")
    document_id = decided(invoice(), "a.pdf")

    assert settle("test") == Settled([], [document_id])
    with db.session() as session:
        kept = latest_decision(session, document_id)
    assert kept is not None
    assert [reason.code for reason in kept.reasons] == ["no_certified_threshold"]


def test_a_certified_threshold_counts_and_is_shown(
    tables: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LADING_UNCERTIFIED_THRESHOLD")
    with psycopg.connect(tables) as connection:
        connection.execute(
            "insert into lading.calibrations"
            " (document_type, tier, threshold, reviewed, wrong, bound, since)"
            " values ('invoice', 'rules', 0.8, 412, 1, 0.009, '2026-01-05')"
        )
    document_id = decided(invoice(), "a.pdf")

    assert settle("test") == Settled([document_id], [])
    with psycopg.connect(tables) as connection:
        row = connection.execute(
            "select outcome, certificate from lading.decisions order by id desc limit 1"
        ).fetchone()
    assert row is not None
    assert row[0] == Outcome.EXPORT
    assert row[1]["is_certified"] is True
    assert (row[1]["reviewed"], row[1]["since"]) == (412, "2026-01-05")

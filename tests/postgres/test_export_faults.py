"""Exactly one record in the ERP, whatever happens on the way to it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from include.errors import ErpUnavailable
from include.export import outbox as outbox_module
from include.export.contract import ErpAccessDenied
from include.export.erp import open_erp
from include.export.outbox import drain, lease
from include.settings import PROJECT_ROOT, load_settings
from tests.postgres.erp_server import ErpServer, Proxy
from tests.postgres.papers import approved, invoice, let_time_pass, outbox, paper, state

WORKER = "from include.export.outbox import drain; drain('worker')"


def invoices(erp_server: ErpServer, order: str) -> int:
    return erp_server.count("account.invoice", ["reference", "=", f"INV-{order}"])


def test_draining_twice_changes_nothing(
    erp_server: ErpServer, db_dsn: str, tmp_path: Path, order: str
) -> None:
    document = approved(tmp_path, invoice(order))
    assert (drain("one"), drain("two")) == (1, 0)
    assert invoices(erp_server, order) == 1
    assert outbox(db_dsn, document)["fence"] == 1


@pytest.mark.parametrize(
    ("where", "fault"),
    [
        # The request never arrived.
        ("POST /erp/rest/model/account.invoice?", "drop"),
        # The record is there, its answer is not.
        ("POST /erp/rest/model/account.invoice?", "cut"),
        ("POST /erp/rest/model/account.invoice?", "half"),
        ("POST /erp/rest/model/account.invoice?", "500"),
        ("validate_invoice", "cut"),
        ("ir.attachment", "cut"),
        ("/process", "500"),
    ],
)
def test_a_lost_answer_makes_no_second_record(
    erp_server: ErpServer,
    proxy: Proxy,
    db_dsn: str,
    tmp_path: Path,
    order: str,
    where: str,
    fault: str,
) -> None:
    proxy.faults = [(where, fault)]
    document = approved(tmp_path, invoice(order))
    assert drain("test") == 1
    assert proxy.faults == []
    row = outbox(db_dsn, document)
    assert (row["state"], row["attempts"]) == ("done", 1)
    assert invoices(erp_server, order) == 1
    assert (
        erp_server.count("ir.attachment", ["resource", "=", f"account.invoice,{row['erp_id']}"])
        == 1
    )


def test_a_lost_answer_makes_no_second_shipment(
    erp_server: ErpServer, proxy: Proxy, db_dsn: str, tmp_path: Path, order: str
) -> None:
    proxy.faults = [("stock.shipment.in", "cut"), ("ir.attachment", "cut")]
    document = approved(tmp_path, paper("bill_of_lading", order, number=f"BL-{order}"))
    drain("test")
    row = outbox(db_dsn, document)
    assert row["state"] == "done"
    assert erp_server.count("stock.shipment.in", ["reference", "=", f"BL-{order}"]) == 1
    held = ["resource", "=", f"stock.shipment.in,{row['erp_id']}"]
    assert erp_server.count("ir.attachment", held) == 1


def test_an_answer_that_comes_too_late_makes_no_second_record(
    erp_server: ErpServer,
    proxy: Proxy,
    db_dsn: str,
    tmp_path: Path,
    order: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LADING_ERP_TIMEOUT_S", "2.5")
    proxy.faults = [("POST /erp/rest/model/account.invoice?", "slow")]
    document = approved(tmp_path, invoice(order))
    assert drain("test") == 1
    assert outbox(db_dsn, document)["attempts"] >= 1  # type: ignore[operator]
    assert invoices(erp_server, order) == 1


def test_racing_drains_make_one_record_each(
    erp_server: ErpServer, db_dsn: str, tmp_path: Path
) -> None:
    orders = [f"PO-2026-{n:04d}" for n in range(29, 33)]
    documents = [approved(tmp_path, invoice(order)) for order in orders]
    documents += [approved(tmp_path, paper("packing_list", o, number=f"P{o}")) for o in orders]
    documents += [approved(tmp_path, paper("bill_of_lading", o, number=f"B{o}")) for o in orders]
    with ThreadPoolExecutor(3) as pool:
        ended = sum(pool.map(drain, ["one", "two", "three"]))
    ended += drain("last")
    assert ended == len(documents)
    assert {outbox(db_dsn, document)["state"] for document in documents} == {"done"}
    for order in orders:
        assert invoices(erp_server, order) == 1
        named = ["reference", "in", [f"B{order}", f"P{order}"]]
        assert erp_server.count("stock.shipment.in", named) == 1


def test_one_order_is_never_leased_twice_at_the_same_time(
    erp_server: ErpServer, db_dsn: str, tmp_path: Path, order: str
) -> None:
    approved(tmp_path, paper("packing_list", order, number="PL"))
    approved(tmp_path, paper("bill_of_lading", order, number="BL"))
    erp = open_erp(load_settings())
    assert lease(erp, "one") is not None
    assert lease(erp, "two") is None


def test_a_worker_whose_lease_ran_out_writes_nothing(
    erp_server: ErpServer, db_dsn: str, tmp_path: Path, order: str
) -> None:
    document = approved(tmp_path, invoice(order))
    erp = open_erp(load_settings())
    late = lease(erp, "late")
    let_time_pass(db_dsn)
    quick = lease(erp, "quick")
    assert late is not None and quick is not None
    assert quick.run() == 1
    assert late.run() == 0
    assert invoices(erp_server, order) == 1
    assert outbox(db_dsn, document)["state"] == "done"


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_killed_worker_makes_no_second_record(
    erp_server: ErpServer, proxy: Proxy, db_dsn: str, tmp_path: Path, order: str, moment: str
) -> None:
    document = approved(tmp_path, invoice(order))
    proxy.faults = [("POST /erp/rest/model/account.invoice?", moment)]
    dead = threading.Event()
    worker = subprocess.Popen([sys.executable, "-c", WORKER], cwd=PROJECT_ROOT, env=os.environ)

    def kill() -> None:
        worker.send_signal(signal.SIGKILL)
        worker.wait(10)
        dead.set()

    proxy.on_hit = kill
    assert dead.wait(30)
    assert outbox(db_dsn, document)["state"] == "sent"
    assert invoices(erp_server, order) == (moment == "after")
    let_time_pass(db_dsn)
    assert drain("next") == 1
    assert invoices(erp_server, order) == 1


def test_an_erp_killed_in_the_middle_and_started_again_holds_one_record(
    erp_server: ErpServer, proxy: Proxy, db_dsn: str, tmp_path: Path, order: str
) -> None:
    document = approved(tmp_path, invoice(order))
    proxy.faults = [("POST /erp/rest/model/account.invoice?", "after")]

    def kill_and_restart() -> None:
        erp_server.kill()
        threading.Thread(target=erp_server.start).start()

    proxy.on_hit = kill_and_restart
    assert drain("test") == 1
    assert outbox(db_dsn, document)["state"] == "done"
    assert invoices(erp_server, order) == 1


def test_an_erp_that_is_away_costs_no_attempt(
    db_dsn: str, lading_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LADING_ERP_URL", "http://127.0.0.1:9/erp")
    monkeypatch.setenv("LADING_ERP_KEY", "nobody")
    monkeypatch.setattr(outbox_module, "PAUSES_S", (0.01,))
    document = approved(tmp_path, invoice("PO-2026-0039"))
    with pytest.raises(ErpUnavailable):
        drain("test")
    row = outbox(db_dsn, document)
    assert (row["state"], row["attempts"]) == ("pending", 0)
    assert state(db_dsn, document)[0] == "exporting"


def test_a_wrong_key_stops_the_drain_and_sends_nobody_to_review(
    erp_server: ErpServer, db_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LADING_ERP_KEY", "nobody")
    document = approved(tmp_path, invoice("PO-2026-0039"))
    with pytest.raises(ErpAccessDenied):
        drain("test")
    assert outbox(db_dsn, document)["state"] == "pending"
    assert state(db_dsn, document)[0] == "exporting"


def test_an_erp_that_answers_only_with_faults_is_given_up_after_a_few_tries(
    erp_server: ErpServer, proxy: Proxy, db_dsn: str, tmp_path: Path, order: str
) -> None:
    proxy.faults = [("POST /erp/rest/model/stock.shipment.in", "drop")] * 20
    document = approved(tmp_path, paper("bill_of_lading", order, number="BL-X"))
    assert drain("test") == 1
    row = outbox(db_dsn, document)
    assert (row["state"], row["attempts"]) == ("dead", 6)
    where, why = state(db_dsn, document)
    assert where == "failed"
    assert why is not None and "answer was lost" in why

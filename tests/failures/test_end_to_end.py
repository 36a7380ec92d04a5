"""The whole way on the real stack: papers of a shipment, compared in the ERP with their truth."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path
from random import Random
from typing import Any

import httpx
import psutil
import pytest

from include import db
from include.errors import DatabaseUnavailable
from include.export.tryton.client import TrytonClient
from include.models import END_STATES, State
from include.samples.dataset import Sample, write
from include.samples.demo import demo_samples
from include.samples.faults import with_unknown_consignee
from include.samples.packets.pages import merged
from include.samples.papers.draw import draw
from include.samples.reference import orders
from include.samples.shipment import build_shipment
from include.settings import stack_environment
from tests.failures.conftest import StackUnderTest, wait_until

pytestmark = pytest.mark.stack

#: Of the demo: one shipment with its five papers, and an invoice with a fault.
FIRST = ("01", "02", "03", "04", "05", "18")
SECOND = ("06", "07", "08", "10", "11", "12", "20", "21", "22", "23", "24")


@pytest.fixture(scope="module")
def samples() -> dict[str, Sample]:
    return {sample.name[:2]: sample for sample in demo_samples()}


@pytest.fixture
def erp(stack: StackUnderTest) -> Iterator[TrytonClient]:
    settings = stack_environment(stack.home)
    client = TrytonClient(settings["LADING_ERP_URL"], settings["LADING_ERP_KEY"])
    yield client
    client.close()


def put(stack: StackUnderTest, samples: list[Sample]) -> None:
    """All at once, as one delivery."""
    aside = stack.home / "aside"
    paths = write(aside, samples)
    for path in paths:
        path.rename(stack.home / "inbox" / path.name)
    shutil.rmtree(aside)


def rows(stack: StackUnderTest) -> dict[str, dict[str, Any]]:
    with db.session(stack_environment(stack.home)["LADING_DB_DSN"]) as session:
        return {row["file_name"]: row for row in session.all("documents.ways")}


def outcome(stack: StackUnderTest, samples: list[Sample], timeout_s: float) -> dict[str, str]:
    """The state of each sample when all have their end."""
    names = {f"{sample.name}{sample.suffix}" for sample in samples}

    def ended() -> bool:
        states = {name: row["state"] for name, row in rows(stack).items() if name in names}
        return states.keys() == names and {State(s) for s in states.values()} <= END_STATES

    wait_until(ended, timeout_s)
    return {name: row["state"] for name, row in rows(stack).items() if name in names}


def expected(samples: list[Sample]) -> dict[str, str]:
    return {f"{s.name}{s.suffix}": s.truth.expected_state for s in samples}


def test_the_erp_holds_what_the_papers_say(
    stack: StackUnderTest, samples: dict[str, Sample], erp: TrytonClient
) -> None:
    chosen = [samples[number] for number in FIRST]
    put(stack, chosen)
    assert outcome(stack, chosen, timeout_s=150) == expected(chosen)
    invoice, packing_list, lading = (sample.truth.fields for sample in chosen[:3])

    [record] = erp.search(
        "account.invoice",
        [["type", "=", "in"]],
        "reference", "state", "total_amount", "invoice_date", "party.rec_name", "currency.code",
        "purchases",
    )  # fmt: skip
    assert record["reference"] == invoice["number"]
    assert record["state"] == "validated"
    assert Decimal(str(record["total_amount"])) == Decimal(str(invoice["grand_total"]))
    assert str(record["invoice_date"]) == invoice["issue_date"]
    assert record["party"]["rec_name"] == invoice["seller_name"]
    assert record["currency"]["code"] == invoice["currency"]
    [order] = record["purchases"]
    assert erp.read("purchase.purchase", order, "reference")["reference"] == "PO-2026-0001"

    lines = erp.search(
        "account.invoice.line", [["invoice", "=", record["id"]]], "quantity", "product.code"
    )
    assert {line["product"]["code"]: Decimal(str(line["quantity"])) for line in lines} == {
        line["item_code"]: Decimal(str(line["quantity"])) for line in chosen[0].truth.lines
    }

    [shipment] = erp.search("stock.shipment.in", [], "reference", "supplier.rec_name")
    assert shipment["reference"] == lading["number"]
    assert shipment["supplier"]["rec_name"] == packing_list["shipper_name"]
    attached = attachments(erp, "stock.shipment.in", shipment["id"])
    assert sorted(attached) == sorted(
        f"{s.name}{s.suffix}" for s in chosen if s.truth.document_type != "invoice"
    )


def answer(stack: StackUnderTest, name: str, choice: str, **changes: str) -> None:
    """Answer the form of the document with this file name, as Airflow's page does."""
    secrets = json.loads((stack.home / "airflow" / "passwords.json").read_text())
    with httpx.Client(base_url=f"http://127.0.0.1:{stack.airflow_port}", trust_env=False) as client:
        login = {"username": "admin", "password": secrets["admin"]}
        token = client.post("/auth/token", json=login).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        way = "/api/v2/dags/review_document/dagRuns"

        def waiting() -> list[dict[str, Any]]:
            found = client.get(f"{way}/~/taskInstances/~/-1/hitlDetails")
            found = client.get("/api/v2/dags/~/dagRuns/~/hitlDetails") if found.is_error else found
            return [h for h in found.json()["hitl_details"] if name in h["subject"]]

        wait_until(waiting, 60)
        # No person is quicker. An answer in the very instant of asking meets a task that Airflow
        # is still putting to sleep: it then fails this try, and the next one asks again.
        time.sleep(2)
        [detail] = waiting()
        run_id = detail["task_instance"]["dag_run_id"]
        given = {key: value["value"] for key, value in detail["params"].items()} | changes
        done = client.patch(
            f"{way}/{run_id}/taskInstances/ask/-1/hitlDetails",
            json={"chosen_options": [choice], "params_input": given},
        )
        assert done.status_code == 200, done.text


def test_a_reviewed_paper_goes_on_when_the_form_is_answered(
    stack: StackUnderTest, samples: dict[str, Sample]
) -> None:
    name = f"{samples['18'].name}{samples['18'].suffix}"
    answer(stack, name, "Reject", note="the supplier withdraws it")
    wait_until(lambda: rows(stack)[name]["state"] == "rejected", 60)
    assert rows(stack)[name]["reason"] == "the supplier withdraws it"


def packet(order: str, *kinds: str) -> bytes:
    """The papers of a shipment as one file, which name a consignee whom nobody knows."""
    shipment = with_unknown_consignee(build_shipment(orders()[order], Random(order)), Random(order))
    return merged(
        [draw(kind, shipment, Random(kind), layout="boxed", language="en").pdf for kind in kinds]
    )


def test_a_packet_in_a_mail_is_taken_apart_and_a_person_may_cut_it_again(
    stack: StackUnderTest,
) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "shipping@carrier.example", "Papers"
    message.set_content("Please find the papers attached.")
    data = packet("PO-2026-0011", "packing_list", "delivery_note")
    message.add_attachment(data, maintype="application", subtype="pdf", filename="scan.pdf")
    (stack.home / "inbox" / "papers.eml").write_bytes(message.as_bytes())

    def states() -> dict[str, str]:
        return {name: row["state"] for name, row in rows(stack).items()}

    def are(state: str, *names: str) -> bool:
        return {states().get(name) for name in names} == {state}

    wait_until(lambda: are("in_review", "scan.p1.pdf", "scan.p2.pdf"), 90)
    assert are("split", "papers.eml", "scan.pdf")
    assert rows(stack)["scan.p2.pdf"]["document_type"] == "delivery_note"
    answer(stack, "scan.p1.pdf", "Cut again", papers_by_pages="1-2")
    # At once, not by the next sweep.
    wait_until(lambda: are("in_review", "scan.p1-2.pdf"), 90)
    assert are("rejected", "scan.p1.pdf", "scan.p2.pdf")


def test_killed_in_the_middle_everything_ends_as_expected_and_nothing_is_doubled(
    stack: StackUnderTest, samples: dict[str, Sample], erp: TrytonClient
) -> None:
    chosen = [samples[number] for number in SECOND]
    put(stack, chosen)
    in_work = {"read", "extracted", "checked", "decided"}
    wait_until(lambda: in_work & {row["state"] for row in rows(stack).values()}, 90)
    kill_a_task(stack)
    stack.kill("scheduler")
    time.sleep(1)
    stack.kill("postgres")
    with stack.begin("up") as repair:
        wait_until(lambda: is_being_exported(stack, chosen), 300)
        stack.kill("erp")
        repair.communicate(timeout=300)
    stack.up()
    assert outcome(stack, chosen, timeout_s=300) == expected(chosen)

    done = [row for row in rows(stack).values() if row["state"] == "exported"]
    invoices = erp.search("account.invoice", [["type", "=", "in"]], "reference", "state")
    assert sorted(i["reference"] for i in invoices) == sorted(
        samples[number].truth.fields["number"] for number in ("01", "06", "12", "20")
    )
    assert {i["state"] for i in invoices} == {"validated"}
    records = [("account.invoice", record["id"]) for record in invoices]
    records += [("stock.shipment.in", r["id"]) for r in erp.search("stock.shipment.in", [])]
    attached = [name for model, number in records for name in attachments(erp, model, number)]
    assert sorted(attached) == sorted(row["file_name"] for row in done)


def is_being_exported(stack: StackUnderTest, samples: list[Sample]) -> bool:
    names = {f"{sample.name}{sample.suffix}" for sample in samples}
    try:
        states = {row["state"] for name, row in rows(stack).items() if name in names}
    except DatabaseUnavailable:
        return False
    return not states.isdisjoint({"exporting", "exported"})


def attachments(erp: TrytonClient, model: str, number: int) -> list[str]:
    """The names of the files at a record; the ERP lets nobody search them all."""
    domain = [["resource", "=", f"{model},{number}"]]
    return [row["name"] for row in erp.search("ir.attachment", domain, "name")]


def kill_a_task(stack: StackUnderTest) -> None:
    """kill -9 of a task process of this stack, if one is at work just now."""
    scheduler = psutil.Process(stack.pids()["scheduler"])
    workers = [p for p in scheduler.children() if p.is_running()]
    tasks = [task for worker in workers for task in worker.children()]
    for task in tasks[:1]:
        os.kill(task.pid, signal.SIGKILL)


def test_status_and_the_view_tell_the_counts(stack: StackUnderTest) -> None:
    code, output = stack.run("status")
    assert code == 0
    for state in ("exported", "in_review", "quarantined", "duplicate", "rejected"):
        assert state in output
    assert Path(stack.home / "inbox").exists()

"""Each DAG run for real in this process: on real Postgres, with the real reader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest

from include import db
from include.checks.import_reference import import_folder
from include.documents.claim import load
from include.models import END_STATES, State
from include.review.answer import record_answer
from include.samples.dataset import clean, write
from include.samples.papers.draw import draw
from include.samples.reference import orders
from include.samples.shipment import build_shipment
from tests.postgres.erp_server import free_port

PROJECT = Path(__file__).resolve().parent.parent.parent
REFERENCE = PROJECT / "include" / "samples" / "reference"


@pytest.fixture(scope="module")
def bag(airflow_home: Path) -> Any:
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(dag_folder=str(PROJECT / "dags"))


@pytest.fixture
def inbox(db_dsn: str, lading_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("LADING_STABLE_S", "0")
    monkeypatch.setenv("LADING_READER_IDLE_S", "20")
    import_folder(REFERENCE, "test")
    (lading_home / "inbox").mkdir()
    yield lading_home / "inbox"


def put_papers(inbox: Path) -> None:
    """An invoice and a packing list that agree, and a file that is no document."""
    order = next(order for order in orders().values() if order.state == "open")
    rng = Random(4)
    shipment = build_shipment(order, rng)
    papers = [(kind, draw(kind, shipment, rng)) for kind in ("invoice", "packing_list")]
    for path in write(inbox.parent / "samples", [clean(name, paper) for name, paper in papers]):
        path.rename(inbox / path.name)
    (inbox / "nonsense.pdf").write_bytes(b"\x00\x01 no document")


def run(bag: Any, dag_id: str, **arguments: Any) -> dict[str, str]:
    """Run a DAG to its end; the state of each task (the worst of a mapped one)."""
    result = bag.dags[dag_id].test(**arguments)
    assert result.state == "success", f"{dag_id} ended {result.state}"
    return {instance.task_id: instance.state for instance in result.get_task_instances()}


def states() -> dict[str, str]:
    with db.session() as session:
        return {row["file_name"]: row["state"] for row in session.all("documents.ways")}


def everything(dsn: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows that say what was done with the documents."""
    tables = ("documents", "document_events", "pages", "extractions", "fields", "lines",
              "check_results", "decisions", "reviews", "export_outbox")  # fmt: skip
    with psycopg.connect(dsn) as connection:
        return {t: connection.execute(f"select * from lading.{t}").fetchall() for t in tables}


def process(bag: Any) -> None:
    # The last task starts runs of another DAG, which needs a running Airflow: the stack's test.
    run(bag, "process_documents", mark_success_pattern="ask_reviewers")


def test_papers_go_through_and_a_second_run_changes_nothing(
    bag: Any, inbox: Path, db_dsn: str
) -> None:
    put_papers(inbox)
    assert run(bag, "ingest_documents") == {"land_documents": "success"}
    assert set(states().values()) == {"received"}
    process(bag)
    after = states()
    assert after.pop("nonsense.pdf") == "quarantined"
    assert set(after.values()) <= {"approved", "in_review"}

    before = everything(db_dsn)
    assert run(bag, "ingest_documents") == {"land_documents": "skipped"}
    process(bag)
    assert everything(db_dsn) == before


def test_a_reviewed_paper_is_approved_once_and_waits_for_an_erp_that_is_down(
    bag: Any, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Without any threshold every document is reviewed.
    monkeypatch.delenv("LADING_UNCERTIFIED_THRESHOLD", raising=False)
    put_papers(inbox)
    run(bag, "ingest_documents")
    process(bag)
    with db.session() as session:
        [review] = [
            row for row in session.all("reviews.unasked", limit=9) if "invoice" in row["file_name"]
        ]
        document_id = session.one("reviews.by_id", id=review["id"])["document_id"]
    record_answer(review["id"], "Approve", {"note": "looks right"}, by="clerk")
    for _ in range(2):
        run(
            bag,
            "review_document",
            run_conf={"review_id": review["id"]},
            mark_success_pattern="ask|ask_again",
        )
        with db.session() as session:
            assert load(session, document_id).state == State.APPROVED

    monkeypatch.setenv("LADING_ERP_URL", f"http://127.0.0.1:{free_port()}/erp")
    monkeypatch.setenv("LADING_ERP_KEY", "none")
    for task in bag.dags["export_documents"].tasks:
        task.retries = 0
    bag.dags["export_documents"].test()
    with db.session() as session:
        assert load(session, document_id).state not in END_STATES

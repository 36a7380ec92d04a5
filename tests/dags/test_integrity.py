"""What must hold for every DAG file: it loads, is light, explains itself, and can be operated."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent
DAG_FILES = {
    "ingest_documents",
    "process_documents",
    "review_document",
    "export_documents",
    "import_reference",
}
#: Seconds of CPU each: a task process that parses a DAG file must not pay for them.
HEAVY = {
    "numpy", "pandas", "cv2", "openai", "unstructured", "boto3", "psycopg", "pypdfium2",
    "rapidocr", "onnxruntime", "rapidfuzz", "reportlab", "spacy", "scipy",
}  # fmt: skip
PARSE = """
import importlib.util, json, sys, time
import airflow.sdk, airflow.providers.standard.operators.hitl, airflow.triggers.base
import airflow.providers.standard.operators.trigger_dagrun
before = set(sys.modules)
started = time.process_time()
spec = importlib.util.spec_from_file_location("parsed", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
seconds = time.process_time() - started
print(json.dumps({"seconds": seconds, "modules": sorted(set(sys.modules) - before)}))
"""


@pytest.fixture(scope="session")
def dags(airflow_home: Path) -> dict:
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(dag_folder=str(PROJECT / "dags"))
    assert bag.import_errors == {}
    return dict(bag.dags)


def test_every_dag_file_holds_the_dag_of_its_name(dags: dict) -> None:
    assert set(dags) == DAG_FILES
    assert {Path(dag.fileloc).stem for dag in dags.values()} == DAG_FILES


@pytest.mark.parametrize("name", sorted(DAG_FILES))
def test_a_dag_can_be_operated(dags: dict, name: str) -> None:
    dag = dags[name]
    assert "When it fails" in dag.doc_md
    assert "lading" in dag.tags
    assert dag.catchup is False
    for param in dag.params:
        schema = dag.params.get_param(param)
        assert schema.description, f"Param {param} does not say what it is"
        assert "type" in schema.schema or "enum" in schema.schema
    for task in dag.tasks:
        assert task.owner == "lading"
        assert task.retry_policy is not None
        assert task.retries >= 3 or task.task_id == "watch_failures"
        assert task.execution_timeout or getattr(task, "response_timeout", None)


@pytest.mark.parametrize("name", sorted(DAG_FILES))
def test_parsing_is_light(airflow_home: Path, name: str) -> None:
    path = PROJECT / "dags" / f"{name}.py"
    run = subprocess.run(
        [sys.executable, "-c", PARSE, str(path)], capture_output=True, text=True, check=True
    )
    seen = json.loads(run.stdout.splitlines()[-1])
    assert seen["seconds"] < 0.5
    assert HEAVY.isdisjoint(module.partition(".")[0] for module in seen["modules"])


@pytest.mark.parametrize("path", sorted((PROJECT / "dags").glob("*.py")), ids=lambda p: p.stem)
def test_a_dag_file_is_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 130
    assert ast.get_docstring(ast.parse(text))


def test_a_batch_goes_through_chunks_and_a_visible_branch(dags: dict) -> None:
    tasks = {t.task_id: t.downstream_task_ids for t in dags["process_documents"].tasks}
    tasks = {name: below - {"watch_failures"} for name, below in tasks.items()}
    assert tasks["claim"] == {"chunk.read_pages"}
    assert tasks["chunk.read_pages"] == {"chunk.extract_fields"}
    assert tasks["chunk.extract_fields"] == {"chunk.check_fields"}
    assert tasks["chunk.check_fields"] == {"chunk.decide"}
    assert tasks["chunk.decide"] == {"route"}
    assert tasks["route"] == {"queue_exports", "open_reviews"}
    assert tasks["open_reviews"] == {"ask_reviewers"}


def test_the_dags_are_tied_by_assets(dags: dict) -> None:
    def outlets(name: str) -> set[str]:
        return {asset.name for task in dags[name].tasks for asset in task.outlets}

    assert outlets("ingest_documents") == {"documents_received"}
    assert outlets("process_documents") == {"documents_approved"}
    assert outlets("review_document") == {"documents_approved", "papers_cut_again"}
    assert outlets("export_documents") == {"documents_exported"}

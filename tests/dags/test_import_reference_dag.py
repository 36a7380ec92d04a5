"""The DAG that imports reference lists, run in this process on real Postgres."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def dag(airflow_home: Path, db_dsn: str, lading_home: Path) -> Any:
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(dag_folder=str(PROJECT / "dags" / "import_reference.py")).dags["import_reference"]


def ports(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        row = connection.execute("select count(*) from erp_mirror.ports").fetchone()
    assert row is not None
    return int(row[0])


def test_the_kinds_on_the_form_are_those_of_the_importer(dag: Any) -> None:
    from include.checks.reference_formats import KINDS

    assert tuple(dag.params["kinds"]) == KINDS


def test_a_run_is_a_trial_unless_told_otherwise(dag: Any, db_dsn: str) -> None:
    assert dag.test().state == "success"
    assert ports(db_dsn) == 0

    assert dag.test(run_conf={"dry_run": False, "kinds": ["ports"]}).state == "success"
    assert ports(db_dsn) == 125


def test_a_folder_without_lists_fails_the_run(dag: Any, tmp_path: Path) -> None:
    assert dag.test(run_conf={"folder": str(tmp_path)}).state == "failed"

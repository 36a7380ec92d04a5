"""An Airflow of the test session's own: its metadata in the session's Postgres, never a user's."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="session")
def airflow_home(postgres_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Environment and metadata database, set before anything imports airflow."""
    assert "airflow" not in sys.modules, "a test outside tests/dags has imported airflow"
    home = tmp_path_factory.mktemp("airflow")
    with psycopg.connect(postgres_uri, autocommit=True) as connection:
        connection.execute("create database airflow_metadata")
    host = psycopg.conninfo.conninfo_to_dict(postgres_uri)["host"]
    metadata = f"postgresql+psycopg://postgres@/airflow_metadata?host={host}"
    values = {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": metadata,
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin",
        "PYTHONPATH": str(PROJECT),
    }
    os.environ.update(values)
    subprocess.run(
        [sys.executable, "-m", "airflow", "db", "migrate"], check=True, capture_output=True
    )
    yield home
    # What Airflow holds open would complain, after the session's summary, that Postgres is gone.
    from airflow import settings

    settings.Session.remove()
    settings.engine.dispose()
    for name in values:
        os.environ.pop(name, None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Airflow's own deprecation warnings are not ours to fail on."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.filterwarnings("default"))

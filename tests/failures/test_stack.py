"""Whatever happens to the embedded stack, `make up` mends it and `make down` ends all of it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import psycopg
import pytest

from include.settings import stack_environment
from tests.failures.conftest import StackUnderTest, new_stack

pytestmark = pytest.mark.stack

AIRFLOW = ("api-server", "scheduler", "dag-processor", "triggerer")


def health(stack: StackUnderTest) -> dict[str, dict[str, str]]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    url = f"http://127.0.0.1:{stack.airflow_port}/api/v2/monitor/health"
    with opener.open(url, timeout=10) as answer:
        found: dict[str, dict[str, str]] = json.load(answer)
    return found


def test_an_interrupted_first_start_is_finished_by_the_next(stack: StackUnderTest) -> None:
    assert {part["status"] for part in health(stack).values()} == {"healthy"}
    code, output = stack.run("status")
    assert code == 0, output
    assert "documents: " in output
    assert "UNCERTIFIED" in output


def test_a_second_up_changes_nothing(stack: StackUnderTest) -> None:
    before = stack.pids()
    stack.up()
    assert stack.pids() == before


def test_secrets_are_private_and_everything_listens_on_loopback_only(
    stack: StackUnderTest,
) -> None:
    for name in ("secrets.json", "stack.env", "airflow/passwords.json", "airflow/connections.json"):
        assert (stack.home / name).stat().st_mode & 0o077 == 0, name
    dsn = stack_environment(stack.home)["LADING_DB_DSN"]
    with psycopg.connect(dsn) as connection:
        addresses = connection.execute("show listen_addresses").fetchone()
    assert addresses == ("127.0.0.1",)
    wrong = psycopg.conninfo.make_conninfo(dsn, password="wrong")
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(wrong)


def test_what_was_killed_is_started_again_and_nothing_else(stack: StackUnderTest) -> None:
    before = stack.pids()
    names = {*AIRFLOW, "erp", "reader"}
    stack.kill(*names)
    stack.up()
    after = stack.pids()
    assert {name for name in after if after[name] != before[name]} == names
    assert {part["status"] for part in health(stack).values()} == {"healthy"}


def test_airflow_comes_back_after_postgres_was_killed(stack: StackUnderTest) -> None:
    before = stack.pids()
    stack.kill("postgres")
    stack.up()
    after = stack.pids()
    changed = {name for name in after if after[name] != before[name]}
    assert "postgres" in changed
    assert changed <= {"postgres", *AIRFLOW}
    assert {part["status"] for part in health(stack).values()} == {"healthy"}


def test_another_supervisor_adopts_what_the_killed_one_had_started(stack: StackUnderTest) -> None:
    before = stack.pids()
    stack.kill("supervisor")
    stack.up()
    after = stack.pids()
    assert {name for name in after if after[name] != before[name]} == {"supervisor"}


def test_a_recycled_process_number_is_not_taken_for_ours(stack: StackUnderTest) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        stack.kill_everything()
        for record in (stack.home / "run").glob("*.json"):
            if record.name != "state.json":
                data = json.loads(record.read_text())
                data["identity"]["pid"] = stranger.pid
                record.write_text(json.dumps(data))
        pid_file = stack.home / "postgres" / "data" / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        stack.up()
        assert stranger.poll() is None
        assert stranger.pid not in stack.pids().values()
        stranger.communicate(b"\n")


def test_two_stacks_run_side_by_side_and_down_ends_only_its_own(
    stack: StackUnderTest, fresh_stack: StackUnderTest
) -> None:
    before = stack.pids()
    try:
        fresh_stack.up()
        assert not set(fresh_stack.pids().values()) & set(before.values())
    finally:
        code, output = fresh_stack.run("down")
    assert code == 0, output
    assert fresh_stack.processes() == 0
    assert stack.pids() == before
    assert {part["status"] for part in health(stack).values()} == {"healthy"}


def test_down_ends_all_and_up_comes_back_with_the_same_data(stack: StackUnderTest) -> None:
    dsn = stack_environment(stack.home)["LADING_DB_DSN"]
    with psycopg.connect(dsn) as connection:
        connection.execute("create table lading.kept as select 42 as answer")
    code, output = stack.run("down")
    assert code == 0, output
    assert stack.processes() == 0
    assert stack.run("status")[0] == 3
    stack.up()
    with psycopg.connect(dsn) as connection:
        assert connection.execute("select answer from lading.kept").fetchone() == (42,)


@pytest.mark.parametrize(
    ("port", "setting"),
    [("airflow_port", "LADING_AIRFLOW_PORT"), ("erp_port", "LADING_ERP_PORT")],
)
def test_a_port_in_use_is_named_with_its_user_and_the_setting(
    fresh_stack: StackUnderTest, port: str, setting: str
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", getattr(fresh_stack, port)))
        taken.listen(1)
        code, output = fresh_stack.run("up", timeout_s=30)
    assert code == 1
    for part in (str(getattr(fresh_stack, port)), f"pid {os.getpid()}", setting):
        assert part in output
    assert fresh_stack.processes() == 0


def test_a_home_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    code, output = new_stack(tmp_path / "file" / "home").run("up", timeout_s=30)
    assert code == 1
    assert "cannot make" in output
    assert "Traceback" not in output

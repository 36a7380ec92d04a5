"""Our processes are told apart from others, found when nobody wrote them down, and ended whole."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from include.embedded.running.processes import (
    Identity,
    Launch,
    Record,
    free_port,
    holders,
    identify,
    is_port_free,
    port_user,
    spawn,
    stop,
    tail,
)

FORKING = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    os.setpgid(0, 0)
print("both run", flush=True)
time.sleep(120)
"""


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


def start(tmp_path: Path, code: str) -> subprocess.Popen[bytes]:
    launch = Launch(argv=[sys.executable, "-c", code], env=dict(os.environ), cwd=tmp_path)
    return spawn(launch, log=tmp_path / "x.log", lock=tmp_path / "x.lock")


def wait_for_text(path: Path, text: str, count: int = 1) -> None:
    deadline = time.monotonic() + 20
    while path.read_text().count(text) < count:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_later_process_of_the_same_number_is_another_one(
    sleeper: subprocess.Popen[bytes],
) -> None:
    known = identify(sleeper.pid)
    assert known is not None
    assert known.is_alive()
    assert not Identity(known.pid, known.start_ticks - 1, known.boot_id).is_alive()
    assert not Identity(known.pid, known.start_ticks, "an earlier boot").is_alive()


def test_a_zombie_does_not_count_as_running(sleeper: subprocess.Popen[bytes]) -> None:
    known = identify(sleeper.pid)
    assert known is not None
    os.kill(sleeper.pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while known.is_alive():
        assert time.monotonic() < deadline
    assert Path(f"/proc/{sleeper.pid}").exists()  # not waited for yet


def test_a_component_with_its_children_is_found_by_its_lock_alone(tmp_path: Path) -> None:
    process = start(tmp_path, FORKING)
    wait_for_text(tmp_path / "x.log", "both run", 2)
    found = {identity.pid for identity in holders(tmp_path / "x.lock")}
    assert process.pid in found
    assert len(found) == 2
    killed = stop(None, tmp_path / "x.lock", number=signal.SIGTERM, grace_s=0.1)
    assert killed == 2
    process.wait(10)
    assert holders(tmp_path / "x.lock") == []


def test_stopping_asks_first_and_then_leaves_nothing_behind(tmp_path: Path) -> None:
    process = start(tmp_path, FORKING)
    wait_for_text(tmp_path / "x.log", "both run", 2)
    main = identify(process.pid)
    began = time.monotonic()
    stop(main, tmp_path / "x.lock", number=signal.SIGTERM, grace_s=0.5)
    assert 0.5 <= time.monotonic() - began < 6
    process.wait(10)
    assert holders(tmp_path / "x.lock") == []


def test_a_process_that_only_reads_the_log_is_not_ours(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    process = start(tmp_path, "print('hello')")
    process.wait(20)
    with (tmp_path / "x.log").open() as log:
        reading = subprocess.Popen([sys.executable, "-c", "input()"], stdin=log)
    assert holders(tmp_path / "x.lock") == []
    reading.kill()
    reading.wait(10)
    assert tail(tmp_path / "x.log") == "    hello"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"identity": {"pid": 1}}'])
def test_a_damaged_record_counts_as_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    assert Record.load(path) is None


def test_a_record_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    record = Record(identity=Identity(4, 5, "boot"), fingerprint="f", since=1.5)
    record.save(tmp_path / "x.json")
    assert Record.load(tmp_path / "x.json") == record


def test_the_user_of_a_port_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        port = taken.getsockname()[1]
        assert not is_port_free(port)
        assert f"(pid {os.getpid()})" in port_user(port)
    assert is_port_free(port)
    assert port_user(port) == ""
    assert is_port_free(free_port())

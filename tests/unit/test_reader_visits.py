"""What goes wrong with one client's request is told to that client, and ends nothing else."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from include.pages.server import children
from include.pages.server.children import Child
from include.pages.server.visit import CLIENT_S, Stage, Visit
from include.settings import ReaderLimits

_ASKED = b'{"kind": "read", "path": "/secret", "file_name": "a.pdf", "limits": {}}\n'


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """The client's end and the server's."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(5)
        yield ours, theirs


def refused(*_: object) -> None:
    raise BlockingIOError(11, "Resource temporarily unavailable")


def test_a_fork_that_the_machine_refuses_is_told_to_the_client(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    client, server = ends
    visit = Visit(1, server)
    for piece in (_ASKED[:20], _ASKED[20:]):
        assert visit.stage is Stage.ASKING
        client.sendall(piece)
        [number] = visit.watched()
        visit.happened(number)
    assert visit.stage is Stage.QUEUED
    visit.begin(refused)
    answer = json.loads(client.makefile("rb").read())
    assert answer["error"] == "ReaderUnavailable"
    assert "temporarily unavailable" in answer["detail"]
    assert visit.is_over()
    assert visit.watched() == {}


@pytest.mark.parametrize("late_s", [CLIENT_S - 1, CLIENT_S + 1])
def test_a_client_has_so_long_to_say_what_it_wants(
    ends: tuple[socket.socket, socket.socket], late_s: float
) -> None:
    visit = Visit(1, ends[1])
    visit.check(time.monotonic() + late_s)
    assert visit.is_over() == (late_s > CLIENT_S)


def test_a_child_that_closes_its_pipe_and_stays_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "_FAREWELL_S", 0.3)
    (tmp_path / "own").mkdir()
    messages, says = os.pipe()
    hears, orders = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(says)
        time.sleep(60)
        os._exit(0)
    os.close(says)
    child = Child(pid, messages, orders, tmp_path / "own", ReaderLimits())
    assert child.said() is None
    child.close()
    assert child.ended() is None
    deadline = time.monotonic() + 10
    while not (end := child.ended()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert end is not None
    assert os.WIFSIGNALED(end.status)
    assert not (tmp_path / "own").exists()
    os.close(hears)

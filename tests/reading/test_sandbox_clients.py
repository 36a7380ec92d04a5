"""Clients that are slow, vanish or talk nonsense hold up nobody else, and leave nothing behind."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from include.pages.reader import read_file
from include.pages.sandbox import socket_path
from include.settings import load_settings
from tests import papers
from tests.failures.test_reader_limits import busy_children_of
from tests.reading.test_sandbox_pages import numbers, written


@pytest.fixture
def paper(reader: Path, tmp_path: Path) -> Path:
    """A page of text; the reader runs."""
    path = written(tmp_path, "good.pdf", papers.pdf())
    assert numbers(read_file(path, path.name)) == [1]
    return path


def request_for(path: Path) -> bytes:
    limits = dataclasses.asdict(load_settings().reader)
    asked = {"kind": "read", "path": str(path), "file_name": path.name, "limits": limits}
    return json.dumps(asked).encode() + b"\n"


@contextlib.contextmanager
def asking(home: Path, *said: bytes) -> Iterator[list[socket.socket]]:
    """Clients that have said this much and do nothing more."""
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(socket.socket(socket.AF_UNIX)) for _ in said]
        for client, text in zip(clients, said, strict=True):
            client.connect(str(socket_path(home)))
            client.sendall(text)
        yield clients


def test_clients_that_send_half_a_request_hold_up_nobody(reader: Path, paper: Path) -> None:
    half = request_for(paper)[:40]
    with asking(reader, *[half] * 12) as clients:
        begun = time.monotonic()
        assert numbers(read_file(paper, paper.name)) == [1]
        assert time.monotonic() - begun < 15
        clients[0].sendall(request_for(paper)[40:])  # and it is not too late for the other half
        clients[0].settimeout(30)
        assert b'"ok"' in clients[0].makefile("rb").readline()


def test_clients_that_never_take_their_answer_hold_up_nobody(
    reader: Path, tmp_path: Path, paper: Path
) -> None:
    rows = [(40 + 60 * c, 40 + 10 * r, f"word{c}{r}") for r in range(75) for c in range(8)]
    long = written(tmp_path, "long.pdf", papers.pdf(*[rows] * 20, size=7))
    with asking(reader, *[request_for(long)] * 6) as clients:
        server = int((reader / "run" / "reader.pid").read_text())
        for client in clients:
            client.settimeout(60)
            assert client.recv(1)
        assert numbers(read_file(paper, paper.name)) == [1]
        client = clients[0]
        rest = client.makefile("rb").read()
        assert len(rest) > 400_000  # more than fits into a socket
        assert len(json.loads(b"{" + rest)["ok"]["pages"]) == 20
    assert Path(f"/proc/{server}").exists()


# What somebody says: what is answered.
@pytest.mark.parametrize(
    "said",
    [
        b"nonsense\n",
        b"[]\n",
        b"[" * 100_000 + b"\n",
        b'{"kind": "read"}\n',
        b'{"kind": "read", "path": "x", "file_name": "x", "limits": {"unknown": 1}}\n',
        b"x" * (1 << 20) + b"yy\n",
    ],
)
def test_what_makes_no_sense_is_answered_with_an_error(
    reader: Path, paper: Path, said: bytes
) -> None:
    with asking(reader, said) as [client]:
        client.settimeout(30)
        with contextlib.suppress(ConnectionResetError):  # it did not listen to the end
            assert json.loads(client.makefile("rb").readline())["error"] == "ReaderUnavailable"
    assert numbers(read_file(paper, paper.name)) == [1]


def test_clients_that_vanish_leave_no_process(reader: Path, paper: Path) -> None:
    for length in (0, 40, len(request_for(paper))):
        with asking(reader, *[request_for(paper)[:length]] * 5):
            pass
    assert numbers(read_file(paper, paper.name)) == [1]
    server = int((reader / "run" / "reader.pid").read_text())
    deadline = time.monotonic() + 20
    while busy_children_of(server) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert busy_children_of(server) == []

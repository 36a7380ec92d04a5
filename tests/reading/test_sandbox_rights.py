"""What a child that reads untrusted bytes can no longer do, tried from inside."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

from include.pages.worker.confine import landlock

PROJECT = Path(__file__).resolve().parents[2]

_TRIES_TO_LEAVE = """
import ctypes, json, os, socket, subprocess, sys, threading
from include.pages.worker import child
from include.settings import ReaderLimits

def attempt(request, data, limits):
    said = {}
    for name, act in {
        "tcp": lambda: socket.create_connection(("127.0.0.1", request["port"]), 2),
        "unix": lambda: socket.socket(socket.AF_UNIX).connect(request["socket"]),
        "socket pair": lambda: socket.socketpair(),
        "program": lambda: subprocess.run(["/bin/true"]),
        "process": lambda: os._exit(0) if os.fork() == 0 else None,
        "signal": lambda: os.kill(os.getppid(), 0),
        "namespace": lambda: os.unshare(os.CLONE_NEWNS) if hasattr(os, "unshare") else forbid(272),
        "big file": lambda: open(request["own"] + "/big", "wb").write(bytes(40 << 20)),
        "file elsewhere": lambda: open(request["file"], "wb").write(b"x"),
        "secret": lambda: open(request["secret"]).read(),
    }.items():
        try:
            act()
            said[name] = "worked"
        except OSError as error:
            said[name] = type(error).__name__
    said["a file of its own"] = open(request["own"] + "/small", "w").write("x")
    said["a library"] = open(os.__file__).read(3)
    said["a thread"] = threaded()
    return said

def forbid(number):
    if ctypes.CDLL(None, use_errno=True).syscall(number, 0) < 0:
        raise PermissionError

def threaded():
    done = []
    thread = threading.Thread(target=lambda: done.append(True))
    thread.start()
    thread.join()
    return done

child.ACTIONS["attempt"] = attempt
link = child.Link(int(sys.argv[3]), -1)
child.run(json.loads(sys.argv[1]), ReaderLimits(), sys.argv[2], 60.0, link)
"""


def test_the_child_reaches_no_network_starts_no_program_and_touches_no_file(
    tmp_path: Path,
) -> None:
    own, secret = tmp_path / "own", tmp_path / "secret"
    own.mkdir()
    secret.write_text("of somebody else")
    with socket.socket() as tcp, socket.socket(socket.AF_UNIX) as local:
        tcp.bind(("127.0.0.1", 0))
        tcp.listen()
        local.bind(str(tmp_path / "s"))
        local.listen()
        request = {
            "kind": "attempt",
            "path": __file__,
            "port": tcp.getsockname()[1],
            "socket": str(tmp_path / "s"),
            "own": str(own),
            "file": str(tmp_path / "elsewhere"),
            "secret": str(secret),
        }
        reading, writing = os.pipe()
        subprocess.run(
            [
                sys.executable,
                "-c",
                _TRIES_TO_LEAVE,
                json.dumps(request),
                str(own),
                str(writing),
            ],
            cwd=PROJECT,
            pass_fds=[writing],
            check=True,
        )
        os.close(writing)
        with os.fdopen(reading) as pipe:
            said = json.load(pipe)["ok"]
    assert said.pop("a file of its own") == 1
    assert said.pop("a library") == 'r"""'[:3]
    assert said.pop("a thread") == [True]
    if not landlock.version():
        said.pop("file elsewhere"), said.pop("secret")
    assert len(said) >= 8
    assert "worked" not in said.values(), said

"""The way to the reader's process: find it, start it when it is not there, ask it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from include.errors import ReaderCrashed, ReaderUnavailable
from include.pages.answer import raise_error
from include.settings import PROJECT_ROOT, load_settings

#: What the kernel takes as the address of a unix socket, less a margin.
_MAX_SOCKET_PATH = 100
_START_S, _START_AGAIN_S, _PAUSE_S = 120.0, 3.0, 0.1
#: How long a request may wait for its turn, beyond its own limit.
_QUEUE_S = 900.0
#: The reader must not inherit passwords: untrusted bytes are handled in its memory.
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV")


def socket_path(home: Path) -> Path:
    """Where the reader of this home listens; under the temporary folder when `home` is long."""
    path = home / "run" / "reader.sock"
    if len(os.fsencode(path)) <= _MAX_SOCKET_PATH:
        return path
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"lading-{os.getuid()}-{digest}" / "reader.sock"


def pid_path(home: Path) -> Path:
    return home / "run" / "reader.pid"


def lock_path(home: Path) -> Path:
    return home / "run" / "reader.lock"


def log_path(home: Path) -> Path:
    return home / "logs" / "reader.log"


def ask(kind: str, path: Path, file_name: str, **more: Any) -> Any:
    """The reader's answer: `ok`, `cost` and `code`, which is the version of the code that read.

    Raises the error that the reader names, or ReaderUnavailable.
    """
    answer = answer_to(kind, path, file_name, **more)
    raise_error(answer)
    return answer


def answer_to(kind: str, path: Path, file_name: str, **more: Any) -> Any:
    """The reader's answer, which may be an error with what it cost; raises ReaderUnavailable."""
    settings = load_settings()
    request = {
        "kind": kind,
        "path": str(path.absolute()),
        "file_name": file_name,
        "limits": dataclasses.asdict(settings.reader),
        **more,
    }
    with _connected(settings.reader_home) as connection:
        return _exchanged(connection, request, settings.reader.wall_s + _QUEUE_S)


def _exchanged(connection: socket.socket, request: Mapping[str, Any], wait_s: float) -> Any:
    try:
        connection.settimeout(wait_s)
        connection.sendall(json.dumps(request).encode() + b"\n")
        pieces = []
        while piece := connection.recv(1 << 20):
            pieces.append(piece)
    except OSError as error:
        raise ReaderUnavailable(str(error)) from error
    text = b"".join(pieces)
    if not text.endswith(b"\n"):
        raise ReaderUnavailable("it ended in the middle of a request")
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ReaderCrashed("its answer makes no sense") from error
    if not isinstance(answer, dict):
        raise ReaderCrashed("its answer makes no sense")
    return answer


def _connected(home: Path) -> socket.socket:
    """A connection; starts the reader when nobody listens and waits until it does."""
    deadline = time.monotonic() + _START_S
    start_at = 0.0
    while True:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(str(socket_path(home)))
            return connection
        except OSError as error:
            connection.close()
            if time.monotonic() > deadline:
                raise ReaderUnavailable(f"see {log_path(home)}") from error
        if time.monotonic() >= start_at:
            _start(home)
            start_at = time.monotonic() + _START_AGAIN_S
        time.sleep(_PAUSE_S)


def _start(home: Path) -> None:
    """Start a reader in the background; when one is starting already, the new one gives way."""
    log_path(home).parent.mkdir(parents=True, exist_ok=True)
    environment = {
        key: value
        for key, value in os.environ.items()
        if key in _PASSED_ON or key.startswith("LADING_READER_")
    }
    environment |= {"LADING_HOME": str(home), "PYTHONPATH": str(PROJECT_ROOT)}
    with log_path(home).open("ab") as log:
        try:
            subprocess.run(
                [sys.executable, "-m", "include.pages.server", "--detach"],
                cwd=PROJECT_ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                timeout=60,
                check=True,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise ReaderUnavailable(str(error)) from error

"""Where the reader of a home listens, and that there is only one."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
import time
from pathlib import Path

from include.pages.sandbox import lock_path


def locked(home: Path, takes_over: bool) -> int | None:
    """The lock that only one reader of a home holds; the stack's reader replaces a self-started."""
    path = lock_path(home)
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    for _ in range(100):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(lock, 0)
            os.pwrite(lock, str(os.getpid()).encode(), 0)
            return lock
        except BlockingIOError:
            if not takes_over:
                break
            _ask_to_leave(os.pread(lock, 20, 0))
            time.sleep(0.1)
    os.close(lock)
    return None


def _ask_to_leave(holder: bytes) -> None:
    """End the reader of that process number, if it is one."""
    with contextlib.suppress(OSError, ValueError):  # just ended, or just starting
        if b"include.pages.server" in Path(f"/proc/{int(holder)}/cmdline").read_bytes():
            os.kill(int(holder), signal.SIGTERM)


def listening(path: Path) -> socket.socket:
    """The socket on which only the owner of this process can ask."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    path.chmod(0o600)
    listener.listen(128)
    return listener

"""What a process that reads untrusted bytes gives up: network, files, programs, memory, time."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import socket
from typing import Any, NoReturn

from include.pages.worker.confine import calls, landlock
from include.settings import ReaderLimits

_PR_SET_PDEATHSIG, _PR_SET_NAME, _PR_SET_NO_NEW_PRIVS = 1, 15, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
#: unstructured passes page images through temporary files.
_MAX_FILE_MB, _MAX_OPEN_FILES = 32, 64
#: Mapped by the warm server, but not in memory until a child writes to it.
_NOT_YET_USED_MB = 32

_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when `parent`, which forked it, ends."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def called(name: str) -> None:
    """Be known by this name, of 15 letters at most, where processes are listed."""
    _libc.prctl(_PR_SET_NAME, name.encode(), 0, 0, 0)


def cut_network() -> bool:
    """Move this process into a network namespace without a way out, where the kernel allows."""
    return any(_libc.unshare(how) == 0 for how in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET))


def drop_rights(limits: ReaderLimits, cpu_s: float, folder: str) -> None:
    """No network, no other programs or processes, no files but temporary ones in `folder`, no more
    than `limits` and `cpu_s` seconds of processor time; for good, in this process."""
    quiet = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(quiet, number)
    # What the warm server has mapped counts as well; the document may add `memory_mb` to it.
    memory = _mapped_bytes() + (max(limits.memory_mb - _NOT_YET_USED_MB, 8) << 20)
    cpu = max(int(cpu_s), 1)
    for what, soft, hard in (
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_CPU, cpu, cpu + 2),
        (resource.RLIMIT_FSIZE, _MAX_FILE_MB << 20, _MAX_FILE_MB << 20),
        (resource.RLIMIT_NOFILE, _MAX_OPEN_FILES, _MAX_OPEN_FILES),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        resource.setrlimit(what, (soft, hard))
    cut_network()
    _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    landlock.close_files(folder)
    if not calls.refuse():
        _refuse_sockets()


def _refuse_sockets() -> None:
    """Where the kernel cannot refuse, at least no socket of Python's."""

    def refused(*_: Any, **__: Any) -> NoReturn:
        raise PermissionError("the reader has no network")

    socket.socket = refused  # type: ignore[misc,assignment]
    socket.create_connection = refused
    socket.getaddrinfo = refused


def _mapped_bytes() -> int:
    with open("/proc/self/statm") as file:  # noqa: PTH123
        return int(file.read().split()[0]) * resource.getpagesize()

"""What a process that reads untrusted bytes gives up: network, other programs, memory, time."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import signal
import socket
import struct
import sys
from typing import Any, NoReturn

from include.settings import ReaderLimits

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_SECCOMP_MODE_FILTER = 2
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
#: unstructured passes page images through temporary files.
_MAX_FILE_MB, _MAX_OPEN_FILES = 32, 64
#: The kernel's name of the machine, and the numbers there of socket, connect, bind, sendto,
#: sendmsg, ptrace, execve, execveat, process_vm_readv, process_vm_writev, io_uring_setup.
_REFUSED_CALLS = {
    "x86_64": (0xC000003E, (41, 42, 49, 44, 46, 101, 59, 322, 310, 311, 425)),
    "aarch64": (0xC00000B7, (198, 203, 200, 206, 211, 117, 221, 281, 270, 271, 425)),
}
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
#: System calls of the other calling convention of x86_64 have this bit set.
_X32_BIT = 0x40000000

_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when `parent`, which forked it, ends."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def cut_network() -> bool:
    """Move this process into a network namespace without a way out, where the kernel allows."""
    return any(_libc.unshare(how) == 0 for how in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET))


def drop_rights(limits: ReaderLimits) -> None:
    """No network, no other programs, no more than `limits`; for good, in this process."""
    quiet = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(quiet, number)
    cut_network()
    if not _refuse_calls():
        _refuse_sockets()
    # What the warm server has mapped counts as well; the document may add `memory_mb` to it.
    memory = _mapped_bytes() + (limits.memory_mb << 20)
    cpu = max(int(limits.cpu_s), 1)
    for what, soft, hard in (
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_CPU, cpu, cpu + 2),
        (resource.RLIMIT_FSIZE, _MAX_FILE_MB << 20, _MAX_FILE_MB << 20),
        (resource.RLIMIT_NOFILE, _MAX_OPEN_FILES, _MAX_OPEN_FILES),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        resource.setrlimit(what, (soft, hard))


def _refuse_calls() -> bool:
    """Have the kernel refuse sockets (those that are files too) and starting programs."""
    _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    machine, calls = _REFUSED_CALLS.get(platform.machine(), (0, ()))
    if not calls or sys.maxsize < 2**32:
        return False
    size = len(calls)
    program = [
        (_LOAD, 0, 0, 4),
        (_IF_EQUAL, 0, size + 3, machine),  # another machine's calls: refuse all
        (_LOAD, 0, 0, 0),
        (_IF_AT_LEAST, size + 1, 0, _X32_BIT),
        *((_IF_EQUAL, size - i, 0, call) for i, call in enumerate(calls)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in program))
    header = ctypes.create_string_buffer(struct.pack("HP", len(program), ctypes.addressof(code)))
    return int(_libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, header, 0, 0)) == 0


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

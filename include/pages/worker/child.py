"""The sandboxed child: gives up what it does not need, reads one file, answers through a pipe."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import socket
import tempfile
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from include.errors import BrokenDocument, LadingError, OverLimit, StoreUnavailable
from include.pages.answer import error_to_json, reading_to_json
from include.settings import ReaderLimits

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
#: unstructured passes page images through temporary files.
_MAX_FILE_MB, _MAX_OPEN_FILES = 32, 64

_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when `parent`, which forked it, ends."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def run(request: Mapping[str, Any], limits: ReaderLimits, folder: str, pipe: int) -> NoReturn:
    """Answer one request; `folder` is its own temporary folder. Never returns."""
    try:
        with open(request["path"], "rb") as file:  # noqa: PTH123  before the rights are given up
            data = file.read()
        _drop_rights(limits, folder)
        answer = _answer(request, data, limits)
    except OSError as error:
        answer = error_to_json(StoreUnavailable(str(error)))
    _send(pipe, answer)
    os._exit(0)


def _answer(request: Mapping[str, Any], data: bytes, limits: ReaderLimits) -> dict[str, Any]:
    try:
        return {"ok": ACTIONS[request["kind"]](request, data, limits)}
    except LadingError as error:
        return error_to_json(error)
    except MemoryError:
        return error_to_json(OverLimit(f"{limits.memory_mb} MB of memory"))
    except RecursionError:
        return error_to_json(BrokenDocument("nested without end"))
    except Exception as error:  # whatever a library raises on bytes it cannot digest
        return error_to_json(BrokenDocument(f"{type(error).__name__}: {error}"[:500]))


def _send(pipe: int, answer: Mapping[str, Any]) -> None:
    view = memoryview(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace"))
    while view:
        view = view[os.write(pipe, view) :]


def _drop_rights(limits: ReaderLimits, folder: str) -> None:
    quiet = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(quiet, number)
    tempfile.tempdir = folder
    os.environ["TMPDIR"] = folder
    if not cut_network():
        _refuse_sockets()
    _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
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


def _mapped_bytes() -> int:
    with open("/proc/self/statm") as file:  # noqa: PTH123
        return int(file.read().split()[0]) * resource.getpagesize()


def cut_network() -> bool:
    """Move this process into a network namespace without a way out, where the kernel allows."""
    return any(_libc.unshare(how) == 0 for how in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET))


def _refuse_sockets() -> None:
    """Where there is no namespace to be had, at least no socket of Python's."""

    def refused(*_: Any, **__: Any) -> NoReturn:
        raise PermissionError("the reader has no network")

    socket.socket = refused  # type: ignore[misc,assignment]
    socket.create_connection = refused
    socket.getaddrinfo = refused


def _read(request: Mapping[str, Any], data: bytes, limits: ReaderLimits) -> dict[str, Any]:
    from include.pages.worker.read import read_bytes

    return reading_to_json(read_bytes(data, request["file_name"], limits))


def _render(request: Mapping[str, Any], data: bytes, limits: ReaderLimits) -> dict[str, Any]:
    from include.pages.worker.render import render_bytes

    return render_bytes(request, data, limits)


Action = Callable[[Mapping[str, Any], bytes, ReaderLimits], dict[str, Any]]

#: What may be asked of the reader, by name.
ACTIONS: dict[str, Action] = {"read": _read, "render": _render}

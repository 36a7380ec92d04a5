"""A child that reads one file, as the server sees it: what it says, what it costs, how it ends."""

from __future__ import annotations

import os
import select
import shutil
import signal
import struct
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from include.errors import BadDocument, BrokenDocument, OverLimit, ReaderCrashed
from include.settings import ReaderLimits

_CHUNK = 1 << 20
#: With a process's number, the kernel's name of the clock of its processor time.
_CPU_CLOCK = 2
_PAGE = os.sysconf("SC_PAGE_SIZE")
#: No page: what a child is told that shall forget the file and wait for another one.
_FORGET = 0xFFFFFFFF
#: A child that had this share of its memory when it died has died of it.
_MEMORY_SHARE = 0.6
#: A child that has grown by the first share of its memory, and by the second since it opened the
#: file, makes room for a fresh one.
_WORN_SHARE, _WORN_BY_PAGES_SHARE = 0.5, 0.2
#: A child that has closed its pipe and has not ended after these seconds is killed.
_FAREWELL_S = 2.0


@dataclass(frozen=True)
class Fault:
    """What is wrong with one page: `error` when it is all that can be said of the document."""

    error: BadDocument
    reason: str

    @classmethod
    def limit(cls, what: str, of: str = "") -> Fault:
        return cls(OverLimit(what), f"more than {what}{of}")


@dataclass(frozen=True)
class End:
    """How a child ended, and what it cost: seconds of processor time, MB at its peak."""

    status: int
    cpu_s: float
    peak_mb: int


@dataclass(eq=False)
class Child:
    """`page`: what it reads (0: it opens the file, or is idle); `fault`: why it was killed."""

    pid: int
    messages: int
    orders: int
    folder: Path
    limits: ReaderLimits
    page: int = 0
    is_open: bool = False
    is_worn: bool = False
    is_forgiven: bool = False
    is_waiting: bool = False
    has_turn: bool = False
    has_done_ocr: bool = False
    is_ready: bool = False
    files_read: int = 0
    waits_since: float = 0.0
    cpu_before_s: float = 0.0
    page_begun_at_cpu_s: float = 0.0
    mapped_at_start: int = 0
    mapped_when_open: int = 0
    own_at_start: int = 0
    fault: Fault | None = None
    closed_at: float = 0.0
    _buffer: bytearray = field(default_factory=bytearray)
    _unsent: memoryview = field(default_factory=lambda: memoryview(b""))

    def said(self) -> Iterator[bytes] | None:
        """The complete lines that have come; None when it says no more."""
        try:
            piece = os.read(self.messages, _CHUNK)
        except BlockingIOError:
            return iter(())
        if not piece:
            return None
        if b"\n" not in piece:
            self._buffer += piece
            return iter(())
        *lines, rest = (bytes(self._buffer) + piece).split(b"\n")
        self._buffer = bytearray(rest)
        return iter(lines)

    def unfinished_bytes(self) -> int:
        return len(self._buffer)

    def order(self, number: int) -> None:
        """A page to read; 0 is the turn it waits for. One that has died hears nothing."""
        try:
            os.write(self.orders, struct.pack("<I", number))
        except BrokenPipeError:
            return
        except BlockingIOError:  # it talks without listening
            self.kill(GARBLED)

    def forget(self) -> None:
        """It shall wait for another file."""
        self.order(_FORGET)

    def begin_again(self, request: bytes) -> None:
        """Another request, with the file: what does not go through at once follows later."""
        self.cpu_before_s = self.cpu_s(in_all=True)
        self.is_worn, self.is_open, self.page = True, False, 0
        self.mapped_when_open, self.page_begun_at_cpu_s = 0, 0.0
        self._unsent = memoryview(request)
        self.send_more()

    def watched(self) -> dict[int, int]:
        """What to wait for: events by pipe."""
        watched = {self.messages: select.POLLIN} if self.messages >= 0 else {}
        if self._unsent and self.orders >= 0:
            watched[self.orders] = select.POLLOUT
        return watched

    def send_more(self) -> None:
        try:
            while self._unsent:
                self._unsent = self._unsent[os.write(self.orders, self._unsent) :]
        except BlockingIOError:
            return
        except BrokenPipeError:
            self._unsent = memoryview(b"")

    def dismiss(self) -> None:
        """No more orders: it ends by itself."""
        if self.orders >= 0:
            os.close(self.orders)
            self.orders = -1

    def kill(self, fault: Fault | None = None) -> None:
        self.fault = self.fault or fault
        os.kill(self.pid, signal.SIGKILL)  # not yet waited for: the number is still its own

    def cpu_s(self, in_all: bool = False) -> float:
        """Processor time until now, in seconds: for this file, or in all."""
        try:
            spent = time.clock_gettime(~self.pid << 3 | _CPU_CLOCK)
        except OSError:
            return 0.0
        return spent if in_all else spent - self.cpu_before_s

    def mapped(self) -> int:
        """Bytes that it has mapped: what its limit of memory is counted by."""
        return self._memory()[0]

    def own_bytes(self) -> int:
        """Bytes in memory that stand for no file."""
        _, resident, shared = self._memory()
        return resident - shared

    def _memory(self) -> tuple[int, int, int]:
        """Bytes mapped, in memory, and of files among these."""
        try:
            values = Path(f"/proc/{self.pid}/statm").read_text().split()
            return int(values[0]) * _PAGE, int(values[1]) * _PAGE, int(values[2]) * _PAGE
        except (OSError, IndexError):
            return 0, 0, 0

    def so_far(self) -> End:
        """What it has cost, although it has not ended."""
        return End(0, self.cpu_s(), self._memory()[1] >> 20)

    def has_grown(self, limits: ReaderLimits) -> bool:
        """Whether its pages have left so much behind that it should not take another one."""
        now, limit = self.mapped(), limits.memory_mb << 20
        grown, by_pages = now - self.mapped_at_start, now - self.mapped_when_open
        return grown > _WORN_SHARE * limit and by_pages > _WORN_BY_PAGES_SHARE * limit

    def close(self) -> None:
        """It says no more: it has ended, or is about to."""
        self.dismiss()
        if self.messages >= 0:
            os.close(self.messages)
            self.messages = -1
            self.closed_at = time.monotonic()

    def ended(self) -> End | None:
        """How it ended; None as long as it has not, which does not go on for long."""
        pid, status, usage = os.wait4(self.pid, os.WNOHANG)
        if pid == 0:
            if time.monotonic() - self.closed_at > _FAREWELL_S:
                self.kill()
            return None
        shutil.rmtree(self.folder, ignore_errors=True)
        cpu_s = usage.ru_utime + usage.ru_stime - self.cpu_before_s
        return End(status, cpu_s, usage.ru_maxrss >> 10)


def started(request: Mapping[str, Any], limits: ReaderLimits, folder: Path, cpu_s: float) -> Child:
    """Fork a child for the request; `cpu_s` is what it may use, `folder` will be its own."""
    folder.mkdir(parents=True)
    messages, says = os.pipe()
    hears, orders = os.pipe()
    server = os.getpid()
    try:
        pid = os.fork()
    except OSError:
        for number in (messages, says, hears, orders):
            os.close(number)
        folder.rmdir()
        raise
    if pid == 0:
        _become_child(server, {says, hears})
        _worker().run(request, limits, str(folder), cpu_s, _worker().Link(says, hears))
    os.close(says)
    os.close(hears)
    os.set_blocking(messages, False)
    os.set_blocking(orders, False)
    begun = Child(pid, messages, orders, folder, limits)
    begun.mapped_at_start, begun.own_at_start = begun.mapped(), begun.own_bytes()
    return begun


def _worker() -> ModuleType:
    """Loaded when the server starts, and not by whoever only wants to know of limits."""
    from include.pages.worker import child

    return child


def _become_child(server: int, kept: set[int]) -> None:
    """Let go of all that the server holds open, which is nothing to this child."""
    from include.pages.worker import confine

    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        held = {int(link.name) for link in Path("/proc/self/fd").iterdir()}
        for number in held - {0, 1, 2, *kept}:
            _close(number)
        confine.die_with_parent(server)
    except BaseException:
        os._exit(1)


def _close(number: int) -> None:
    try:
        os.close(number)
    except OSError:
        return


_SENSELESS = "the reader's answer makes no sense"
GARBLED = Fault(ReaderCrashed(_SENSELESS), _SENSELESS)


def fault_of(name: str, detail: str) -> Fault:
    """What a child said of a page."""
    if name == OverLimit.__name__:
        return Fault(OverLimit(detail), f"more than the reader is allowed: {detail}")
    return Fault(BrokenDocument(detail), detail)


def cause(end: End, limits: ReaderLimits, warm_mb: int) -> Fault:
    """Why a child ended without having finished; `warm_mb`: what it had when it was forked."""
    if not os.WIFSIGNALED(end.status):
        said = f"exit code {os.waitstatus_to_exitcode(end.status)}"
    elif os.WTERMSIG(end.status) == signal.SIGXCPU:
        return Fault.limit(f"{limits.cpu_s:.0f} s of processor time")
    elif end.peak_mb - warm_mb >= _MEMORY_SHARE * limits.memory_mb:
        return Fault.limit(f"{limits.memory_mb} MB of memory")
    else:
        said = f"signal {signal.Signals(os.WTERMSIG(end.status)).name}"
    return Fault(ReaderCrashed(said), f"the reader died on this page ({said})")


def is_killed_by_others(end: End, child: Child) -> bool:
    """Whether somebody outside ended it, such as the kernel for want of memory."""
    if child.fault or not os.WIFSIGNALED(end.status):
        return False
    return os.WTERMSIG(end.status) in (signal.SIGKILL, signal.SIGTERM)

"""What a process and everything below it costs, from /proc: time of the processor and memory."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_PAUSE_S = 0.05


def below(pid: int) -> list[int]:
    """The processes that `pid` started, and those that they did."""
    found = []
    for child in _children(pid):
        found += [child, *below(child)]
    return found


def _children(pid: int) -> Iterator[int]:
    try:
        for task in (_PROC / str(pid) / "task").iterdir():
            yield from map(int, (task / "children").read_text().split())
    except OSError:
        return  # just ended


def cpu_s(pid: int) -> float:
    """CPU-seconds of `pid` and all below it, those that have ended and were waited for included."""
    return sum(_ticks(one) for one in (pid, *below(pid))) / _TICKS


def settled_cpu_s(pid: int, at_rest: int, patience_s: float = 2.0) -> float:
    """The same once at most `at_rest` processes are below: what the others cost has been added."""
    deadline = time.monotonic() + patience_s
    while len(below(pid)) > at_rest and time.monotonic() < deadline:
        time.sleep(0.005)
    return cpu_s(pid)


def _ticks(pid: int) -> int:
    try:
        text = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return 0
    return sum(map(int, text.rpartition(")")[2].split()[11:15]))


@dataclass(frozen=True)
class Memory:
    """Of the largest process below at one moment, in MB; `own_mb` is shared with no other."""

    at_s: float
    resident_mb: float
    peak_mb: float
    own_mb: float


class Watch:
    """Looks at the memory of the processes below `pid` until it is left."""

    def __init__(self, pid: int, with_own: bool = False) -> None:
        self._pid = pid
        self._with_own = with_own
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.seen: list[Memory] = []

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    @property
    def peak_mb(self) -> float:
        return max((one.peak_mb for one in self.seen), default=0.0)

    @property
    def own_mb(self) -> float:
        return max((one.own_mb for one in self.seen), default=0.0)

    def _look(self) -> None:
        while not self._stop.wait(_PAUSE_S):
            every = [self._memory(pid) for pid in below(self._pid)]
            largest = max(every, key=lambda one: one.resident_mb, default=None)
            if largest:
                self.seen.append(largest)

    def _memory(self, pid: int) -> Memory:
        status = _sizes(pid, "status")
        rolled = _sizes(pid, "smaps_rollup") if self._with_own else {}
        own = rolled.get("Private_Dirty", 0.0) + rolled.get("Private_Clean", 0.0)
        resident, peak = status.get("VmRSS", 0.0), status.get("VmHWM", 0.0)
        return Memory(time.perf_counter(), resident, peak, own)


def _sizes(pid: int, name: str) -> dict[str, float]:
    """The lines `Name:  n kB` of a file in /proc, in MB."""
    try:
        lines = (_PROC / str(pid) / name).read_text().splitlines()
    except OSError:
        return {}
    pairs = (line.partition(":") for line in lines if line.endswith(" kB"))
    return {key: int(value.split()[0]) / 1024 for key, _, value in pairs}

"""What one document has cost so far, and which of its limits it has passed."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterator

from include.errors import ReaderUnavailable
from include.pages.server.children import Child, End, Fault
from include.settings import ReaderLimits

_TICK_S = 0.25
#: With less processor time than this share of the time, on a busy machine, it has been starved.
_STARVED_SHARE = 0.3


class Budget:
    """The costs of all children of one document together; waiting for a turn costs nothing."""

    def __init__(self, limits: ReaderLimits) -> None:
        self._limits = limits
        self._ended_cpu_s = 0.0
        self._checked_at = 0.0
        self.active_s = 0.0
        self.peak_mb = 0
        self.warm_mb = _own_mb()
        self.started = 0

    def add(self, end: End) -> None:
        """A child has ended."""
        self._ended_cpu_s += end.cpu_s
        self.peak_mb = max(self.peak_mb, end.peak_mb)

    def cpu_left_s(self) -> float:
        """What a new child may use; 0 when there is nothing left."""
        return max(self._limits.cpu_s - self._ended_cpu_s, 0.0)

    def over_cpu(self) -> Fault:
        return Fault.limit(f"{self._limits.cpu_s:.0f} s of processor time")

    def passed(self, children: Collection[Child], size: int) -> Fault | ReaderUnavailable | None:
        """The limit that the document as a whole has passed, or that the machine is too busy."""
        limits = self._limits
        if size > limits.output_mb << 20:
            return Fault.limit(f"{limits.output_mb} MB of output")
        if self.active_s >= limits.wall_s:
            return self._late(sum((c.cpu_s() for c in children), self._ended_cpu_s))
        return None

    def check_cpu(self, children: Collection[Child]) -> Iterator[tuple[Child, Fault]]:
        """The children to be killed for their processor time; looks only now and then."""
        if time.monotonic() - self._checked_at < _TICK_S:
            return
        self._checked_at = time.monotonic()
        used = {child: child.cpu_s() for child in children}
        is_over = sum(used.values(), self._ended_cpu_s) >= self._limits.cpu_s
        for child, cpu_s in used.items():
            if is_over:
                yield child, self.over_cpu()
            elif child.page and cpu_s - child.page_begun_at_cpu_s >= self._limits.page_s:
                what = f"{self._limits.page_s:.0f} s of processor time"
                yield child, Fault.limit(what, " on this page")

    def _late(self, cpu_s: float) -> Fault | ReaderUnavailable:
        """The time is up: the document's fault, unless the machine had no time for it."""
        is_busy = os.getloadavg()[0] > (os.cpu_count() or 1)
        if is_busy and cpu_s < _STARVED_SHARE * self.active_s:
            return ReaderUnavailable(
                f"the machine is too busy: in {self.active_s:.0f} s the document"
                f" got {cpu_s:.0f} s of processor time"
            )
        return Fault.limit(f"{self._limits.wall_s:.0f} s of time")

    def cost(self) -> dict[str, float]:
        """Seconds, CPU-seconds and MB; `own_mb` is without what the warm server has loaded."""
        return {
            "seconds": round(self.active_s, 3),
            "cpu_s": round(self._ended_cpu_s, 3),
            "peak_mb": self.peak_mb,
            "own_mb": max(self.peak_mb - self.warm_mb, 0),
            "children": self.started,
        }


def _own_mb() -> int:
    """What this process has in memory: what its children start with."""
    with open("/proc/self/statm") as file:  # noqa: PTH123
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20

"""The reader's only loop: takes requests, listens to their children, says who may do OCR.

Nothing in it waits for a client or a child: whoever is slow holds up nobody else.
"""

from __future__ import annotations

import logging
import os
import select
import shutil
import signal
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from include.pages.server.kept import Kept, Means
from include.pages.server.reading import Request
from include.pages.server.turns import Turns
from include.pages.server.visit import Stage, Visit

log = logging.getLogger("lading.reader")

#: Requests that are being worked on at a time, besides those that do OCR or wait for it: they
#: share the cores. And all clients: a request holds its file in memory.
_LIGHT_PER_WORKER, _MIN_LIGHT, _MOST = 2, 4, 32
_TICK_MS, _IDLE_TICK_MS = 250, 5000


class Server:
    """Serves a listening socket until it has been idle for long enough."""

    def __init__(self, listener: socket.socket, workers: int, scratch: Path) -> None:
        self.pid = os.getpid()
        listener.setblocking(False)
        self._listener = listener
        self._workers = workers
        self._turns = Turns(workers)
        self._visits: dict[int, Visit] = {}  # in the order of coming
        self._visitors = 0
        self._scratch = scratch
        self.clean()  # a reader that was killed leaves its own behind
        scratch.mkdir(mode=0o700)
        self._kept = Kept(max(_MIN_LIGHT, workers + 1))
        self._means = Means(self._turns, self._kept, self._scratch, workers)

    def clean(self) -> None:
        """Remove the temporary files of all children."""
        shutil.rmtree(self._scratch, ignore_errors=True)

    def serve(self, idle_s: float | None) -> None:
        """Work until nobody has come for `idle_s` seconds; those too many wait in the queue."""
        last = time.monotonic()
        woken = _wake_on_child()
        while idle_s is None or self._visits or time.monotonic() - last < idle_s:
            self._step(woken)
            if self._visits:
                last = time.monotonic()
        log.info("idle, leaving")

    def _step(self, woken: socket.socket) -> None:
        """Wait a moment for whatever happens, and do what follows from it."""
        concerned = {n: v for v in self._visits.values() for n in v.watched()}
        idle = self._kept.watched()
        ready = self._ready(woken, idle)
        now = time.monotonic()
        for visit in self._visits.values():
            visit.account(now)
        if woken.fileno() in ready:
            woken.recv(4096)
        for number in ready & concerned.keys():
            concerned[number].happened(number)
        for number in ready & idle.keys():
            self._kept.happened(number)
        if self._listener.fileno() in ready:
            self._accept()
        self._move_on(now)

    def _ready(self, woken: socket.socket, idle: Mapping[int, int]) -> set[int]:
        poll = select.poll()
        poll.register(woken, select.POLLIN)
        if len(self._visits) < max(_MOST, 4 * self._workers):
            poll.register(self._listener, select.POLLIN)
        for watched in (idle, *(visit.watched() for visit in self._visits.values())):
            for number, events in watched.items():
                poll.register(number, events)
        return {number for number, _ in poll.poll(_TICK_MS if self._visits else _IDLE_TICK_MS)}

    def _accept(self) -> None:
        try:
            client, _ = self._listener.accept()
        except OSError as error:  # its client asks again
            log.warning("a request was not taken: %s", error)
            return
        self._visitors += 1
        self._visits[self._visitors] = Visit(self._visitors, client)

    def _move_on(self, now: float) -> None:
        self._kept.check(now)
        for visit in tuple(self._visits.values()):
            visit.check(now)
            if visit.is_over():
                del self._visits[visit.number]
                self._turns.forget(visit.number)
        for visit in tuple(self._visits.values()):
            if visit.stage is Stage.QUEUED and self._has_room():
                visit.begin(self._opened)
        for number, idle in self._turns.granted():
            self._visits[number].take_turn(idle)

    def _has_room(self) -> bool:
        light = sum(
            visit.stage is Stage.READING and not self._turns.is_concerned(number)
            for number, visit in self._visits.items()
        )
        return light < max(_MIN_LIGHT, _LIGHT_PER_WORKER * self._workers)

    def _opened(self, what: Mapping[str, Any], number: int) -> Request:
        return Request(what, number, self._means)


def _wake_on_child() -> socket.socket:
    """A socket that becomes readable when a child has ended."""
    reading, writing = socket.socketpair()
    writing.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(writing.detach(), warn_on_full_buffer=False)
    return reading

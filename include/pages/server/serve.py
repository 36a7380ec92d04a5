"""Accepts requests, forks a keeper for each, and says which of them may do OCR."""

from __future__ import annotations

import logging
import os
import select
import shutil
import signal
import socket
import tempfile
import time
from pathlib import Path

from include.pages.server.turns import Turns

log = logging.getLogger("lading.reader")

#: What a keeper says to the server, a byte each; the answer is a byte with the idle turns.
ASK, GIVE_BACK = b"?", b"."
#: Requests that are being worked on at a time, besides those that do OCR or wait for it: they
#: share the cores. And all of them: each holds its file in memory.
_LIGHT_PER_WORKER, _MIN_LIGHT, _MOST = 2, 4, 32


class Server:
    """Serves a listening socket until it has been idle for long enough."""

    def __init__(self, listener: socket.socket, lock: int, workers: int) -> None:
        self.pid = os.getpid()
        self._listener = listener
        self._lock = lock
        self._workers = workers
        self._turns = Turns(workers)
        self._keepers: dict[int, int] = {}  # process -> the server's end of its link
        self._scratch = Path(tempfile.mkdtemp(prefix="lading-reader-"))

    def clean(self) -> None:
        """Remove the temporary files of all children."""
        shutil.rmtree(self._scratch, ignore_errors=True)

    def serve(self, idle_s: float | None) -> None:
        """Accept while not too many keepers run; the rest wait in the socket's queue."""
        last = time.monotonic()
        woken = _wake_on_child()
        while idle_s is None or self._keepers or time.monotonic() - last < idle_s:
            watched: list[int] = [woken.fileno(), *self._keepers.values()]
            if self._has_room():
                watched.append(self._listener.fileno())
            poll = select.poll()
            for number in watched:
                poll.register(number, select.POLLIN)
            ready = {number for number, _ in poll.poll(5000)}
            if woken.fileno() in ready:
                woken.recv(4096)
                last = time.monotonic()
            for link in ready & set(self._keepers.values()):
                self._hear(link)
            self._reap()
            if self._listener.fileno() in ready:
                try:
                    self._accept()
                except OSError as error:  # its client asks again
                    log.warning("a request was not taken: %s", error)
            self._grant()
        log.info("idle, leaving")

    def _has_room(self) -> bool:
        light = sum(not self._turns.is_concerned(link) for link in self._keepers.values())
        most_light = max(_MIN_LIGHT, _LIGHT_PER_WORKER * self._workers)
        return light < most_light and len(self._keepers) < max(_MOST, 4 * self._workers)

    def _hear(self, link: int) -> None:
        try:
            said = os.read(link, 4096)
        except OSError:  # its end is closed: it is reaped in a moment
            said = b""
        for byte in said:
            if byte == ASK[0]:
                self._turns.ask(link)
            elif byte == GIVE_BACK[0]:
                self._turns.give_back(link)

    def _grant(self) -> None:
        for link, idle in self._turns.granted():
            try:
                os.write(link, bytes([min(idle, 255)]))
            except OSError:
                log.info("a keeper has gone before its turn")

    def _reap(self) -> None:
        for pid, link in tuple(self._keepers.items()):
            if os.waitpid(pid, os.WNOHANG)[0]:
                del self._keepers[pid]
                self._turns.forget(link)
                os.close(link)
                shutil.rmtree(self._scratch / str(pid), ignore_errors=True)

    def _accept(self) -> None:
        from include.pages.server.keeper import keep

        connection, _ = self._listener.accept()
        ours, theirs = socket.socketpair()
        with connection, theirs, ours:
            pid = os.fork()
            if pid == 0:
                mine = [self._listener.fileno(), self._lock, ours.fileno()]
                closed = [*mine, *self._keepers.values()]
                keep(connection, theirs, closed, self.pid, self._scratch, self._workers)
            ours.setblocking(False)
            self._keepers[pid] = ours.detach()


def _wake_on_child() -> socket.socket:
    """A socket that becomes readable when a child has ended."""
    reading, writing = socket.socketpair()
    writing.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(writing.detach(), warn_on_full_buffer=False)
    return reading

"""One client's visit: its request comes in, is worked on, and the answer goes out; nobody waits."""

from __future__ import annotations

import json
import logging
import select
import socket
import time
from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import Any

from include.errors import ReaderUnavailable
from include.pages.answer import error_to_json
from include.pages.server.reading import Request

log = logging.getLogger("lading.reader")

_MAX_REQUEST_BYTES = 1 << 20
_CHUNK = 1 << 18
#: Time for a client to say all that it wants, and to take the whole answer.
CLIENT_S = 30.0

Opens = Callable[[Mapping[str, Any], int], Request]


class Stage(Enum):
    ASKING = auto()
    QUEUED = auto()
    READING = auto()
    ANSWERING = auto()
    LEAVING = auto()  # the client has gone, its children end


class ClientGone(Exception):
    """Nobody waits for the answer any more."""


class Visit:
    """Moved on by the server's loop whenever something happens; every call returns at once."""

    def __init__(self, number: int, client: socket.socket) -> None:
        client.setblocking(False)
        self.number = number
        self.stage = Stage.ASKING
        self.request: Request | None = None
        self._client = client
        self._asked = bytearray()
        self._what: Mapping[str, Any] = {}
        self._answer = memoryview(b"")
        self._deadline = time.monotonic() + CLIENT_S

    def watched(self) -> dict[int, int]:
        """What to wait for: events by file descriptor."""
        watched = {}
        if self.request:
            watched = self.request.watched()
        if self.stage is Stage.ANSWERING:
            watched[self._client.fileno()] = select.POLLOUT
        elif self.stage is not Stage.LEAVING:
            watched[self._client.fileno()] = select.POLLIN
        return watched

    def is_over(self) -> bool:
        return self.stage is Stage.LEAVING and (self.request is None or self.request.is_done)

    def account(self, now: float) -> None:
        if self.request:
            self.request.account(now)

    def happened(self, number: int) -> None:
        """Something can be done with this file descriptor."""

        def go_on() -> None:
            if number != self._client.fileno():
                if self.request:
                    self.request.happened(number)
            elif self.stage is Stage.ASKING:
                self._listen()
            elif self.stage is Stage.ANSWERING:
                self._send()
            else:  # nothing more is expected from there
                raise ClientGone

        self._guarded(go_on)

    def check(self, now: float) -> None:
        """Do what follows from what happened, and from the time."""

        def go_on() -> None:
            if self.stage in (Stage.ASKING, Stage.ANSWERING) and now > self._deadline:
                log.info("a client was too slow, %s", self.stage.name.lower())
                raise ClientGone
            if self.request:
                self.request.check()
            if self.stage is Stage.READING and self.request and self.request.is_done:
                self._reply(self.request.answer(), self.request.summary())

        self._guarded(go_on)

    def begin(self, opens: Opens) -> None:
        """Its turn has come to be worked on."""

        def go_on() -> None:
            self.stage = Stage.READING
            self.request = opens(self._what, self.number)
            self.request.begin()

        self._guarded(go_on)

    def take_turn(self, idle: int) -> None:
        """One of its children may do OCR; so many more turns nobody wants."""
        if self.request:
            request = self.request
            self._guarded(lambda: request.take_turn(idle))

    def _listen(self) -> None:
        try:
            piece = self._client.recv(_CHUNK)
        except BlockingIOError:
            return
        except OSError as error:
            raise ClientGone from error
        if not piece:
            raise ClientGone
        line, end, _ = piece.partition(b"\n")
        self._asked += line
        if len(self._asked) > _MAX_REQUEST_BYTES:
            raise ValueError("the request is too long")
        if end:
            what = json.loads(self._asked)
            if not {"kind", "path", "file_name", "limits"} <= what.keys():
                raise ValueError("the request says too little")
            self._what, self._asked = what, bytearray()
            self.stage = Stage.QUEUED

    def _reply(self, answer: bytes, summary: str) -> None:
        what = self._what
        log.info("%s %s: %s, %d bytes", what["kind"], what["path"], summary, len(answer))
        self._say(answer)

    def _say(self, answer: bytes) -> None:
        self._answer = memoryview(answer + b"\n")
        self._deadline = time.monotonic() + CLIENT_S
        self.stage = Stage.ANSWERING
        self._send()

    def _send(self) -> None:
        try:
            while self._answer:
                self._answer = self._answer[self._client.send(self._answer) :]
        except BlockingIOError:  # the rest when it has taken this
            return
        except OSError as error:
            raise ClientGone from error
        self._leave()

    def _guarded(self, work: Callable[[], None]) -> None:
        """Whatever goes wrong is this client's affair alone."""
        try:
            work()
        except ClientGone:
            log.info("a client has gone")
            self._leave()
        except Exception as error:
            log.warning("a request was not answered: %s: %s", type(error).__name__, error)
            self._apologise(error)

    def _apologise(self, error: Exception) -> None:
        has_said = self.stage in (Stage.ANSWERING, Stage.LEAVING)
        if self.request:
            self.request.abandon()
        if has_said:
            self._leave()
            return
        detail = str(error) if isinstance(error, OSError) else type(error).__name__
        answer = {**error_to_json(ReaderUnavailable(detail)), "cost": {}}
        self._guarded(lambda: self._say(json.dumps(answer).encode()))

    def _leave(self) -> None:
        self._client.close()
        self._answer = memoryview(b"")
        self.stage = Stage.LEAVING
        if self.request:
            self.request.abandon()

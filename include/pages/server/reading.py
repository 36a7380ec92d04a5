"""One request: hands its pages to children, replaces those that die, keeps what came back."""

from __future__ import annotations

import json
import os
import select
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from include.errors import (
    BadDocument,
    LadingError,
    ReaderCrashed,
    ReaderUnavailable,
)
from include.pages.answer import error_to_json
from include.pages.cache import code_version
from include.pages.legible import Seen
from include.pages.options import options_of
from include.pages.server.budget import Budget
from include.pages.server.children import (
    Child,
    End,
    Fault,
    cause,
    fault_of,
    is_killed_by_others,
    started,
)
from include.pages.server.collected import Collected
from include.pages.server.serve import ASK, GIVE_BACK
from include.settings import ReaderLimits

#: Children that may die on one document before its other pages are given up.
MAX_DEATHS = 5
_TICK_MS = 250
#: A child that earlier pages have left with so much may fail on one that a fresh one can read.
_WORN_BYTES = 64 << 20
_SENSELESS = "the reader's answer makes no sense"
_GARBLED = Fault(ReaderCrashed(_SENSELESS), _SENSELESS)


class ClientGone(Exception):
    """Nobody waits for the answer any more."""


class Request:
    """What is known while one request is worked on."""

    def __init__(
        self,
        request: Mapping[str, Any],
        client: socket.socket,
        link: socket.socket,
        folder: Path,
        workers: int,
    ) -> None:
        self._request = request
        self._limits = ReaderLimits(**request["limits"])
        self._client, self._link, self._folder = client, link, folder
        self._workers = workers
        self._collected = Collected(request["file_name"], options_of(request), self._limits)
        self._children: dict[int, Child] = {}  # by the pipe of its messages
        self._final: bytes | None = None
        self._retried: set[int] = set()
        self._deaths = 0
        self._budget = Budget(self._limits)

    def answer(self) -> bytes:
        """JSON for the client: `ok` or `error`, and what it cost."""
        self._start_child()
        while self._children:
            self._step()
            self._check_limits()
        about = {
            "cost": self._budget.cost(),
            "code": code_version(),
            "page_count": self._collected.page_count,
        }
        if self._final is not None:
            return self._final[:-1] + b"," + json.dumps(about).encode()[1:]
        return self._collected.answer(about, self._budget.active_s)

    def summary(self) -> str:
        """What was done and what it cost; nothing of what the document says."""
        cost = ", ".join(f"{name} {value}" for name, value in self._budget.cost().items())
        return f"{self._collected.pages_read} page(s), {cost}"

    def _start_child(self) -> None:
        self._budget.started += 1
        folder = self._folder / str(self._budget.started)
        held = [n for c in self._children.values() for n in (c.messages, c.orders)]
        child = started(
            self._request,
            self._limits,
            folder,
            self._budget.cpu_left_s(),
            [*held, self._link.fileno()],
        )
        self._children[child.messages] = child

    def _step(self) -> None:
        """Wait a moment for whatever happens, and do what follows from it."""
        is_active = not all(child.is_waiting for child in self._children.values())
        begun = time.monotonic()
        poll = select.poll()
        for number in (self._client.fileno(), self._link.fileno(), *self._children):
            poll.register(number, select.POLLIN)
        ready = {number for number, _ in poll.poll(_TICK_MS)}
        if is_active:
            self._budget.active_s += time.monotonic() - begun
        if self._client.fileno() in ready:  # nothing more is expected from there
            raise ClientGone
        if self._link.fileno() in ready:
            self._take_turns(os.read(self._link.fileno(), 256))
        for number in ready & set(self._children):
            self._hear(self._children[number])

    def _take_turns(self, granted: bytes) -> None:
        """Each byte is a turn, and says how many more nobody else wants."""
        if not granted:
            raise ClientGone  # the server has ended
        for idle in granted:
            child = next((c for c in self._children.values() if c.is_waiting), None)
            if child is None:
                self._link.sendall(GIVE_BACK)
                continue
            child.is_waiting, child.has_turn = False, True
            child.order(0)
            room = self._workers - len(self._children)
            for _ in range(min(idle, room, len(self._collected.todo))):
                self._start_child()

    def _hear(self, child: Child) -> None:
        lines = child.said()
        if lines is None:
            self._bury(child)
            return
        for line in lines:
            self._collected.size += len(line)
            try:
                self._understand(child, line)
            except BadDocument as error:
                self._fail(error)
            except (ValueError, KeyError, TypeError, IndexError):
                child.kill(_GARBLED)

    def _understand(self, child: Child, line: bytes) -> None:
        """One message: a head, a page, a bad page, a word about turns, or the whole answer."""
        start, _, rest = line.partition(b"\t")
        message = json.loads(start)
        match message:
            case {"head": dict(head), "page_count": int(count)}:
                self._collected.begin(head, count)
                child.is_open = True
                child.mapped_when_open = child.mapped()
                self._next_page(child)
            case {"page": number, "seen": seen} if number == child.page:
                self._collected.add(number, Seen(*seen), rest)
                self._next_page(child)
            case {"page": number, "bad": str(reason), "error": name} if number == child.page:
                is_last = bool(message["ends"])  # for want of memory
                if is_last and child.is_worn and number not in self._retried:
                    self._again(child, number)
                else:
                    self._collected.add_bad(number, fault_of(name, reason))
                self._next_page(child, is_last)
            case {"turn": True}:
                child.is_waiting = True
                self._link.sendall(ASK)
            case {"turn": False}:
                self._give_back(child)
            case {"ok": _} | {"error": str()} if not self._collected.is_open:
                self._finish(line)
            case {"error": str()}:
                pass  # it could not open what another child has opened; it ends by itself
            case _:
                raise ValueError(start)

    def _finish(self, answer: bytes) -> None:
        """This is the answer, whatever else may be under way."""
        self._final = answer
        self._collected.todo.clear()
        for child in self._children.values():
            child.kill()

    def _fail(self, error: LadingError) -> None:
        self._finish(json.dumps(error_to_json(error)).encode())

    def _next_page(self, child: Child, is_last: bool = False) -> None:
        child.page = 0
        if is_last or not self._collected.todo:
            child.dismiss()
            return
        if child.has_grown(self._limits):
            child.dismiss()
            self._start_child()
            return
        child.is_worn = child.mapped() - child.mapped_when_open > _WORN_BYTES
        child.page = self._collected.todo.popleft()
        child.page_begun_at_cpu_s = child.cpu_s()
        child.order(child.page)

    def _give_back(self, child: Child) -> None:
        if child.has_turn:
            child.has_turn = False
            self._link.sendall(GIVE_BACK)

    def _bury(self, child: Child) -> None:
        """A child has ended: name the page that it died on, and have another go on."""
        del self._children[child.messages]
        end = child.ended()
        self._budget.add(end)
        self._give_back(child)
        if self._final is not None:
            return
        is_done = child.is_open and not child.page
        if not is_done or child.fault:
            self._blame(child, end)
        if self._final is None and (self._collected.todo or not self._collected.is_open):
            has_failed = not is_done or not self._children
            self._go_on(has_died=has_failed and not child.is_forgiven)

    def _blame(self, child: Child, end: End) -> None:
        fault = child.fault or cause(end, self._limits, self._budget.warm_mb)
        is_innocent = is_killed_by_others(end, child) or (child.is_worn and not child.fault)
        if is_innocent and child.page not in self._retried:
            self._again(child, child.page)
        elif child.page:
            self._collected.add_bad(child.page, fault)
        elif not self._collected.is_open:
            self._fail(fault.error)

    def _again(self, child: Child, page: int) -> None:
        """Another child reads this page (0: opens the file), and this one is not to blame."""
        child.is_forgiven = True
        self._retried.add(page)
        if page:
            self._collected.todo.appendleft(page)

    def _go_on(self, has_died: bool) -> None:
        """Pages are left, or the file is still to be opened."""
        self._deaths += has_died
        if not self._budget.cpu_left_s():
            self._stop(self._budget.over_cpu())
        elif self._deaths > MAX_DEATHS:
            why = f"not read: the reader died {self._deaths} times on this document"
            self._collected.give_up(Fault(ReaderCrashed(why), why))
        elif not self._children:
            self._start_child()

    def _check_limits(self) -> None:
        if self._final is not None:
            return
        children = self._children.values()
        size = self._collected.size + sum(child.unfinished_bytes() for child in children)
        match self._budget.passed(children, size):
            case Fault() as fault:
                self._stop(fault)
            case ReaderUnavailable() as error:
                self._fail(error)
            case None:
                for child, fault in self._budget.check_cpu(children):
                    child.kill(fault)

    def _stop(self, fault: Fault) -> None:
        """No more of this document is read; what was read is kept."""
        why = f"not read: the document took {fault.reason}"
        self._collected.give_up(Fault(fault.error, why))
        for child in self._children.values():
            child.kill(fault)

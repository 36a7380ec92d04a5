"""One request: hands its pages to children, replaces those that die, keeps what came back."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from include.errors import BadDocument, LadingError, ReaderCrashed, ReaderUnavailable
from include.pages.answer import error_to_json
from include.pages.cache import code_version
from include.pages.legible import Seen
from include.pages.options import options_of
from include.pages.server.budget import Budget
from include.pages.server.children import (
    GARBLED,
    Child,
    End,
    Fault,
    cause,
    fault_of,
    is_killed_by_others,
    started,
)
from include.pages.server.collected import Collected
from include.pages.server.kept import Means, is_light, may_share
from include.settings import ReaderLimits

#: Children that may die on one document before its other pages are given up.
MAX_DEATHS = 5
#: A child that earlier pages have left with so much may fail on one that a fresh one can read.
_WORN_BYTES = 64 << 20


class Request:
    """What is known while one request is worked on; told of what happens, it never waits itself."""

    def __init__(self, request: Mapping[str, Any], number: int, means: Means) -> None:
        """`number` is what it is known by to the turns."""
        self._request = request
        self._limits = ReaderLimits(**request["limits"])
        self._number, self._means, self._turns = number, means, means.turns
        self._collected = Collected(request["file_name"], options_of(request), self._limits)
        self._children: list[Child] = []
        self._final: bytes | None = None
        self._retried: set[int] = set()
        self._deaths = 0
        self._budget = Budget(self._limits)
        self._accounted_at = time.monotonic()

    def begin(self) -> None:
        self._accounted_at = time.monotonic()
        kept = self._means.kept.handed(self._request, self._limits)
        if not kept:
            self._start_child()
            return
        self._budget.started += 1
        self._children.append(kept)

    @property
    def is_done(self) -> bool:
        """Whether all children have ended: there is an answer, unless it was abandoned."""
        return not self._children

    def watched(self) -> dict[int, int]:
        """What to wait for: events by pipe of its children."""
        return {
            pipe: events for child in self._children for pipe, events in child.watched().items()
        }

    def account(self, now: float) -> None:
        """Note the time that has passed since the last call; waiting for a turn is free."""
        if not all(child.is_waiting for child in self._children):
            self._budget.active_s += now - self._accounted_at
        self._accounted_at = now

    def happened(self, pipe: int) -> None:
        """Something has come, or can go, through this pipe."""
        for child in tuple(self._children):
            if child.messages == pipe:
                self._hear(child)
            elif child.orders == pipe:
                child.send_more()

    def check(self) -> None:
        """Bury who has ended, kill who is over its limits."""
        for child in tuple(self._children):
            end = child.ended() if child.messages < 0 else None
            if end:
                self._bury(child, end)
        self._check_limits()

    def abandon(self) -> None:
        """Nobody wants the answer: its children are to end."""
        self._finish(b"{}")

    def answer(self) -> bytes:
        """JSON for the client: `ok` or `error`, and what it cost."""
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
        folder = self._means.scratch / f"{self._number}-{self._budget.started}"
        self._children.append(
            started(self._request, self._limits, folder, self._budget.cpu_left_s())
        )

    def take_turn(self, idle: int) -> None:
        """One of its children may do OCR, and nobody else wants that many more turns."""
        child = next((c for c in self._children if c.is_waiting and c.messages >= 0), None)
        if child is None:
            self._turns.give_back(self._number)
            return
        child.is_waiting, child.has_turn = False, True
        child.order(0)
        room = self._means.workers - len(self._children)
        for _ in range(min(idle, room, len(self._collected.todo))):
            self._start_child()

    def _hear(self, child: Child) -> None:
        lines = child.said()
        if lines is None:
            child.close()
            return
        for line in lines:
            self._collected.size += len(line)
            if self._final is not None or child.fault is GARBLED:
                return
            if child not in self._children:  # it has read all, and says more
                child.kill(GARBLED)
                return
            try:
                self._understand(child, line)
            except BadDocument as error:
                self._fail(error)
            except (ValueError, KeyError, TypeError, IndexError, RecursionError):
                child.kill(GARBLED)

    def _understand(self, child: Child, line: bytes) -> None:
        """One message: a head, a page, a bad page, a word about turns, or the whole answer."""
        start, _, rest = line.partition(b"\t")
        message = json.loads(start)
        match message:
            case {"head": dict(head), "page_count": int(count)} if not child.is_open:
                self._collected.begin(head, count)
                child.is_open = True
                child.mapped_when_open = child.mapped()
                self._next_page(child)
            case {"page": number, "seen": seen} if number == child.page > 0:
                self._collected.add(number, Seen(*seen), rest)
                self._next_page(child)
            case {"page": number, "bad": str(reason), "error": name} if number == child.page > 0:
                is_last = bool(message["ends"])  # for want of memory
                if is_last and child.is_worn and number not in self._retried:
                    self._again(child, number)
                else:
                    self._collected.add_bad(number, fault_of(name, reason))
                self._next_page(child, is_last)
            case {"turn": True} if not (child.is_waiting or child.has_turn):
                child.is_waiting = child.has_done_ocr = True
                self._turns.ask(self._number)
            case {"turn": False} if child.has_turn:
                self._give_back(child)
            case {"error": str(), "detail": str(detail)} if self._may_be_worn_out(child, detail):
                self._again(child, 0)
                child.dismiss()
            case {"ok": _} | {"error": str()} if not self._collected.is_open:
                self._finish(line)
            case {"error": str()}:
                pass  # it could not open what another child has opened; it ends by itself
            case _:
                raise ValueError(start)

    def _may_be_worn_out(self, child: Child, detail: str) -> bool:
        """Whether it could not open a file that a fresh child may be able to open."""
        is_first = not self._collected.is_open and 0 not in self._retried
        return is_first and child.is_worn and detail.endswith("of memory")

    def _finish(self, answer: bytes) -> None:
        """This is the answer, whatever else may be under way."""
        self._final = answer
        self._collected.todo.clear()
        for child in self._children:
            child.kill()

    def _fail(self, error: LadingError) -> None:
        self._finish(json.dumps(error_to_json(error)).encode())

    def _next_page(self, child: Child, is_last: bool = False) -> None:
        child.page = 0
        if is_last or not self._collected.todo:
            if self._may_stay(child):
                self._children.remove(child)
                self._budget.add(child.so_far())
                self._means.kept.keep(child)
            else:
                child.dismiss()
            return
        if child.has_grown(self._limits):
            child.dismiss()
            self._start_child()
            return
        grown = child.mapped() - child.mapped_when_open
        child.is_worn = child.files_read > 0 or grown > _WORN_BYTES
        child.page = self._collected.todo.popleft()
        child.page_begun_at_cpu_s = child.cpu_s()
        child.order(child.page)

    def _may_stay(self, child: Child) -> bool:
        """Whether it may read the next file: all went well, and it was all that was needed."""
        is_clean = not (self._collected.has_bad or self._retried or child.fault)
        is_alone = self._budget.started == 1 and may_share(self._request) and child.is_open
        return is_clean and is_alone and is_light(child, self._limits)

    def _give_back(self, child: Child) -> None:
        if child.has_turn:
            child.has_turn = False
            self._turns.give_back(self._number)

    def _bury(self, child: Child, end: End) -> None:
        """A child has ended: name the page that it died on, and have another go on."""
        self._children.remove(child)
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
        if child.is_forgiven:
            return
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
        children = self._children
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
        for child in self._children:
            child.kill(fault)

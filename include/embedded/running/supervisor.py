"""Keeps the stack's processes running: starts them in order, adopts, restarts, reports."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from include.embedded.parts.plan import Component, Part, Step, parts
from include.embedded.running.home import Stack, code_digest, open_stack, settings_digest
from include.embedded.running.processes import (
    Identity,
    Record,
    holders,
    identify,
    is_port_free,
    port_user,
    spawn,
    stop,
    tail,
)
from include.errors import LadingError, PortInUse, StackFailed

log = logging.getLogger("supervisor")
_TICK_S = 0.25
#: A component that dies more often than this within the window is given up until the next `up`.
_RESTARTS, _WINDOW_S = 5, 300.0


@dataclass(kw_only=True)
class Status:
    """How one part is doing, as `make status` shows it."""

    name: str
    is_process: bool
    state: str = "waiting"  # waiting | running | done | starting | healthy | failed
    pid: int | None = None
    port: int | None = None
    since: float = 0.0
    restarts: int = 0
    message: str = ""


def supervisor_fingerprint() -> str:
    """Another one means: a new supervisor has to take over."""
    return settings_digest([code_digest()], dict(os.environ))


class Supervisor:
    """One thread per part: wait for what it needs, start or adopt it, watch it."""

    def __init__(self, stack: Stack, plan: Sequence[Part]) -> None:
        self.stack = stack
        self.plan = plan
        self.state_path = stack.run / "state.json"
        self.said: list[str] = []
        self.statuses = {
            part.name: Status(
                name=part.name,
                is_process=isinstance(part, Component),
                port=part.port if isinstance(part, Component) else None,
            )
            for part in plan
        }
        self.changed = threading.Condition()
        self.ending = threading.Event()
        self.began = time.time()
        self.fingerprint = supervisor_fingerprint()

    def run(self) -> None:
        """Until SIGTERM; the components are left running."""
        signal.signal(signal.SIGTERM, lambda *_: self.ending.set())
        self.report()
        for part in self.plan:
            threading.Thread(target=self.keep, args=(part,), name=part.name, daemon=True).start()
        self.ending.wait()
        log.info("ends; the components run on")

    def say(self, text: str) -> None:
        log.info("%s", text)
        self.said.append(text)
        self.report()

    def report(self) -> None:
        """Write the state for `up` and `status`, whole or not at all."""
        with self.changed:
            state = {
                "supervisor": asdict(identify(os.getpid()) or Identity(0, 0, "")),
                "fingerprint": self.fingerprint,
                "began": self.began,
                "said": self.said,
                "parts": [asdict(status) for status in self.statuses.values()],
            }
            aside = self.state_path.with_suffix(".new")
            try:
                aside.write_text(json.dumps(state), encoding="utf-8")
                aside.replace(self.state_path)
            except OSError as error:  # a full disk must not end the watch
                log.error("cannot write the state: %s", error)
            self.changed.notify_all()

    def set(self, name: str, state: str, message: str = "", **values: float | None) -> None:
        status = self.statuses[name]
        status.state, status.message = state, message
        for key, value in values.items():
            setattr(status, key, value)
        log.info("%s: %s %s", name, state, message)
        self.report()

    def wait_for(self, needs: Sequence[str]) -> None:
        with self.changed:
            while any(self.statuses[n].state not in {"done", "healthy"} for n in needs):
                self.changed.wait(5)

    def keep(self, part: Part) -> None:
        """Body of a part's thread; what goes wrong is reported; the next `up` tries again."""
        try:
            if isinstance(part, Step):
                self.wait_for(part.needs)
                self.set(part.name, "running", since=time.time())
                part.run(self.say)
                self.set(part.name, "done")
            else:
                Keeper(self, part).run()
        except LadingError as error:
            self.set(part.name, "failed", str(error), pid=None)
        except Exception as error:
            log.exception("%s", part.name)
            self.set(part.name, "failed", f"{type(error).__name__}: {error}", pid=None)


class Keeper:
    """Keeps one component running."""

    def __init__(self, supervisor: Supervisor, component: Component) -> None:
        self.supervisor = supervisor
        self.component = component
        run, logs = supervisor.stack.run, supervisor.stack.logs
        self.record_path = run / f"{component.name}.json"
        self.lock = run / f"{component.name}.lock"
        self.log_path = logs / f"{component.name}.log"
        self.deaths: list[float] = []

    def run(self) -> None:
        record = self.adopt()
        while not self.supervisor.ending.is_set():
            if record is None:
                self.supervisor.wait_for(self.component.needs)
                record = self.start()
            if self.becomes_healthy(record):
                self.watch(record.identity)
            if self.supervisor.ending.is_set():
                return
            self.clear(record)
            record = None
            self.pause()

    def adopt(self) -> Record | None:
        """The process that an earlier supervisor started, when it runs and fits the settings."""
        record = Record.load(self.record_path)
        is_ours = record is not None and record.identity.is_alive()
        if is_ours and record and self.is_current(record):
            log.info("%s: adopted pid %s", self.component.name, record.identity.pid)
            return record
        if is_ours or holders(self.lock):
            log.info("%s: replaced", self.component.name)
            self.clear(record)
        return None

    def is_current(self, record: Record) -> bool:
        try:
            return record.fingerprint == self.component.fingerprint()
        except OSError:
            return False

    def start(self) -> Record:
        component = self.component
        self.clear(None)
        if component.port is not None and not is_port_free(component.port):
            raise PortInUse(port_message(component))
        component.before_start()
        since = time.time()
        process = spawn(component.launch(), log=self.log_path, lock=self.lock)
        identity = identify(process.pid)
        threading.Thread(target=process.wait, daemon=True).start()
        record = Record(
            identity=identity or Identity(process.pid, -1, ""),
            fingerprint=component.fingerprint(),
            since=since,
        )
        try:
            record.save(self.record_path)
        except OSError as error:  # found again by its lock
            log.error("cannot write down %s: %s", component.name, error)
        self.supervisor.set(component.name, "starting", pid=process.pid, since=since)
        return record

    def becomes_healthy(self, record: Record) -> bool:
        """False when it died or gave no sign of life within its limit."""
        name, pid = self.component.name, record.identity.pid
        deadline = time.monotonic() + self.component.start_limit_s
        while record.identity.is_alive() and not self.supervisor.ending.is_set():
            if self.component.is_healthy(record.since):
                self.supervisor.set(name, "healthy", pid=pid, since=record.since)
                return True
            if time.monotonic() > deadline:
                limit = self.component.start_limit_s
                self.supervisor.say(f"{name}: no sign of life for {limit:.0f} s, restarting")
                return False
            time.sleep(_TICK_S)
        return False

    def watch(self, identity: Identity) -> None:
        while identity.is_alive() and not self.supervisor.ending.is_set():
            time.sleep(_TICK_S)

    def clear(self, record: Record | None) -> None:
        """No process of this component is left behind: neither hung nor orphaned."""
        main = record.identity if record else None
        stop(main, self.lock, number=self.component.stop_signal, grace_s=self.component.stop_s)
        self.record_path.unlink(missing_ok=True)

    def pause(self) -> None:
        """Before the next try; raises StackFailed when it dies again and again."""
        now = time.monotonic()
        self.deaths = [at for at in self.deaths if now - at < _WINDOW_S] + [now]
        name = self.component.name
        status = self.supervisor.statuses[name]
        if len(self.deaths) > _RESTARTS:
            raise StackFailed(
                f"{name} ended {len(self.deaths)} times; {self.log_path} ends with:\n"
                f"{tail(self.log_path)}"
            )
        self.supervisor.set(name, "starting", "restarting", pid=None, restarts=status.restarts + 1)
        self.supervisor.ending.wait(min(15.0, 0.25 * 3 ** (len(self.deaths) - 1)))


def port_message(component: Component) -> str:
    user = port_user(component.port or 0) or "a process that this user may not see"
    text = f"{component.port} (for {component.name}) is used by {user}."
    if component.port_setting:
        text += f" Stop that, or set {component.port_setting} to a free port."
    return text


def main() -> int:
    """Exactly one supervisor per home: a second one leaves at once."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr, force=True
    )
    logging.getLogger("httpx").setLevel(logging.WARNING)
    stack = open_stack()
    with (stack.run / "supervisor.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log.info("another supervisor runs")
            return 0
        Supervisor(stack, parts(stack)).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())

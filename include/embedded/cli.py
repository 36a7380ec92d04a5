"""The commands of the embedded stack: up, down, status and demo."""

from __future__ import annotations

import fcntl
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from include.embedded import status
from include.embedded.home import Stack, open_stack
from include.embedded.plan import Component, parts
from include.embedded.processes import (
    Identity,
    Record,
    holders,
    is_port_free,
    send,
    spawn_detached,
    stop,
    tail,
    wait_gone,
)
from include.embedded.supervisor import port_message, supervisor_fingerprint
from include.embedded.terminal import complain, say
from include.errors import LadingError, PortInUse, StackFailed
from include.settings import PROJECT_ROOT, load_settings

_UP_LIMIT_S = float(os.environ.get("LADING_UP_LIMIT_S", "900"))
_LOCK_LIMIT_S = 120.0


@contextmanager
def exclusive(home: Path) -> Iterator[None]:
    """One `up` or `down` at a time for a home."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "command.lock").open("a") as lock:
        deadline = time.monotonic() + _LOCK_LIMIT_S
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise StackFailed(
                        f"another `make up` or `make down` on {home} has not ended"
                        f" for {_LOCK_LIMIT_S:.0f} s."
                    ) from None
                time.sleep(0.2)
        yield


def up() -> int:
    """Start what does not run; returns when everything is healthy."""
    began = time.monotonic()
    stack = open_stack()
    with exclusive(stack.home):
        state = status.state_of(stack.run)
        identity = status.supervisor_of(state)
        if identity is not None and not _is_fit(state):
            say("the supervisor is replaced; what runs and fits is kept")
            _end_supervisor(identity)
            identity = None
        if identity is None:
            _check_ports(stack)
            identity = _start_supervisor(stack)
        follow(stack, identity, began)
    status.say_login(stack)
    return 0


def _is_fit(state: dict[str, Any]) -> bool:
    """Whether the running supervisor knows the present settings and code and has not given up."""
    has_failed = any(part["state"] == "failed" for part in state.get("parts", []))
    return not has_failed and state.get("fingerprint") == supervisor_fingerprint()


def _check_ports(stack: Stack) -> None:
    """Say at once that a port is taken, before anything slow."""
    for part in parts(stack):
        if not isinstance(part, Component) or part.port is None or is_port_free(part.port):
            continue
        if not holders(stack.run / f"{part.name}.lock"):
            raise PortInUse(port_message(part))


def _start_supervisor(stack: Stack) -> Identity:
    log = stack.logs / "supervisor.log"
    (stack.run / "state.json").unlink(missing_ok=True)
    process = spawn_detached(
        [sys.executable, "-m", "include.embedded.supervisor"], cwd=PROJECT_ROOT, log=log
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        identity = status.supervisor_of(status.state_of(stack.run))
        if identity is not None:
            return identity
        if process.poll() is not None:
            raise StackFailed(f"the supervisor ended at once, {log} ends with:\n{tail(log)}")
        time.sleep(0.05)
    raise StackFailed(f"the supervisor did not start within 60 s, {log} ends with:\n{tail(log)}")


def _end_supervisor(identity: Identity) -> None:
    send(identity, 15)
    if wait_gone([identity], 10):
        send(identity, 9)
        wait_gone([identity], 5)


def follow(stack: Stack, identity: Identity, began: float) -> None:
    """Print what changes until all is healthy; raises StackFailed on failure or time-out."""
    shown: dict[str, str] = {}
    told = 0
    while True:
        state = status.state_of(stack.run)
        elapsed = f"[{time.monotonic() - began:5.1f} s]"
        said = state.get("said", [])
        for _, text in said[told:]:
            say(f"{elapsed} {text}")
        told = len(said)
        for part in state.get("parts", []):
            if part["state"] != shown.get(part["name"]) and part["state"] != "waiting":
                shown[part["name"]] = part["state"]
                say(f"{elapsed} {status.line_of(part)}")
        _raise_failed(stack, state)
        if state.get("parts") and all(p["state"] in {"done", "healthy"} for p in state["parts"]):
            return
        if not identity.is_alive():
            log = stack.logs / "supervisor.log"
            raise StackFailed(f"the supervisor has ended, {log} ends with:\n{tail(log)}")
        if time.monotonic() - began > _UP_LIMIT_S:
            raise StackFailed(_unfinished(stack, state))
        time.sleep(0.1)


def _raise_failed(stack: Stack, state: dict[str, Any]) -> None:
    failed = [part for part in state.get("parts", []) if part["state"] == "failed"]
    if failed:
        texts = "\n".join(f"{part['name']}: {part['message']}" for part in failed)
        raise StackFailed(f"\n{texts}\nThe logs are in {stack.logs}; `make up` tries again.")


def _unfinished(stack: Stack, state: dict[str, Any]) -> str:
    waiting = [p for p in state.get("parts", []) if p["state"] not in {"done", "healthy"}]
    lines = [f"not ready within {_UP_LIMIT_S:.0f} s:"]
    for part in waiting:
        log = stack.logs / f"{part['name']}.log"
        lines.append(f"  {part['name']} is {part['state']}; {log} ends with:\n{tail(log, 5)}")
    return "\n".join(lines)


def down() -> int:
    """Stop all processes of this home and nothing else."""
    home = load_settings().home
    if not (home / "run").is_dir():
        say(f"nothing runs in {home}")
        return 0
    with exclusive(home):
        identity = status.supervisor_of(status.state_of(home / "run"))
        if identity is not None:
            _end_supervisor(identity)
        count = 0
        ordered = sorted((home / "run").glob("*.lock"), key=lambda lock: lock.stem == "postgres")
        ordered = [lock for lock in ordered if lock.stem != "supervisor"]
        others = [lock for lock in ordered if lock.stem != "postgres"]
        count += _stop_together(others)
        count += _stop_together([lock for lock in ordered if lock.stem == "postgres"])
    say(f"stopped {count} components of {home}" if count else f"nothing ran in {home}")
    return 0


def _stop_together(locks: list[Path]) -> int:
    """Ask all at once, then wait for each."""
    running = []
    for lock in locks:
        record = Record.load(lock.with_suffix(".json"))
        if not holders(lock):
            continue
        number = 2 if lock.stem == "postgres" else 15
        if record is not None:
            send(record.identity, number)
        running.append((lock, record, number))
    for lock, record, number in running:
        began = time.monotonic()
        main = record.identity if record else None
        grace_s = 30 if lock.stem == "postgres" else 10
        if main is not None:
            wait_gone([main], grace_s)
        stop(main, lock, number=number, grace_s=1)
        lock.with_suffix(".json").unlink(missing_ok=True)
        say(f"{lock.stem}: stopped ({time.monotonic() - began:.1f} s)")
    return len(running)


def main(argv: list[str]) -> int:
    from include.embedded import demo

    commands: dict[str, Callable[[], int]] = {
        "up": up,
        "down": down,
        "status": status.show,
        "demo": lambda: demo.run(up),
    }
    if len(argv) != 1 or argv[0] not in commands:
        say(f"usage: python -m include.embedded.cli {'|'.join(commands)}")
        return 2
    try:
        return commands[argv[0]]()
    except LadingError as error:
        complain(f"{argv[0]}: {error}")
        return 1
    except BrokenPipeError:  # the reader of our output has left
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt:
        complain("interrupted; what was started goes on (`make down` stops it)")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The commands of the embedded stack: up, down, status and demo."""

from __future__ import annotations

import fcntl
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from include.embedded import status
from include.embedded.parts.plan import Component, parts
from include.embedded.running.follow import Follower
from include.embedded.running.home import Stack, open_stack
from include.embedded.running.processes import (
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
from include.embedded.running.supervisor import port_message, supervisor_fingerprint
from include.embedded.terminal import complain, say
from include.errors import LadingError, PortInUse, StackFailed
from include.settings import PROJECT_ROOT, load_settings

_LOCK_LIMIT_S = 600.0


@contextmanager
def exclusive(home: Path) -> Iterator[None]:
    """One `up` or `down` at a time for a home."""
    with (home / "command.lock").open("a") as lock:
        deadline = time.monotonic() + _LOCK_LIMIT_S
        is_told = False
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
                if not is_told:
                    say("waits for another `make up` or `make down` on this home")
                    is_told = True
                time.sleep(0.2)
        yield


def _supervisor(run: Path) -> Identity | None:
    """The running supervisor of a home: only it holds this lock file open."""
    return next(iter(holders(run / "supervisor.lock")), None)


def up() -> int:
    """Start what does not run; returns when everything is healthy."""
    began = time.monotonic()
    stack = open_stack()
    with exclusive(stack.home):
        identity = _supervisor(stack.run)
        if identity is not None and not _is_fit(stack.run):
            say("the supervisor is replaced; what runs and fits is kept")
            _end_supervisor(identity)
            identity = None
        if identity is None:
            _check_ports(stack)
            identity = _start_supervisor(stack)
        Follower(stack, identity, began).run()
    status.say_login(stack)
    return 0


def _is_fit(run: Path) -> bool:
    """Whether the running supervisor knows the present settings and code and has not given up."""
    state = status.state_of(run)
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
        [sys.executable, "-m", "include.embedded.running.supervisor"], cwd=PROJECT_ROOT, log=log
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


def down() -> int:
    """Stop all processes of this home and nothing else."""
    home = load_settings().home
    if not (home / "run").is_dir():
        say(f"nothing runs in {home}")
        return 0
    with exclusive(home):
        identity = _supervisor(home / "run")
        if identity is not None:
            _end_supervisor(identity)
        locks = [path for path in (home / "run").glob("*.lock") if path.stem != "supervisor"]
        count = _stop_together([lock for lock in locks if lock.stem != "postgres"])
        count += _stop_together([lock for lock in locks if lock.stem == "postgres"])
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
    except OSError as error:
        if isinstance(error, BrokenPipeError):  # who read our output has left
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 141
        complain(f"{argv[0]}: {error}")
        return 1
    except KeyboardInterrupt:
        complain("interrupted; what was started goes on (`make down` stops it)")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

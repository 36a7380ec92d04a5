"""Shows what the supervisor does until everything is healthy, or says what is not."""

from __future__ import annotations

import os
import time
from typing import Any

from include.embedded import status
from include.embedded.running.home import Stack
from include.embedded.running.processes import Identity, Record, tail
from include.embedded.terminal import say
from include.errors import StackFailed

_LIMIT_S = float(os.environ.get("LADING_UP_LIMIT_S", "900"))
#: What lost its database takes a moment to fall over.
_STEADY_S = 1.5


class Follower:
    """Prints each change once."""

    def __init__(self, stack: Stack, supervisor: Identity, began: float) -> None:
        self.stack = stack
        self.supervisor = supervisor
        self.began = began
        self.shown: dict[str, str] = {}
        self.told = 0

    def run(self) -> None:
        """Returns when all is healthy; raises StackFailed on failure or time-out."""
        steady_s, healthy_since = 0.0, None
        while True:
            state = status.state_of(self.stack.run)
            self._print(state)
            self._raise_failure(state)
            if not is_all_healthy(self.stack, state):
                steady_s, healthy_since = _STEADY_S, None
            elif healthy_since is None:
                healthy_since = time.monotonic()
            if healthy_since is not None and time.monotonic() - healthy_since >= steady_s:
                return
            time.sleep(0.1)

    def _print(self, state: dict[str, Any]) -> None:
        elapsed = f"[{time.monotonic() - self.began:5.1f} s]"
        said = state.get("said", [])
        for text in said[self.told :]:
            say(f"{elapsed} {text}")
        self.told = len(said)
        for part in state.get("parts", []):
            line = status.line_of(part)
            if part["state"] != "waiting" and self.shown.get(part["name"]) != line:
                self.shown[part["name"]] = line
                say(f"{elapsed} {line}")

    def _raise_failure(self, state: dict[str, Any]) -> None:
        failed = [part for part in state.get("parts", []) if part["state"] == "failed"]
        if failed:
            texts = "\n".join(f"{part['name']}: {part['message']}" for part in failed)
            raise StackFailed(f"\n{texts}\nThe logs are in {self.stack.logs}; `make up` repeats.")
        if not self.supervisor.is_alive():
            log = self.stack.logs / "supervisor.log"
            raise StackFailed(f"the supervisor has ended, {log} ends with:\n{tail(log)}")
        if time.monotonic() - self.began > _LIMIT_S:
            raise StackFailed(unfinished(self.stack, state))


def is_all_healthy(stack: Stack, state: dict[str, Any]) -> bool:
    """As the supervisor says, and as can be seen now: it looks only some times a second."""
    parts = state.get("parts", [])
    return bool(parts) and all(_is_healthy(stack, part) for part in parts)


def _is_healthy(stack: Stack, part: dict[str, Any]) -> bool:
    if not part["is_process"]:
        return bool(part["state"] == "done")
    record = Record.load(stack.run / f"{part['name']}.json")
    return part["state"] == "healthy" and record is not None and record.identity.is_alive()


def unfinished(stack: Stack, state: dict[str, Any]) -> str:
    """Which parts are not ready, each with the end of its log."""
    lines = [f"not ready within {_LIMIT_S:.0f} s:"]
    for part in state.get("parts", []):
        if part["state"] not in {"done", "healthy"}:
            log = stack.logs / f"{part['name']}.log"
            end = f"; {log} ends with:\n{tail(log, 5)}" if part["is_process"] else ""
            lines.append(f"  {part['name']} is {part['state']}{end}")
    return "\n".join(lines)

"""A stack of its own for a test module, driven by the same commands a person types."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from include.embedded.running.processes import free_port, holders

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class StackUnderTest:
    """One home with its own ports; nothing of the caller's settings reaches it."""

    home: Path
    airflow_port: int
    erp_port: int

    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("LADING_", "AIRFLOW_"))}
        return kept | {
            "LADING_HOME": str(self.home),
            "LADING_AIRFLOW_PORT": str(self.airflow_port),
            "LADING_ERP_PORT": str(self.erp_port),
            # The ERP's database is built once for all homes of the tests.
            "LADING_CACHE": os.environ.get("LADING_CACHE") or str(PROJECT / ".lading/test-cache"),
        }

    def begin(self, command: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "include.embedded", command],
            cwd=PROJECT,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, command: str, timeout_s: float = 300) -> tuple[int, str]:
        """Exit code and output."""
        with self.begin(command) as process:
            try:
                output, _ = process.communicate(timeout=timeout_s)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        return process.returncode, output

    def up(self) -> str:
        code, output = self.run("up")
        assert code == 0, output
        return output

    def state(self) -> dict[str, Any]:
        try:
            state: dict[str, Any] = json.loads((self.home / "run" / "state.json").read_text())
        except (OSError, ValueError):
            return {}
        return state

    def pids(self) -> dict[str, int]:
        """Of the supervisor and of each component, as written down."""
        state = self.state()
        pids = {p["name"]: p["pid"] for p in state["parts"] if p["is_process"]}
        return {"supervisor": state["supervisor"]["pid"], **pids}

    def kill(self, *names: str) -> None:
        """kill -9 of the main processes."""
        pids = self.pids()
        for name in names:
            os.kill(pids[name], signal.SIGKILL)

    def kill_everything(self) -> None:
        """As when the machine loses power: nothing gets a word in."""
        with contextlib.suppress(ProcessLookupError, KeyError):
            os.kill(self.state()["supervisor"]["pid"], signal.SIGKILL)
        for lock in (self.home / "run").glob("*.lock"):
            for process in holders(lock):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGKILL)

    def processes(self) -> int:
        """How many processes of this home run."""
        return sum(len(holders(lock)) for lock in (self.home / "run").glob("*.lock"))


def new_stack(folder: Path) -> StackUnderTest:
    return StackUnderTest(folder, free_port(), free_port())


def wait_until(what: Any, timeout_s: float = 60) -> None:
    deadline = time.monotonic() + timeout_s
    while not what():
        assert time.monotonic() < deadline, "not within the time limit"
        time.sleep(0.05)


@pytest.fixture
def fresh_stack(tmp_path: Path) -> StackUnderTest:
    """A home in which nothing was started yet."""
    return new_stack(tmp_path / "home")


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackUnderTest]:
    """The session's running stack, whose first start was interrupted by the loss of power."""
    made = new_stack(tmp_path_factory.mktemp("stack") / "home")
    try:
        with made.begin("up") as first:
            wait_until(lambda: (made.home / "postgres").exists() and made.state())
            made.kill_everything()
            first.wait(30)
        assert first.returncode != 0
        # What an initdb that was cut off leaves behind.
        (made.home / "postgres" / "data.new").mkdir(exist_ok=True)
        made.up()
        yield made
    finally:
        made.run("down")

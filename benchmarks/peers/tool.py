"""A tool that reads files, as the benchmarks see it; peers are processes that stay warm."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from benchmarks.peers import tree
from benchmarks.peers.install import PeerMissing
from include.settings import PROJECT_ROOT

#: For the whole environment of a peer: one thread each, no network, no advertising.
_ENVIRONMENT = {
    "OMP_THREAD_LIMIT": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "DO_NOT_TRACK": "1",
    "SCARF_NO_ANALYTICS": "true",
    "UNSTRUCTURED_DISABLE_NOTICE": "1",
    "HF_HUB_OFFLINE": "1",
    "PYTHONPATH": str(PROJECT_ROOT),
}
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH")
_START_S, _ANSWER_S = 180.0, 300.0


@dataclass(frozen=True)
class Answer:
    """What a tool read: lines of words, or only how many; `error` when it read nothing."""

    lines: tuple[str, ...] = ()
    confidences: tuple[float, ...] = ()
    words: int = 0
    pages: int = 0
    ocr_pages: int = 0
    error: str = ""


class Tool(Protocol):
    """Reads one file per lane at a time; has as many lanes as cores."""

    name: str
    version: str
    peak_mb: float

    def read(self, path: Path, lane: int = 0) -> Answer: ...

    def cpu_s(self) -> float:
        """CPU-seconds of its processes so far, when it is at rest."""

    def close(self) -> None: ...


class Peer:
    """A peer as one process per core, all on these cores."""

    def __init__(self, name: str, python: Path, cores: Sequence[int]) -> None:
        self.name = name
        self.peak_mb = 0.0
        self.version = ""
        self._python = python
        self._cores = cores
        self._lanes: list[subprocess.Popen[str]] = []
        for _ in cores:
            self._lanes.append(self._lane())

    def read(self, path: Path, lane: int = 0) -> Answer:
        try:
            told = _asked(self._lanes[lane], path)
        except PeerMissing as error:  # it is asked for the next one, started anew
            _ended(self._lanes[lane])
            self._lanes[lane] = self._lane()
            return Answer(error=str(error))
        self.peak_mb = max(self.peak_mb, told["peak_mb"])
        return Answer(
            lines=tuple(told.get("lines", ())),
            confidences=tuple(told.get("confidences", ())),
            words=told.get("words", 0),
            pages=told.get("pages", 0),
            error=told.get("error", ""),
        )

    def _lane(self) -> subprocess.Popen[str]:
        process = _started(self.name, self._python, self._cores)
        try:
            told = _line(process, _START_S)
            if "version" not in told:
                raise PeerMissing(str(told["error"]))
        except PeerMissing:
            _ended(process)
            raise
        self.version = str(told["version"])
        return process

    def cpu_s(self) -> float:
        return sum(tree.settled_cpu_s(lane.pid, 0) for lane in self._lanes)

    def close(self) -> None:
        for lane in self._lanes:
            _ended(lane)


def _started(name: str, python: Path, cores: Sequence[int]) -> subprocess.Popen[str]:
    environment = {key: value for key, value in os.environ.items() if key in _PASSED_ON}
    process = subprocess.Popen(
        [str(python), "-m", "benchmarks.peers.serve", name],
        cwd=PROJECT_ROOT,
        env=environment | _ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    os.sched_setaffinity(process.pid, cores)
    return process


def _ended(process: subprocess.Popen[str]) -> None:
    process.kill()
    with contextlib.suppress(OSError):
        process.communicate()


def _asked(process: subprocess.Popen[str], path: Path) -> dict[str, Any]:
    assert process.stdin is not None
    try:
        process.stdin.write(json.dumps({"path": str(path.absolute())}) + "\n")
        process.stdin.flush()
    except OSError as error:
        raise PeerMissing(f"it has ended ({error})") from error
    return _line(process, _ANSWER_S)


def _line(process: subprocess.Popen[str], limit_s: float) -> dict[str, Any]:
    """The next answer of a peer; one that takes longer than `limit_s` is ended."""
    assert process.stdout is not None
    timer = threading.Timer(limit_s, process.kill)
    timer.start()
    try:
        line = process.stdout.readline()
    finally:
        timer.cancel()
    if not line:
        raise PeerMissing(f"it ended without an answer (exit code {process.wait()})")
    found: dict[str, Any] = json.loads(line)
    return found

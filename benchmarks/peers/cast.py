"""Which tools take part: Lading always, peers as far as they can be had here."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

from benchmarks.peers.install import PeerMissing, need_program, own_python, peers_python
from benchmarks.peers.lading import Lading
from benchmarks.peers.tool import Peer, Tool

_NEED_TESSERACT = ("tesseract", "tesseract_enlarged", "ocrmypdf", "unstructured_ocr_only")
_OWN_ENVIRONMENT = ("ocrmypdf",)


def wanted_peers(all_peers: Sequence[str]) -> tuple[str, ...]:
    """Those of LADING_BENCH_PEERS (names with commas between, or `none`), else all."""
    given = os.environ.get("LADING_BENCH_PEERS")
    if not given:
        return tuple(all_peers)
    return tuple(name for name in all_peers if name in given.split(","))


class Cast:
    """Starts the tools, each warm by having read `first`, and ends them; says who is missing."""

    def __init__(self, folder: Path, peers: Sequence[str], first: Path) -> None:
        self._folder = folder
        self._first = first
        self._started: list[Tool] = []
        self._peers = list(peers)
        self.skipped: dict[str, str] = {}

    def __enter__(self) -> Cast:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for tool in self._started:
            tool.close()

    def tools(self, cores: Sequence[int], without: Sequence[str] = ()) -> dict[str, Tool]:
        """The tools with as many processes as cores, on these cores, by name."""
        home = self._folder / f"reader-{len(self._started)}"
        found: dict[str, Tool] = {"lading": self._kept(Lading(home, cores, self._first))}
        for name in [name for name in self._peers if name not in without]:
            try:
                found[name] = self._warm(self._kept(Peer(name, _python_of(name), cores)), cores)
            except PeerMissing as error:
                sys.stdout.write(f"without {name}: {error}\n")
                self.skipped[name] = str(error)
                self._peers.remove(name)
        return found

    def _kept(self, tool: Tool) -> Tool:
        self._started.append(tool)
        return tool

    def _warm(self, tool: Tool, cores: Sequence[int]) -> Tool:
        for lane in range(len(cores)):
            if (answer := tool.read(self._first, lane)).error:
                raise PeerMissing(f"it could not read {self._first.name}: {answer.error}")
        return tool


def _python_of(name: str) -> Path:
    """The Python in which the peer runs, with all that it needs."""
    if name in _NEED_TESSERACT:
        need_program("tesseract", "tesseract-ocr")
    python: Callable[[], Path] = peers_python if name in _OWN_ENVIRONMENT else own_python
    return python()

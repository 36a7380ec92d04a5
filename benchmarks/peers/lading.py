"""Lading as a tool among tools: through the reader's own process, without its cache."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType

from benchmarks.peers import tree
from benchmarks.peers.tool import Answer
from include.errors import BadDocument
from include.models import Page, Reading
from include.pages import sandbox
from include.pages.options import ReadOptions
from include.pages.reader import read_file

_ALL = ReadOptions()


class Lading:
    """A reader of this benchmark's own, whose processes stay on `cores`."""

    name = "lading"
    version = f"rapidocr {version('rapidocr')}, pypdfium2 {version('pypdfium2')}"

    def __init__(
        self,
        home: Path,
        cores: Sequence[int],
        first: Path,
        options: ReadOptions = _ALL,
        more: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """`first` is read, by these options, to start the reader and to have it warm; `more` are
        settings while this is open."""
        self.peak_mb = 0.0
        self._client_s = 0.0
        self._counting = threading.Lock()
        self._environment = {
            "LADING_READER_HOME": str(home),
            "LADING_READER_WORKERS": str(len(cores)),
            "LADING_READER_CACHE_MB": "0",
            "LADING_READER_IDLE_S": "600",
            **more,
        }
        self._before = {key: os.environ.get(key) for key in self._environment}
        os.environ |= self._environment
        with _on(cores), contextlib.suppress(BadDocument):
            read_file(first, first.name, options)
        self.pid = int(sandbox.pid_path(home).read_text())
        time.sleep(0.2)
        self._at_rest = len(tree.below(self.pid))

    def read(self, path: Path, lane: int = 0) -> Answer:
        os.environ |= self._environment  # another reader may have been asked before
        begun = time.thread_time()
        with tree.Watch(self.pid) as watch:
            try:
                answer = _answer(read_file(path, path.name))
            except BadDocument as error:
                answer = Answer(error=str(error))
        with self._counting:
            self._client_s += time.thread_time() - begun
            self.peak_mb = max(self.peak_mb, round(watch.peak_mb))
        return answer

    def cpu_s(self) -> float:
        """With what this process spent on asking and on taking the answers apart."""
        return tree.settled_cpu_s(self.pid, self._at_rest) + self._client_s

    def close(self) -> None:
        with contextlib.suppress(OSError):
            os.kill(self.pid, signal.SIGTERM)
        for key, value in self._before.items():
            if value is None:
                os.environ.pop(key, None)
            else:
                os.environ[key] = value


@contextlib.contextmanager
def _on(cores: Sequence[int]) -> Iterator[None]:
    """What is started meanwhile stays on these cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _answer(reading: Reading) -> Answer:
    pages = [_lines(page) for page in reading.pages]
    return Answer(
        lines=tuple(line for lines, _ in pages for line in lines),
        confidences=tuple(one for _, confidences in pages for one in confidences),
        words=sum(len(page.words) for page in reading.pages),
        pages=len(reading.pages),
        ocr_pages=sum("ocr" in page.flags for page in reading.pages),
    )


def _lines(page: Page) -> tuple[list[str], list[float]]:
    """The lines of a page, and a confidence for each blank-separated word in them."""
    lines: dict[int, list[str]] = {}
    confidences: dict[int, list[float]] = {}
    for word in page.words:
        parts = word.text.split()
        lines.setdefault(word.line, []).extend(parts)
        confidences.setdefault(word.line, []).extend([word.confidence] * len(parts))
    flat = [one for each in confidences.values() for one in each]
    return [" ".join(parts) for parts in lines.values()], flat

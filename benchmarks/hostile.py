"""Hostile files through the real reader: each ends within its limits, with a reason, for itself."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.hostile_files import Hostile, hostile_files
from include import errors
from include.pages.options import ReadOptions
from include.pages.sandbox import answer_to, pid_path

WALL_S, MEMORY_MB = 60, 1024
#: What the limit of time may be passed by until the answer is here: stopping, queueing, sending.
_GRACE_S = 2.0
_SETTINGS = {
    "LADING_READER_WALL_S": str(WALL_S),
    "LADING_READER_CPU_S": str(WALL_S),
    "LADING_READER_MEMORY_MB": str(MEMORY_MB),
    "LADING_READER_CACHE_MB": "0",
}
_SECCOMP_FILTER = "2"
#: By then a child has given up its rights, however busy the machine.
_STARTS_S = 5.0


@dataclass
class Watch:
    """What is seen from outside of the processes that read, while they read."""

    children: set[int] = field(default_factory=set)
    open_since: dict[int, float] = field(default_factory=dict)
    unconfined: set[int] = field(default_factory=set)
    packets: int = 0
    calls: int = 0


def run(data: Path | None) -> dict[str, Any]:
    """Every file of the folder, by its manifest.json, or the ones made here; and the attacks."""
    with _listening() as (port, watch), _reader(data) as home, tempfile.TemporaryDirectory() as tmp:
        own = list(hostile_files(port))
        wanted = [*_of_folder(data), *_calling(own)] if data else own
        results = []
        first_pid = 0
        with _watching(home, watch):
            for number, file in enumerate(wanted):
                path = Path(tmp) / f"{number}"
                path.write_bytes(file.data)
                results.append(_outcome(file, path))
                first_pid = first_pid or _server(home)
                path.unlink()
        last = _outcome(next(file for file in own if file.category == "good"), _kept(own, tmp))
        same = first_pid == _server(home) and last["pages"] == 3
    return {
        "limits": {"seconds": WALL_S, "memory_mb": MEMORY_MB},
        "files": results,
        "by_outcome": dict(Counter(result["outcome"] for result in results)),
        "by_category": _by_category(results),
        "watched": {"children": len(watch.children), "packets": watch.packets},
        "goals": _goals(results, watch, is_same_server=same),
    }


def _kept(own: list[Hostile], folder: str) -> Path:
    path = Path(folder) / "good"
    path.write_bytes(next(file.data for file in own if file.category == "good"))
    return path


def _calling(files: list[Hostile]) -> list[Hostile]:
    return [file for file in files if file.category == "calls_home"]


def _of_folder(folder: Path) -> Iterator[Hostile]:
    for entry in json.loads((folder / "manifest.json").read_text(encoding="utf-8")):
        path = folder / entry["file"]
        yield Hostile(
            entry["file"],
            entry["category"],
            path.read_bytes(),
            tuple(_passwords(entry.get("password") or "")),
            _baseline(entry.get("baseline") or {}),
        )


def _passwords(note: str) -> list[str]:
    """The note is prose: every word in it may be the password."""
    return list(dict.fromkeys(word for word in re.split(r"[\s/();=]+", note) if word))


def _baseline(found: Mapping[str, Any]) -> int | None:
    """Pages as the manifest's other tool counts them; of a picture its frames."""
    if found.get("tool") == "poppler":
        return found.get("pages")
    said = re.fullmatch(r"\w+ \(\d+, \d+\) \S+ (\d+)", str(found.get("out", "")))
    return int(said[1]) if said else None


def _outcome(file: Hostile, path: Path) -> dict[str, Any]:
    begun = time.monotonic()
    options = asdict(ReadOptions(passwords=file.passwords))
    try:
        answer = answer_to("read", path, Path(file.name).name, options=options)
    except errors.LadingError as error:
        answer = {"error": type(error).__name__, "detail": str(error), "cost": {}}
    cost = answer.get("cost", {})
    read = answer.get("ok") or {}
    return {
        "file": file.name,
        "category": file.category,
        "outcome": answer.get("error", "read"),
        "reason": answer.get("detail", ""),
        "pages": answer.get("page_count"),
        "baseline_pages": file.pages,
        "pages_read": len(read.get("pages", ())),
        "parts": len(read.get("parts", ())),
        "bad_pages": read.get("bad_pages", {}),
        "has_password": bool(file.passwords),
        "seconds": round(time.monotonic() - begun, 2),
        "cpu_s": cost.get("cpu_s", 0.0),
        "peak_mb": cost.get("peak_mb", 0),
        "own_mb": cost.get("own_mb", 0),
    }


def _by_category(results: list[dict[str, Any]]) -> dict[str, dict[str, int]]:
    counts: dict[str, Counter[str]] = {}
    for result in results:
        counts.setdefault(result["category"], Counter())[result["outcome"]] += 1
    return {category: dict(outcomes) for category, outcomes in counts.items()}


def _goals(
    results: list[dict[str, Any]], watch: Watch, is_same_server: bool
) -> dict[str, dict[str, Any]]:
    undefined = [r["file"] for r in results if not _is_defined(r["outcome"])]
    late = [r["file"] for r in results if r["seconds"] > WALL_S + _GRACE_S]
    large = [r["file"] for r in results if r["own_mb"] > MEMORY_MB]
    counted = [r for r in results if r["baseline_pages"] is not None]
    other = [r for r in counted if r["pages"] != r["baseline_pages"]]
    locked = [r for r in results if r["has_password"]]
    closed = [r for r in locked if r["outcome"] == "EncryptedDocument"]
    return {
        "files without a defined outcome": _goal(len(undefined), 0, undefined),
        "files over 60 s": _goal(len(late), 0, late),
        "files over 1 GiB": _goal(len(large), 0, large),
        "crashes of the parent": _goal(int(not is_same_server), 0),
        "connections to the listener": _goal(watch.calls, 0),
        "packets in the readers' namespaces": _goal(watch.packets, 0),
        "children without a filter": _goal(len(watch.unconfined), 0),
        "other page counts than the baseline": _goal(
            len(other), 0, [f"{r['file']}: {r['pages']} of {r['baseline_pages']}" for r in other]
        ),
        "files that their password does not open": _goal(
            len(closed), 0, [r["file"] for r in closed]
        ),
    }


def _goal(value: int, goal: int, which: list[str] | None = None) -> dict[str, Any]:
    return {"value": value, "goal": goal, "met": value <= goal, "which": which or []}


def _is_defined(outcome: str) -> bool:
    kind = getattr(errors, outcome, None)
    return outcome == "read" or (isinstance(kind, type) and issubclass(kind, errors.BadDocument))


@contextmanager
def _reader(data: Path | None) -> Iterator[Path]:
    """A reader of this benchmark's own, with its limits."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="lading-hostile-") as folder:
        os.environ |= {**_SETTINGS, "LADING_READER_HOME": folder}
        try:
            yield Path(folder)
        finally:
            if _server(Path(folder)):
                os.kill(_server(Path(folder)), signal.SIGTERM)
            os.environ.clear()
            os.environ |= before


def _server(home: Path) -> int:
    try:
        return int(pid_path(home).read_text())
    except (OSError, ValueError):
        return 0


@contextmanager
def _listening() -> Iterator[tuple[int, Watch]]:
    """Somebody to call: counts who does."""
    watch = Watch()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def count() -> None:
            while True:
                try:
                    listener.accept()[0].close()
                except OSError:
                    return
                watch.calls += 1

        threading.Thread(target=count, daemon=True).start()
        yield listener.getsockname()[1], watch
        listener.shutdown(socket.SHUT_RDWR)


@contextmanager
def _watching(home: Path, watch: Watch) -> Iterator[None]:
    """Look at the reading processes through /proc all the time."""
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(0.01):
            for child in _children(_server(home)):
                _look_at(child, watch)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _children(pid: int) -> list[int]:
    try:
        return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (OSError, ValueError):
        return []


def _look_at(child: int, watch: Watch) -> None:
    """Packets in its network namespace, and whether its calls are filtered."""
    try:
        devices = Path(f"/proc/{child}/net/dev").read_text().splitlines()[2:]
        status = Path(f"/proc/{child}/status").read_text()
    except OSError:
        return
    values = [line.partition(":")[2].split() for line in devices]
    watch.packets = max(watch.packets, sum(int(v[1]) + int(v[9]) for v in values if len(v) > 9))
    mode = re.search(r"^Seccomp:\s+(\d)", status, re.M)
    if mode and mode[1] == _SECCOMP_FILTER:
        watch.children.add(child)
    elif time.monotonic() - watch.open_since.setdefault(child, time.monotonic()) > _STARTS_S:
        watch.unconfined.add(child)

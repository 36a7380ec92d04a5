"""Thousands of damaged files through the sandbox: each is read, or refused with a reason."""

from __future__ import annotations

import json
import os
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.fuzz_samples import samples
from benchmarks.mutations import mutations
from include import errors
from include.pages.answer import reading_from_json
from include.pages.sandbox import answer_to, pid_path

COUNT, SEED = 10_000, 2026
_SETTINGS = {
    "LADING_READER_WALL_S": "60",
    "LADING_READER_CPU_S": "60",
    "LADING_READER_PAGE_S": "20",
    "LADING_READER_MEMORY_MB": "1024",
    "LADING_READER_CACHE_MB": "0",
}


@dataclass(frozen=True)
class Result:
    """What became of one changed file."""

    number: int
    name: str
    outcome: str
    reason: str
    seconds: float
    cpu_s: float
    own_mb: int
    is_expected: bool


def run(data: Path | None, count: int = COUNT, seed: int = SEED) -> dict[str, Any]:
    """`LADING_FUZZ_COUNT` changed files; the strangest are named by their number."""
    count = int(os.environ.get("LADING_FUZZ_COUNT", count))
    with _reader() as home:
        begun = time.monotonic()
        results = list(fuzzed(count, seed))
        seconds = time.monotonic() - begun
        last = next(fuzzed(1, seed, changed=False))
        is_alive = pid_path(home).exists() and last.outcome == "read"
    unexpected = [r for r in results if not r.is_expected]
    crashed = [r for r in results if r.outcome == "ReaderCrashed"]
    slow = sorted(results, key=lambda r: r.cpu_s)[-5:]
    return {
        "mutations": count,
        "seed": seed,
        "seconds": round(seconds, 1),
        "per_second": round(count / seconds, 1),
        "cpu_s": round(sum(r.cpu_s for r in results), 1),
        "by_outcome": dict(Counter(r.outcome for r in results).most_common()),
        "by_file": _by_file(results),
        "crashes_of_children": [vars(r) for r in crashed],
        "slowest": [vars(r) for r in slow],
        "largest": [vars(r) for r in sorted(results, key=lambda r: r.own_mb)[-5:]],
        "goals": {
            "outcomes that are neither a reading nor a bad document": {
                "value": len(unexpected),
                "goal": 0,
                "met": not unexpected,
                "which": [vars(r) for r in unexpected[:20]],
            },
            "the reader lives": {"value": is_alive, "goal": True, "met": is_alive},
        },
    }


def fuzzed(count: int, seed: int, changed: bool = True) -> Iterator[Result]:
    """Read changed samples, several at a time, and say what became of each."""
    found = samples()
    unchanged = iter([("text.pdf", found["text.pdf"])])
    files = mutations(found, count, seed) if changed else unchanged
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        tasks = ((number, *file, Path(folder)) for number, file in enumerate(files))
        yield from pool.map(lambda task: _result(*task), tasks)


def _result(number: int, name: str, data: bytes, folder: Path) -> Result:
    path = folder / str(number)
    path.write_bytes(data)
    begun = time.monotonic()
    outcome, reason, cost = _outcome(path, name)
    path.unlink()
    kind = getattr(errors, outcome, None)
    is_bad = isinstance(kind, type) and issubclass(kind, errors.BadDocument)
    return Result(
        number,
        name,
        outcome,
        reason[:200],
        round(time.monotonic() - begun, 2),
        cost.get("cpu_s", 0.0),
        cost.get("own_mb", 0),
        outcome == "read" or is_bad,
    )


def _outcome(path: Path, name: str) -> tuple[str, str, dict[str, Any]]:
    try:
        answer = answer_to("read", path, name)
        if "error" in answer:
            return answer["error"], answer["detail"], answer["cost"]
        reading = reading_from_json(answer["ok"])
        return "read", json.dumps(dict(reading.bad_pages)), answer["cost"]
    except errors.LadingError as error:
        return type(error).__name__, str(error), {}
    except Exception as error:  # whatever it is, it is what is looked for
        return type(error).__name__, repr(error), {}


def _by_file(results: list[Result]) -> dict[str, dict[str, int]]:
    counts: dict[str, Counter[str]] = {}
    for result in results:
        counts.setdefault(result.name, Counter())[result.outcome] += 1
    return {name: dict(counts[name].most_common()) for name in sorted(counts)}


@contextmanager
def _reader() -> Iterator[Path]:
    """A reader of this benchmark's own, with its limits."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="lading-fuzz-") as folder:
        os.environ |= {**_SETTINGS, "LADING_READER_HOME": folder}
        try:
            yield Path(folder)
        finally:
            if pid_path(Path(folder)).exists():
                os.kill(int(pid_path(Path(folder)).read_text()), signal.SIGTERM)
            os.environ.clear()
            os.environ |= before

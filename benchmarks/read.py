"""Text layers: Lading beside `unstructured` (fast) and pdfminer, and memory over 1,000 pages.

Lading is measured as its user gets it: a file goes into the sandbox, all that is known of its
pages comes back. `lading_words` is its reading of words alone, in one process, without sandbox,
elements or tables: the figure nearest to what pdfminer does, not what a user gets. The peers hand
nothing over, and nobody's imports are counted. Every tool reads a file before the next file comes,
in turns; the figures are medians of LADING_BENCH_REPEATS (3) rounds. Files of 1, 10 and 100 pages
are generated, LADING_BENCH_PAGES (100) pages of each size; DATA is a folder of other PDFs.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.generated import text_files
from benchmarks.peers import tree
from benchmarks.peers.cast import Cast, wanted_peers
from benchmarks.peers.lading import Lading
from benchmarks.peers.told import at_least, at_most, table, unmeasured
from benchmarks.peers.tool import Tool
from include.pages.answer import reading_to_json
from include.pages.options import ReadOptions
from include.pages.reader import read_file

PEERS = ("unstructured_fast", "pdfminer")
WORDS_ONLY = "lading_words"
SIZES = (1, 10, 100)
PAGES, REPEATS = 100, 3
LONG, SHORT = 1000, 100
GOAL_TIMES, GOAL_MEMORY = 5.0, 1.2
#: A PDF with fewer words to a page is left out: it has no text layer to speak of.
_MIN_WORDS = 5
#: A thousand pages are more than a document may have by default.
_LIMITS = {
    "LADING_READER_PAGES": str(LONG),
    "LADING_READER_WALL_S": "900",
    "LADING_READER_CPU_S": "800",
    "LADING_READER_OUTPUT_MB": "512",
}


@dataclass(frozen=True)
class Group:
    """Files that are measured together, and how many pages they have."""

    paths: tuple[Path, ...]
    pages: int


@dataclass(frozen=True)
class Round:
    """One tool over the files of one group, once."""

    tool: str
    group: str
    pages: int
    words: int
    not_read: int
    wall_s: float
    cpu_s: float


def run(data: Path | None) -> dict[str, Any]:
    """Compare on the PDFs of `data`, else on generated ones."""
    pages = int(os.environ.get("LADING_BENCH_PAGES", PAGES))
    repeats = int(os.environ.get("LADING_BENCH_REPEATS", REPEATS))
    with tempfile.TemporaryDirectory(prefix="lading-read-", ignore_cleanup_errors=True) as folder:
        if data:
            groups = {"given": sorted(data.glob("*.pdf"))}
        else:
            sizes = [size for size in SIZES if size <= pages] or [1]
            files = text_files(Path(folder) / "pdf", sizes, pages)
            groups = {f"{size} page(s)": found for size, found in files.items()}
        peers = wanted_peers((*PEERS, WORDS_ONLY))
        figures = compare(groups, Path(folder), peers, repeats)
        long = LONG if pages >= SHORT else 10 * pages
        memory = flat_memory(Path(folder), long, long * SHORT // LONG)
    goals = {**_speed_goals(figures), "memory_flat_over_pages": _memory_goal(memory)}
    return {**figures, "memory": memory, "goals": goals}


def compare(
    groups: Mapping[str, Sequence[Path]], folder: Path, peers: Sequence[str], repeats: int
) -> dict[str, Any]:
    """All tools over all files; `folder` is for what the reader leaves."""
    free = sorted(os.sched_getaffinity(0))[:2]
    first = next(path for paths in groups.values() for path in paths)
    load = os.getloadavg()[0]
    with Cast(folder, peers, first) as cast:
        tools = cast.tools(free[:1])
        kept, left_out = _with_text(tools["lading"], groups)
        rounds = []
        for number, (name, group) in itertools.product(range(repeats), kept.items()):
            rounds += _round(tools, name, group)
            sys.stdout.write(f"round {number + 1} of {repeats}, {name}: done\n")
            sys.stdout.flush()
        versions = {name: tool.version for name, tool in tools.items()}
        pair = Lading(folder / "pair", free, first) if len(free) > 1 else None
        both = {n: _side_by_side(pair, g, len(free)) for n, g in kept.items() if pair}
        if pair:
            pair.close()
    by_tool = {name: _figures(rounds, name) for name in tools}
    sys.stdout.write(_table(by_tool, both))
    return {
        "files": {name: len(group.paths) for name, group in kept.items()},
        "left_out": left_out,
        "repeats": repeats,
        "load_average": {"before": load, "after": os.getloadavg()[0]},
        "versions": versions,
        "tools": by_tool,
        "two_workers_pages_per_s": both,
        "skipped": cast.skipped,
        "ratios": {n: _times(by_tool["lading"], by_tool[n]) for n in tools if n != "lading"},
        "runs": [vars(one) for one in rounds],
    }


def _with_text(
    lading: Tool, groups: Mapping[str, Sequence[Path]]
) -> tuple[dict[str, Group], dict[str, str]]:
    """The files that have a text layer on every page, and why the others are left out."""
    kept: dict[str, Group] = {}
    left_out: dict[str, str] = {}
    for name, paths in groups.items():
        answers = {path: lading.read(path) for path in paths}
        good = [p for p, a in answers.items() if a.words >= _MIN_WORDS * a.pages > a.ocr_pages == 0]
        for path in (path for path in paths if path not in good):
            left_out[path.name] = answers[path].error or "no text layer on every page"
        if good:
            kept[name] = Group(tuple(good), sum(answers[path].pages for path in good))
    if not kept:
        raise SystemExit(f"nothing to measure: {left_out}")
    return kept, left_out


def _round(tools: Mapping[str, Tool], name: str, group: Group) -> list[Round]:
    """Every tool reads a file before the next file comes; who is first changes."""
    before = {tool: one.cpu_s() for tool, one in tools.items()}
    walls, words, failed = (dict.fromkeys(tools, zero) for zero in (0.0, 0, 0))
    order = list(tools)
    for number, path in enumerate(group.paths):
        for tool in order[number % len(order) :] + order[: number % len(order)]:
            begun = time.perf_counter()
            answer = tools[tool].read(path)
            walls[tool] += time.perf_counter() - begun
            words[tool] += answer.words
            failed[tool] += bool(answer.error)
    return [
        Round(
            tool, name, group.pages, int(words[tool]), int(failed[tool]),
            round(walls[tool], 3), round(one.cpu_s() - before[tool], 3),
        )
        for tool, one in tools.items()
    ]  # fmt: skip


def _side_by_side(tool: Tool, group: Group, lanes: int) -> float:
    """Pages per second of wall time with all workers; the last files may find one of them idle."""
    waiting = list(reversed(group.paths))

    def work(lane: int) -> None:
        while waiting:
            with contextlib.suppress(IndexError):
                tool.read(waiting.pop(), lane)

    threads = [threading.Thread(target=work, args=(lane,)) for lane in range(lanes)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return round(group.pages / (time.perf_counter() - begun), 1)


def _figures(rounds: Sequence[Round], tool: str) -> dict[str, Any]:
    """Medians over the rounds, by group and for all groups together."""
    own = [one for one in rounds if one.tool == tool]
    groups = list(dict.fromkeys(one.group for one in own))
    found = {}
    for name in groups:
        mine = [one for one in own if one.group == name]
        found[name] = {
            "pages": mine[0].pages,
            "words": mine[0].words,
            "not_read": mine[0].not_read,
            "wall_s": statistics.median(one.wall_s for one in mine),
            "cpu_s": statistics.median(one.cpu_s for one in mine),
        }
    sums = {key: sum(one[key] for one in found.values()) for key in next(iter(found.values()))}
    return {name: _with_rates(one) for name, one in {**found, "all": sums}.items()}


def _with_rates(figures: Mapping[str, Any]) -> dict[str, Any]:
    pages, wall, cpu = (figures[key] for key in ("pages", "wall_s", "cpu_s"))
    return {
        **figures,
        "pages_per_s": round(pages / wall, 1),
        "pages_per_cpu_s": round(pages / max(cpu, 0.01), 1),
    }


def _times(lading: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """How many times as fast Lading is, by group: by the clock and by time of the processor."""
    return {
        name: {
            key: round(one[key] / other[name][key], 2) for key in ("pages_per_s", "pages_per_cpu_s")
        }
        for name, one in lading.items()
    }


def _speed_goals(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Times as fast as each peer over all files; the lower of wall time and processor time."""
    found = {}
    for name in PEERS:
        goal = f"times_{name}"
        if name in figures["ratios"]:
            found[goal] = at_least(min(figures["ratios"][name]["all"].values()), GOAL_TIMES)
        else:
            found[goal] = unmeasured(GOAL_TIMES, figures["skipped"].get(name, "not asked for"))
    return found


def _table(tools: Mapping[str, Any], both: Mapping[str, float]) -> str:
    groups = list(next(iter(tools.values())))
    columns = ["tool", *(f"{name}: {unit}" for name in groups for unit in ("p/s", "p/CPU-s"))]
    rows = [
        [name, *(one[g][k] for g in groups for k in ("pages_per_s", "pages_per_cpu_s"))]
        for name, one in tools.items()
    ]
    if both:
        pairs = [(both.get(name), None) for name in groups]
        rows.append(["lading, 2 workers", *(value for pair in pairs for value in pair)])
    return table(columns, rows)


def flat_memory(folder: Path, long: int, short: int) -> dict[str, Any]:
    """Peak memory of the child that reads the first `short` and then all `long` pages of a file."""
    path = text_files(folder / "long", [long], long)[long][0]
    core = sorted(os.sched_getaffinity(0))[:1]
    lading = Lading(folder / "long-reader", core, path, ReadOptions(last=1), _LIMITS)
    try:
        return {
            "file_mb": round(path.stat().st_size / 2**20, 1),
            **{str(last): _memory_of(lading, path, last) for last in (short, long)},
        }
    finally:
        lading.close()


def _memory_of(lading: Lading, path: Path, last: int) -> dict[str, float]:
    begun = time.perf_counter()
    with tree.Watch(lading.pid, with_own=True) as watch:
        reading = read_file(path, path.name, ReadOptions(last=last))
    answer = json.dumps(reading_to_json(reading), ensure_ascii=False)
    return {
        "pages": len(reading.pages),
        "seconds": round(time.perf_counter() - begun, 2),
        "peak_mb": round(watch.peak_mb, 1),
        "own_mb": round(watch.own_mb, 1),
        "answer_mb": round(len(answer.encode()) / 2**20, 1),
    }


def _memory_goal(memory: Mapping[str, Any]) -> dict[str, Any]:
    """The peak, less the answer's own size, to the peak of a tenth of the pages."""
    short, long = (one for one in memory.values() if isinstance(one, dict))
    if not short["peak_mb"] or long["pages"] <= short["pages"]:
        return unmeasured(GOAL_MEMORY, "the file was read too fast to be watched")
    sys.stdout.write(f"memory: {json.dumps(memory)}\n")
    return at_most((long["peak_mb"] - long["answer_mb"]) / short["peak_mb"], GOAL_MEMORY)

"""Words of scans: Lading beside Tesseract, OCRmyPDF and `unstructured`, page by page.

Truth is `ocr_lines` of each `NAME.truth.json` beside an image; without DATA, generated papers are
scanned. On one core every tool reads a page before the next page comes, in turns; then, block by
block, each tool reads with as many processes as there are cores (two of them). Both are measured
over the same pages; LADING_BENCH_PAGES (100) and LADING_BENCH_REPEATS (1) say how many and how
often, LADING_BENCH_PEERS names the peers (default all, `none`). Peers are warm: importing and
loading models is not counted, for anyone. Peak memory is that of the largest single process.
"""

from __future__ import annotations

import itertools
import json
import os
import queue
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.ocr_figures import Record, Run, Scan, figures_of, goals, ratios, table_of, work_done
from benchmarks.peers.cast import Cast, wanted_peers
from benchmarks.peers.tool import Tool

PEERS = ("tesseract", "tesseract_enlarged", "ocrmypdf", "unstructured_ocr_only")
#: The engine below Lading as it comes: shows what Lading's settings cost or bring.
REFERENCE = "rapidocr"
PAGES, REPEATS, BLOCK = 100, 1, 10
_IMAGES = (".jpg", ".jpeg", ".png")
_TRUTH = ".truth.json"


def run(data: Path | None) -> dict[str, Any]:
    """Compare on the scans of `data`, else on generated ones."""
    count = int(os.environ.get("LADING_BENCH_PAGES", PAGES))
    repeats = int(os.environ.get("LADING_BENCH_REPEATS", REPEATS))
    with tempfile.TemporaryDirectory(prefix="lading-ocr-", ignore_cleanup_errors=True) as folder:
        scans = scans_of(data) if data else generated(Path(folder) / "scans", count)
        step = max(len(scans) / count, 1.0)
        scans = [scans[int(at * step)] for at in range(min(count, len(scans)))]
        if not scans:
            raise SystemExit(f"{data} has no image with `ocr_lines` in a NAME{_TRUTH} beside it")
        return compare(scans, Path(folder), wanted_peers((*PEERS, REFERENCE)), repeats)


def scans_of(folder: Path) -> list[Scan]:
    """The images of a dataset folder that have `ocr_lines`."""
    scans = []
    for path in sorted(folder.iterdir()):
        beside = path.with_name(f"{path.stem}{_TRUTH}")
        if path.suffix.lower() in _IMAGES and beside.is_file():
            lines = json.loads(beside.read_text(encoding="utf-8")).get("ocr_lines")
            scans += [Scan(path, tuple(lines))] if lines else []
    return scans


def generated(folder: Path, count: int) -> list[Scan]:
    """Generated papers through a generated scanner; their text layer is the truth."""
    from random import Random

    from benchmarks.generated import papers, printed_lines
    from include.samples import degrade

    folder.mkdir(parents=True)
    scans = []
    for number, pdf in enumerate(itertools.islice(papers(), count)):
        path = folder / f"{number:04d}.png"
        page = degrade.render(pdf, degrade.DPI["scan200"])[0]
        degrade.degrade("scan200", page, Random(number)).save(path, dpi=(200, 200))
        scans.append(Scan(path, tuple(printed_lines(pdf, 0))))
    return scans


def compare(
    scans: Sequence[Scan], folder: Path, peers: Sequence[str], repeats: int
) -> dict[str, Any]:
    """All tools over all pages; `folder` is for what the reader leaves."""
    free = sorted(os.sched_getaffinity(0))[:2]
    record = Record()
    load = os.getloadavg()[0]
    with Cast(folder, peers, scans[0].path) as cast:
        alone = cast.tools(free[:1])
        together = cast.tools(free, without=(REFERENCE,)) if len(free) > 1 else {}
        begun = time.monotonic()
        for turn in range(repeats):
            for start in range(0, len(scans), BLOCK):
                block = scans[start : start + BLOCK]
                _one_by_one(record, alone, block)
                for tool in together.values():
                    _side_by_side(record, tool, block, len(free))
                done = (turn * len(scans) + start + len(block)) / (repeats * len(scans))
                left = (time.monotonic() - begun) * (1 / done - 1)
                sys.stdout.write(f"{done:4.0%} of the pages, about {left / 60:.0f} min left\n")
                sys.stdout.flush()
        tools = {name: figures_of(record, tool, scans) for name, tool in alone.items()}
        for name, tool in together.items():
            tools[name]["peak_mb"] = max(tool.peak_mb, tools[name]["peak_mb"])
    sys.stdout.write(table_of(tools))
    return {
        "documents": [scan.path.name for scan in scans],
        "repeats": repeats,
        "cores_used": len(free),
        "load_average": {"before": load, "after": os.getloadavg()[0]},
        "tools": tools,
        "skipped": cast.skipped,
        "ratios": ratios(tools),
        "goals": goals(tools, cast.skipped, PEERS, REFERENCE, len(free), load),
        "runs": [[r.tool, r.page, r.cores, round(r.wall_s, 3)] for r in record.runs],
    }


def _one_by_one(record: Record, tools: dict[str, Tool], block: Sequence[Scan]) -> None:
    """Every tool reads a page before the next page comes; who is first changes."""
    before = {name: tool.cpu_s() for name, tool in tools.items()}
    names = list(tools)
    for number, scan in enumerate(block):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            begun = time.perf_counter()
            answer = tools[name].read(scan.path)
            record.runs.append(Run(name, scan.path.name, 1, begun, time.perf_counter()))
            record.answers[name][scan.path.name] = answer
    for name, tool in tools.items():
        record.cpu_s[name, 1] += tool.cpu_s() - before[name]
        record.pages[name, 1] += len(block)


def _side_by_side(record: Record, tool: Tool, block: Sequence[Scan], lanes: int) -> None:
    """One tool reads a block with all its processes."""
    waiting: queue.SimpleQueue[Scan] = queue.SimpleQueue()
    for scan in block:
        waiting.put(scan)
    runs: list[Run] = []

    def work(lane: int) -> None:
        while True:
            try:
                scan = waiting.get_nowait()
            except queue.Empty:
                return
            begun = time.perf_counter()
            tool.read(scan.path, lane)
            runs.append(Run(tool.name, scan.path.name, lanes, begun, time.perf_counter()))

    before = tool.cpu_s()
    threads = [threading.Thread(target=work, args=(lane,)) for lane in range(lanes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    record.cpu_s[tool.name, lanes] += tool.cpu_s() - before
    record.pages[tool.name, lanes] += len(block)
    latest = {r.page: r.wall_s for r in record.runs if (r.tool, r.cores) == (tool.name, 1)}
    record.speeds[tool.name].append(work_done([(r, latest[r.page]) for r in runs]))
    record.runs += runs

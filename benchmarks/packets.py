"""How well packets are cut into their papers, and papers of several pages left whole."""

from __future__ import annotations

import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

from include.document_types.catalogue import Catalogue, load_catalogue
from include.errors import BadDocument, TryAgain
from include.extraction.layout.page import sheets_of
from include.models import Cut, Page
from include.pages.classify import classify
from include.pages.packets import find_cuts
from include.pages.reader import read_file
from include.samples.packets.build import WHOLE, Packet, packets
from include.settings import load_settings

#: No test uses this seed, and its habits of counting are not those the rules were written on.
SEED = 20_261_120
TEXT_PACKETS, SCANNED_PACKETS, REAL_PACKETS = 150, 25, 200
CUTS_GOAL = 0.98


@dataclass(frozen=True)
class Judged:
    """One file: `borders` between its pages, of which `missed` are no cuts and `torn` are wrong."""

    name: str
    kind: str
    traits: tuple[str, ...]
    pages: int
    borders: int
    true_cuts: int
    missed: tuple[int, ...]
    torn: tuple[int, ...]
    types: tuple[tuple[str, str], ...]
    cuts: tuple[Cut, ...]
    seconds: float
    error: str = ""

    @property
    def is_exact(self) -> bool:
        return not (self.missed or self.torn or self.error)


def run(data: Path | None) -> dict[str, Any]:
    """Cut generated packets; with `data` also its PDFs, each alone and several in one file.

    LADING_BENCH_PACKETS and LADING_BENCH_SCANS change how many are made.
    """
    catalogue = load_catalogue()
    text = int(os.environ.get("LADING_BENCH_PACKETS", TEXT_PACKETS))
    scans = int(os.environ.get("LADING_BENCH_SCANS", SCANNED_PACKETS))
    made = chain(
        packets(text, SEED, held_out=True), packets(scans, SEED, held_out=True, scanned=True)
    )
    judged = list(_judged(made, catalogue))
    figures = _figures(judged)
    torn = [j.name for j in judged if j.kind in WHOLE and j.torn]
    if data is not None:
        figures["data"] = _of_folder(data, catalogue)
        torn += figures["data"]["torn"]
    figures["whole_papers_torn"] = torn
    figures["goals"] = {
        "cuts_right": _goal(figures["cuts_right"]),
        "cuts_found": _goal(figures["cuts_found"]),
        "whole_papers_torn": {"value": len(torn), "goal": 0, "met": not torn},
    }
    return figures


def _goal(value: float) -> dict[str, Any]:
    return {"value": value, "goal": f">= {CUTS_GOAL}", "met": value >= CUTS_GOAL}


def _judged(made: Iterable[Packet], catalogue: Catalogue) -> Iterator[Judged]:
    """The packets as the reader and the rules see them, some read at a time."""
    with (
        tempfile.TemporaryDirectory(prefix="lading-bench-") as folder,
        ThreadPoolExecutor(load_settings().reader_workers) as pool,
    ):

        def read(packet: Packet) -> tuple[Packet, tuple[Page, ...], str]:
            scanned = "scan" if "scanned" in packet.traits else "text"
            path = Path(folder) / f"{packet.name}-{scanned}.pdf"
            path.write_bytes(packet.data)
            try:
                return packet, *_pages(path)
            finally:
                path.unlink()

        for packet, pages, error in pool.map(read, made):
            yield _judge(packet, pages, error, catalogue)


def _pages(path: Path) -> tuple[tuple[Page, ...], str]:
    """The pages, and why there are none."""
    for attempt in range(2):
        try:
            return read_file(path, path.name).pages, ""
        except BadDocument as bad:
            return (), str(bad)
        except TryAgain as fault:
            if attempt:
                return (), str(fault)
    return (), ""


def _judge(packet: Packet, pages: Sequence[Page], error: str, catalogue: Catalogue) -> Judged:
    started = time.process_time()
    cuts = find_cuts(pages, catalogue)
    seconds = time.process_time() - started
    true = {part.first for part in packet.parts[1:]}
    found = {cut.first for cut in cuts[1:]}
    said = tuple(
        (
            part.document_type,
            classify(
                sheets_of([p for p in pages if part.first <= p.number <= part.last]), catalogue
            ).document_type,
        )
        for part in packet.parts
    )
    return Judged(
        name=packet.name,
        kind=packet.kind,
        traits=packet.traits,
        pages=packet.pages,
        borders=sum(part.last - part.first + 1 for part in packet.parts) - 1,
        true_cuts=len(true),
        missed=tuple(sorted(true - found)),
        torn=tuple(sorted(found - true)),
        types=said,
        cuts=cuts,
        seconds=seconds,
        error=error,
    )


def _figures(judged: Sequence[Judged]) -> dict[str, Any]:
    types = Counter(pair for j in judged for pair in j.types)
    right = sum(count for (true, said), count in types.items() if true == said)
    names = sorted({j.kind for j in judged})
    traits = sorted({trait for j in judged for trait in j.traits})
    wrong = [asdict(j) for j in judged if not j.is_exact]
    return {
        **_scores(judged),
        "pages": sum(j.pages for j in judged),
        "cpu_seconds_per_page": sum(j.seconds for j in judged) / sum(j.pages for j in judged),
        "types_right": right / sum(types.values()),
        "types_wrong": {f"{t} as {s}": n for (t, s), n in types.items() if t != s},
        "by_kind": {kind: _scores([j for j in judged if j.kind == kind]) for kind in names},
        "by_trait": {trait: _scores([j for j in judged if trait in j.traits]) for trait in traits},
        "wrong": wrong,
        "runs": [
            {"name": j.name, "kind": j.kind, "traits": j.traits, "cuts": list(map(asdict, j.cuts))}
            for j in judged
        ],
    }


def _scores(judged: Sequence[Judged]) -> dict[str, Any]:
    """Right decisions over all borders between pages with words; cuts found; files all right."""
    borders = sum(j.borders for j in judged)
    wrong = sum(len(j.missed) + len(j.torn) for j in judged)
    true = sum(j.true_cuts for j in judged)
    found = true - sum(len(j.missed) for j in judged)
    torn = sum(len(j.torn) for j in judged)
    return {
        "files": len(judged),
        "borders": borders,
        "true_cuts": true,
        "cuts_right": 1 - wrong / borders if borders else 1.0,
        "cuts_found": found / true if true else 1.0,
        "cuts_precision": found / (found + torn) if found + torn else 1.0,
        "files_exact": sum(j.is_exact for j in judged) / len(judged),
    }


def _of_folder(folder: Path, catalogue: Catalogue) -> dict[str, Any]:
    """Each PDF of the folder alone, which must stay whole; then 2 to 6 of them as one file."""
    files = [(path.name, _pages(path)[0]) for path in sorted(folder.rglob("*.pdf"))]
    files = [(name, pages) for name, pages in files if pages]
    alone = {name: find_cuts(pages, catalogue) for name, pages in files}
    rng = Random(SEED)
    judged = []
    for number in range(REAL_PACKETS):
        chosen = rng.sample(files, min(len(files), rng.randint(2, 6)))
        judged.append(_of_files(f"{number:03d}", chosen, catalogue))
    return {
        "files": len(files),
        "of_several_pages": sum(len(pages) > 1 for _, pages in files),
        "torn": [name for name, cuts in alone.items() if len(cuts) > 1],
        "packets": _scores(judged),
    }


def _of_files(
    name: str, chosen: Sequence[tuple[str, tuple[Page, ...]]], catalogue: Catalogue
) -> Judged:
    """The files' pages one after another, as if they had been scanned together."""
    pages: list[Page] = []
    starts = []
    for _, own in chosen:
        starts.append(len(pages) + 1)
        pages += [replace(page, number=len(pages) + n) for n, page in enumerate(own, 1)]
    cuts = find_cuts(pages, catalogue)
    true, found = set(starts[1:]), {cut.first for cut in cuts[1:]}
    missed, torn = tuple(sorted(true - found)), tuple(sorted(found - true))
    return Judged(
        name, "data", (), len(pages), len(pages) - 1, len(true), missed, torn, (), cuts, 0.0
    )

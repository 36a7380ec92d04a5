"""How well tables come out of pages: true lines found again as rows, each value in its own cell."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.evaluate import samples_of
from include.extraction.layout.text import squash
from include.models import Page, Table

_SHIPMENTS, _SEED = 24, 77
NUMBERS = frozenset(
    (
        "quantity",
        "unit_price",
        "line_total",
        "package_count",
        "net_weight_kg",
        "gross_weight_kg",
        "volume_m3",
    )
)
#: Printed inside another cell or in words of their own, so not looked for.
_LEFT_OUT = frozenset(("unit", "country_of_origin", "marks"))
_PAGES = (".pdf", ".png", ".jpg", ".tif", ".tiff")
_NUMBER = re.compile(r"(?<![\w.])-?\d[\d.,'’ ]*|\d[\d.,'’ ]*")
Line = Mapping[str, str | None]
Row = dict[int, str]


@dataclass
class Score:
    """Counts over a set of documents. `cells`: true values; `placed`: in the right row, alone."""

    documents: int = 0
    lines: int = 0
    lines_found: int = 0
    cells: int = 0
    placed: int = 0
    rows: int = 0
    tables: int = 0
    tables_without_lines: int = 0
    missed: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "documents": self.documents,
            "lines": self.lines,
            "line_recall": round(self.lines_found / max(self.lines, 1), 4),
            "cells": self.cells,
            "cell_recall": round(self.placed / max(self.cells, 1), 4),
            "row_precision": round(self.lines_found / max(self.rows, 1), 4),
            "tables": self.tables,
            "tables_without_lines": self.tables_without_lines,
            "missed": self.missed[:40],
        }


def numbers_in(text: str) -> list[Decimal]:
    """Every number that the text may show, by either use of point and comma."""
    found = []
    for run in _NUMBER.findall(text):
        bare = re.sub(r"[ '’]", "", run).rstrip(".,")
        for point, thousands in ((".", ","), (",", ".")):
            try:
                found.append(Decimal(bare.replace(thousands, "").replace(point, ".")))
            except InvalidOperation:
                continue
    return found


def is_own_cell(name: str, value: str, text: str) -> bool:
    """Whether the cell shows this value, and no number beside it when it is one."""
    if name not in NUMBERS:
        return bool(squash(value)) and squash(value) in squash(text)
    runs = _NUMBER.findall(re.sub(r"\bm3\b", "", text))
    return len(runs) == 1 and Decimal(value) in numbers_in(runs[0])


def rows_of(table: Table) -> list[Row]:
    """The rows below the header, each as text by column."""
    rows: dict[int, Row] = {}
    for cell in table.cells:
        if cell.row >= table.header_rows:
            rows.setdefault(cell.row, {})[cell.column] = cell.text
    return [rows[number] for number in sorted(rows)]


def wanted(line: Line, printed: str) -> dict[str, str]:
    """The values of a true line that are looked for; `printed`: all text of a text layer.

    Where it is known what is printed, values that a person worked out are left out.
    """
    values = {k: v for k, v in line.items() if v and k not in _LEFT_OUT}
    if not printed:
        return values
    words = printed.split()
    pairs = [f"{a} {b}" for a, b in pairwise(words)]
    numbers = {number for text in (*words, *pairs) for number in numbers_in(text)}
    text = squash(printed)
    return {
        name: value
        for name, value in values.items()
        if (Decimal(value) in numbers if name in NUMBERS else squash(value) in text)
    }


def hits(line: Mapping[str, str], row: Row) -> set[str]:
    """The names of the values that stand in a cell of their own in this row."""
    return {n for n, v in line.items() if any(is_own_cell(n, v, text) for text in row.values())}


def add(score: Score, name: str, lines: Sequence[Line], pages: Sequence[Page]) -> None:
    """Score one document: its true lines are paired with rows, best likeness first."""
    tables = [rows_of(table) for page in pages for table in page.tables]
    rows = [(number, row) for number, table in enumerate(tables) for row in table]
    score.documents += 1
    score.lines += len(lines)
    score.rows += len(rows)
    score.tables += len(tables)
    is_scan = any("ocr" in page.flags for page in pages)
    printed = "" if is_scan else " ".join(word.text for page in pages for word in page.words)
    truth = [wanted(line, printed) for line in lines]
    pairs = sorted(
        ((len(hits(line, row)), -abs(i - j), i, j)
         for i, line in enumerate(truth) for j, (_, row) in enumerate(rows)),
        reverse=True,
    )  # fmt: skip
    taken: dict[int, int] = {}
    for count, _, i, j in pairs:
        if count >= min(2, len(truth[i])) and i not in taken and j not in taken.values():
            taken[i] = j
    score.lines_found += len(taken)
    used = {rows[j][0] for j in taken.values()}
    score.tables_without_lines += len(tables) - len(used)
    for i, line in enumerate(truth):
        found = hits(line, rows[taken[i]][1]) if i in taken else set()
        score.cells += len(line)
        score.placed += len(found)
        score.missed += [f"{name} line {i + 1}: {n} {line[n]}" for n in line if n not in found]


def run(data: Path | None) -> dict[str, Any]:
    """Read the documents of `data` (default: generated ones) and score their tables."""
    with tempfile.TemporaryDirectory(prefix="lading-bench-") as folder:
        documents = data or _generated(Path(folder))
        scores = {"text": Score(), "scan": Score()}
        unread: list[str] = []
        for path, lines in _with_lines(documents):
            pages = _read(path)
            if not pages:
                unread.append(path.name)
                continue
            is_scan = any("ocr" in page.flags for page in pages)
            add(scores["scan" if is_scan else "text"], path.name, lines, pages)
    goals = {"text": 0.95, "scan": 0.85}
    figures = {kind: score.as_json() for kind, score in scores.items()}
    return {
        **figures,
        "unread": unread,
        "data": data.resolve().name if data else f"generated, {_SHIPMENTS} shipments",
        "goals": {
            f"cell recall, {kind}": {
                "value": figures[kind]["cell_recall"],
                "goal": f">= {goal}",
                "met": figures[kind]["cell_recall"] >= goal,
            }
            for kind, goal in goals.items()
            if scores[kind].cells
        },
    }


def _generated(folder: Path) -> Path:
    from include.samples.dataset import write
    from include.samples.generate import generate

    write(folder, generate(_SHIPMENTS, _SEED))
    return folder


def _with_lines(folder: Path) -> Iterable[tuple[Path, Sequence[Line]]]:
    for sample in samples_of(folder):
        if sample.truth.lines and sample.path.suffix.lower() in _PAGES:
            yield sample.path, sample.truth.lines


def _read(path: Path) -> tuple[Page, ...]:
    from include.errors import BadDocument
    from include.pages.reader import read_file

    try:
        return read_file(path, path.name).pages
    except BadDocument:
        return ()

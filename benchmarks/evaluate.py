"""`make evaluate DATA=folder`: extraction over a dataset folder, scored; no Airflow, no tables."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.scoring import Tally, Truth, confidence_quality, micro
from include.document_types.catalogue import Catalogue, load_catalogue
from include.errors import BadDocument, TryAgain
from include.extraction.extract import extract
from include.models import Extraction, Field, Page
from include.pages.reader import read_file
from include.settings import load_settings

_TRUTH = ".truth.json"


@dataclass(frozen=True)
class Sample:
    """A file of the dataset with its truth."""

    path: Path
    truth: Truth


@dataclass(frozen=True)
class Result:
    """What the extraction made of a sample; `error` when it could not be read."""

    sample: Sample
    extraction: Extraction
    pages: int
    seconds: float
    error: str = ""


def samples_of(folder: Path, only: str = "", limit: int | None = None) -> list[Sample]:
    """The files of a dataset folder that have a truth file beside them, by name."""
    found = []
    for truth in sorted(folder.rglob(f"*{_TRUTH}")):
        stem = truth.name.removesuffix(_TRUTH)
        files = [p for p in truth.parent.glob(f"{_escaped(stem)}.*") if not p.name.endswith(_TRUTH)]
        files = [p for p in files if p.stem == stem]
        if files and only in stem:
            found.append(Sample(files[0], Truth.from_file(truth)))
    return found[:limit]


def _escaped(stem: str) -> str:
    import glob

    return glob.escape(stem)


def run(samples: Sequence[Sample], catalogue: Catalogue, workers: int) -> Iterator[Result]:
    """Read (in sandboxed processes, some at a time) and extract, in the order of the samples."""
    with ThreadPoolExecutor(workers) as pool:
        readings = [pool.submit(_read, sample.path) for sample in samples]
        for sample, future in zip(samples, readings, strict=True):
            pages, error = future.result()
            started = time.process_time()
            extraction = extract(pages, catalogue)
            yield Result(sample, extraction, len(pages), time.process_time() - started, error)


def _read(path: Path) -> tuple[tuple[Page, ...], str]:
    for attempt in range(2):
        try:
            return read_file(path, path.name).pages, ""
        except BadDocument as bad:
            return (), str(bad)
        except TryAgain as fault:
            if attempt:
                return (), str(fault)
    return (), ""


def evaluate(
    folder: Path, catalogue: Catalogue, only: str = "", limit: int | None = None, workers: int = 2
) -> dict[str, Any]:
    """The report that contract.md describes."""
    tally = Tally()
    tiers: Counter[str] = Counter()
    types_right = pages = grounded = values = 0
    seconds = 0.0
    predictions = []
    samples = samples_of(folder, only, limit)
    for number, result in enumerate(run(samples, catalogue, workers), 1):
        truth, extraction = result.sample.truth, result.extraction
        tally.add(truth, catalogue.types.get(truth.document_type), extraction)
        types_right += truth.document_type == extraction.document_type
        tiers.update(f.tier.value for f in extraction.fields.values())
        grounded += sum(f.grounded for f in extraction.fields.values())
        values += len(extraction.fields)
        pages += result.pages
        seconds += result.seconds
        predictions.append(_prediction(result))
        _progress(number, len(samples), result, tally)
    return {
        "dataset": folder.resolve().name,
        "documents": len(samples),
        "types_right": types_right,
        "fields": {name: count.as_json() for name, count in sorted(tally.fields.items())},
        "micro": micro(tally.fields),
        "document_exact": round(tally.exact_documents / max(len(samples), 1), 4),
        "lines": {
            "truth": tally.rows_truth,
            "found": tally.rows_found,
            "exact": tally.rows_exact,
            **micro(tally.cells),
            "cells": {name: count.as_json() for name, count in sorted(tally.cells.items())},
        },
        "confidence": confidence_quality(tally.judged),
        "grounded": round(grounded / max(values, 1), 4),
        "seconds_per_page": round(seconds / max(pages, 1), 4),
        "pages": pages,
        "tier_counts": dict(tiers),
        "cost_usd": 0.0,
        "predictions": predictions,
    }


def _prediction(result: Result) -> dict[str, Any]:
    extraction = result.extraction
    return {
        "name": result.sample.path.stem,
        "document_type": extraction.document_type,
        "fields": {name: _value(field) for name, field in extraction.fields.items()},
        "lines": [
            {name: _value(cell) for name, cell in line.cells.items()} for line in extraction.lines
        ],
        "decision": "",
        "reasons": [result.error] if result.error else [],
    }


def _value(field: Field) -> dict[str, Any]:
    return {
        "value": field.value,
        "normalised": field.normalised,
        "confidence": field.confidence,
        "grounded": field.grounded,
        "page": field.page,
        "boxes": [box.as_list() for box in field.boxes],
        "source": field.tier.value,
    }


def _progress(number: int, total: int, result: Result, tally: Tally) -> None:
    """One line per document on stderr: its type and what is wrong."""
    kind = result.extraction.document_type
    if kind != result.sample.truth.document_type:
        kind += f" (is {result.sample.truth.document_type})"
    wrong = ", ".join(
        f"{name}={found.normalised if found else None!r}/{value!r}"
        for name, value, found in tally.wrong[:4]
    )
    more = f" +{len(tally.wrong) - 4}" if len(tally.wrong) > 4 else ""
    note = result.error or wrong + more or "all fields right"
    sys.stderr.write(f"[{number}/{total}] {result.sample.path.name}: {kind}: {note[:220]}\n")


def table(report: dict[str, Any]) -> str:
    """The report as text."""
    rows = [f"{'field':<42}{'truth':>7}{'found':>7}{'right':>7}{'recall':>8}{'soft':>7}"]
    for name, count in report["fields"].items():
        recall = count["correct"] / count["truth"] if count["truth"] else 0.0
        rows.append(
            f"{name:<42}{count['truth']:>7}{count['found']:>7}{count['correct']:>7}"
            f"{recall:>8.3f}{count['soft']:>7.3f}"
        )
    m, lines, sure = report["micro"], report["lines"], report["confidence"]
    rows += [
        "",
        f"{report['documents']} documents, {report['pages']} pages,"
        f" type right {report['types_right']}, all right {report['document_exact']:.3f}",
        f"fields  precision {m['precision']:.3f}  recall {m['recall']:.3f}  F1 {m['f1']:.3f}"
        f"  accuracy {m['accuracy']:.3f}",
        f"lines   {lines['truth']} true, {lines['found']} found, {lines['exact']} exact;"
        f" cells F1 {lines['f1']:.3f}",
        f"confidence  AUROC {sure['auroc']}  errors {sure['errors']}  ECE {sure['ece']}"
        f"  coverage at {sure['coverage_at']}",
        f"{report['seconds_per_page']:.4f} CPU-s per page after reading; tiers"
        f" {report['tier_counts']}; grounded {report['grounded']:.3f}",
    ]
    return "\n".join(rows)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make evaluate", description=__doc__)
    parser.add_argument("folder", type=Path, help="dataset folder")
    parser.add_argument("--only", default="", help="part of the file name")
    parser.add_argument("--limit", type=int, default=None)
    parser.add_argument("--workers", type=int, default=2, help="reader processes at a time")
    given = parser.parse_args(arguments)
    if not given.folder.is_dir():
        sys.stderr.write(f"{given.folder} is no folder\n")
        return 2
    report = evaluate(given.folder, load_catalogue(), given.only, given.limit, given.workers)
    if not report["documents"]:
        sys.stderr.write(f"{given.folder} holds no file with a {_TRUTH} beside it\n")
        return 2
    out = load_settings().home / "evaluate" / f"{report['dataset']}.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(report, indent=1, ensure_ascii=False), encoding="utf-8")
    sys.stdout.write(f"{table(report)}\nwritten to {out}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

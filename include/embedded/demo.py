"""The demo: 24 sample papers from the inbox to the ERP, watched until each has its end."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import secrets
import shutil
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from include import db
from include.embedded import status
from include.embedded.running.home import Stack, open_stack
from include.embedded.terminal import Progress, complain, say, table
from include.errors import LadingError
from include.models import END_STATES, State
from include.settings import PROJECT_ROOT, load_settings

_LIMIT_S = float(os.environ.get("LADING_DEMO_LIMIT_S", "900"))


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One paper of the demo and what its truth expects."""

    path: Path
    sha256: str
    expected: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a sample; `seconds` from the inbox to its end."""

    sample: Sample
    document_id: int | None = None
    document_type: str | None = None
    state: str = "not arrived"
    passed: tuple[str, ...] = ()
    seconds: float | None = None
    erp_ref: str | None = None
    reasons: tuple[str, ...] = ()
    complaint: str = ""

    @property
    def is_expected(self) -> bool:
        """A person may meanwhile have answered what waited for review as expected."""
        return not self.complaint and self.sample.expected in (self.state, *self.passed)


def run(up: Callable[[], int]) -> int:
    """0 only if every sample has reached the state that its truth expects."""
    code = up()
    if code:
        return code
    stack = open_stack()
    samples = make_samples(stack.home / "demo")
    arrivals = put(stack, samples)
    rows, is_done = wait(stack, samples)
    outcomes = [read_back(outcome_of(sample, rows, arrivals)) for sample in samples]
    write_summary(stack.home / "demo" / "summary.json", outcomes, arrivals)
    report(stack, outcomes, is_done)
    return 0 if is_done and all(outcome.is_expected for outcome in outcomes) else 1


def make_samples(folder: Path) -> list[Sample]:
    """The fixed-seed papers, made once for each version of their generator."""
    from include.samples.demo import write_demo

    documents, stamp = folder / "documents", folder / "generator"
    version = _generator_version()
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != version:
        aside = folder / "documents.new"
        for old in (aside, documents):
            shutil.rmtree(old, ignore_errors=True)
        aside.mkdir(parents=True)
        began = time.monotonic()
        count = len(write_demo(aside))
        aside.replace(documents)
        stamp.write_text(version, encoding="utf-8")
        say(f"made {count} sample papers in {documents} ({time.monotonic() - began:.1f} s)")
    return [_sample(truth) for truth in sorted(documents.glob("*.truth.json"))]


def _generator_version() -> str:
    digest = hashlib.sha256()
    for path in sorted((PROJECT_ROOT / "include" / "samples").rglob("*")):
        if path.suffix in {".py", ".csv", ".json", ".yaml"}:
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _sample(truth: Path) -> Sample:
    name = truth.name.removesuffix(".truth.json")
    path = next(p for p in truth.parent.glob(f"{name}.*") if p != truth)
    expected = json.loads(truth.read_text(encoding="utf-8"))["expected_state"]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Sample(path=path, sha256=digest, expected=expected)


def _rows(stack: Stack, samples: Sequence[Sample]) -> dict[str, dict[str, Any]]:
    """The registered documents of the demo by file name; same name and same bytes."""
    with db.session(stack.lading_dsn) as session:
        found = session.all("stack.of_bytes", sha256=[sample.sha256 for sample in samples])
    wanted = {(sample.path.name, sample.sha256) for sample in samples}
    return {row["file_name"]: row for row in found if (row["file_name"], row["sha256"]) in wanted}


def put(stack: Stack, samples: Sequence[Sample]) -> dict[str, float]:
    """Put what is not registered yet into the inbox, all at once; returns when each arrived."""
    known = _rows(stack, samples)
    record = stack.home / "demo" / "arrivals.json"
    arrivals: dict[str, float] = {}
    if record.exists():
        arrivals = json.loads(record.read_text(encoding="utf-8"))
    arrivals |= {name: row["received_at"].timestamp() for name, row in known.items()} | arrivals
    fresh = [sample for sample in samples if sample.path.name not in known]
    inbox = stack.settings.inbox
    aside = inbox / f".demo-{secrets.token_hex(4)}"  # hidden: not looked into, same file system
    aside.mkdir(parents=True)
    for sample in fresh:
        shutil.copyfile(sample.path, aside / sample.path.name)
    arrivals |= dict.fromkeys((sample.path.name for sample in fresh), time.time())
    record.write_text(json.dumps(arrivals), encoding="utf-8")
    for sample in fresh:
        (aside / sample.path.name).replace(inbox / sample.path.name)
    aside.rmdir()
    if known:
        say(f"{len(known)} of the {len(samples)} papers are known from an earlier run")
    if fresh:
        say(f"put {len(fresh)} papers into {inbox}")
    return arrivals


def wait(stack: Stack, samples: Sequence[Sample]) -> tuple[dict[str, dict[str, Any]], bool]:
    """The documents' rows when all have their end (True) or the time is up (False)."""
    began = time.monotonic()
    progress = Progress()
    rows: dict[str, dict[str, Any]] = {}
    while True:
        elapsed = time.monotonic() - began
        try:
            rows = _rows(stack, samples)
            text = _progress_text(rows, len(samples))
        except LadingError as error:
            text = str(error)
        ended = [row for row in rows.values() if State(row["state"]) in END_STATES]
        is_done, is_late = len(ended) == len(samples), elapsed > _LIMIT_S
        progress.show(elapsed, text, is_last=is_done or is_late)
        if is_done or is_late:
            return rows, is_done
        time.sleep(0.3)


def _progress_text(rows: dict[str, dict[str, Any]], total: int) -> str:
    counts = Counter(row["state"] for row in rows.values())
    ended = sum(counts[state.value] for state in END_STATES)
    if total > len(rows):
        counts["in the inbox"] = total - len(rows)
    order = {state.value: position for position, state in enumerate(State)}
    words = sorted(counts.items(), key=lambda pair: order.get(pair[0], -1))
    return f"{ended} of {total} at their end: " + ", ".join(f"{n} {s}" for s, n in words if n)


def outcome_of(
    sample: Sample, rows: dict[str, dict[str, Any]], arrivals: dict[str, float]
) -> Outcome:
    row = rows.get(sample.path.name)
    if row is None:
        return Outcome(sample=sample)
    ended_at: dt.datetime = row["changed_at"]
    arrived = arrivals.get(sample.path.name, row["received_at"].timestamp())
    told = [row["reason"]] if row["reason"] else []
    if row["state"] == State.IN_REVIEW:
        told = [reason["text"] for reason in row["reasons"]] or told
    return Outcome(
        sample=sample,
        document_id=row["id"],
        document_type=row["document_type"],
        state=row["state"],
        passed=tuple(row["passed"]),
        seconds=round(ended_at.timestamp() - arrived, 2),
        erp_ref=f"{row['erp_model']},{row['erp_id']}" if row["erp_id"] else None,
        reasons=tuple(told) if row["state"] != State.EXPORTED else (),
    )


def read_back(outcome: Outcome) -> Outcome:
    """With the reference as the ERP itself gives it for the record that we hold the id of."""
    from include.export.tryton.client import TrytonClient

    if outcome.state != State.EXPORTED:
        return outcome
    if outcome.erp_ref is None:
        return Outcome(**{**vars(outcome), "complaint": "exported without an ERP record"})
    model, _, number = outcome.erp_ref.partition(",")
    settings = load_settings()
    client = TrytonClient(settings.erp_url or "", settings.erp_key or "")
    try:
        record = client.read(model, int(number), "rec_name")
        return Outcome(**{**vars(outcome), "erp_ref": f"{model},{number} {record['rec_name']}"})
    except LadingError as error:
        return Outcome(**{**vars(outcome), "complaint": f"not found in the ERP: {error}"})
    finally:
        client.close()


def write_summary(path: Path, outcomes: Sequence[Outcome], arrivals: dict[str, float]) -> None:
    seconds = [outcome.seconds for outcome in outcomes if outcome.seconds is not None]
    first = min(arrivals.values(), default=0.0)
    ends = [
        arrivals[o.sample.path.name] + o.seconds
        for o in outcomes
        if o.seconds is not None and o.sample.path.name in arrivals
    ]
    summary = {
        "documents": len(outcomes),
        "by_state": dict(Counter(outcome.state for outcome in outcomes)),
        "wall_s": round(max(ends) - first, 2) if ends else None,
        "first_document_s": min(seconds, default=None),
        "documents_detail": [
            {
                "file": outcome.sample.path.name,
                "document_id": outcome.document_id,
                "document_type": outcome.document_type,
                "state": outcome.state,
                "expected_state": outcome.sample.expected,
                "seconds_to_end": outcome.seconds,
                "erp_ref": outcome.erp_ref,
                "review_reasons": list(outcome.reasons),
            }
            for outcome in outcomes
        ],
    }
    aside = path.with_suffix(".new")
    aside.write_text(json.dumps(summary, indent=1, ensure_ascii=False), encoding="utf-8")
    aside.replace(path)


def report(stack: Stack, outcomes: Sequence[Outcome], is_done: bool) -> None:
    rows: list[Sequence[str]] = [
        ("file", "type", "state", "expected", "seconds", "ERP record", "first reason")
    ]
    for outcome in outcomes:
        reason = outcome.complaint or next(iter(outcome.reasons), "")
        rows.append(
            (
                outcome.sample.path.name,
                outcome.document_type or "-",
                outcome.state,
                outcome.sample.expected if outcome.is_expected else f"{outcome.sample.expected} !",
                "-" if outcome.seconds is None else f"{outcome.seconds:.1f}",
                outcome.erp_ref or "-",
                reason if len(reason) <= 70 else f"{reason[:69]}…",
            )
        )
    say(f"\n{table(rows)}")
    say(f"\nwritten to {stack.home / 'demo' / 'summary.json'}")
    status.say_login(stack)
    wrong = sum(not outcome.is_expected for outcome in outcomes)
    if not is_done:
        complain(
            f"\ndemo: not all papers reached their end within {_LIMIT_S:.0f} s;"
            f" see `make status`, the runs in Airflow and {stack.logs}"
        )
    elif wrong:
        complain(f"\ndemo: {wrong} of {len(outcomes)} papers are not in the state they should be")
    else:
        say(f"\nall {len(outcomes)} papers are where they should be; the stack keeps running")

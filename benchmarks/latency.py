"""From a file in the inbox to its record in the ERP: one-page papers, one by one."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from include import db
from include.embedded.running.processes import free_port
from include.models import END_STATES, State
from include.settings import PROJECT_ROOT, load_settings, stack_environment

PAPERS = 20
LIMIT_S = 90.0
GOAL_P95_S = 20.0
GOAL_START_S = 2.0
KINDS = ("invoice", "packing_list", "bill_of_lading", "delivery_note")


@dataclass(frozen=True)
class Passage:
    """One paper on its way; seconds since its file was in the inbox, by state."""

    file_name: str
    seconds: dict[str, float]
    state: str


def run(data: Path | None) -> dict[str, Any]:
    """Feed the papers of `data`, else generated ones, and time them."""
    cache = load_settings().home / "cache"
    with tempfile.TemporaryDirectory(prefix="lading-bench-") as folder:
        home = Path(folder) / "home"
        papers = sorted(_papers(data, Path(folder) / "papers"))
        environment = _environment(home, cache)
        _command("up", environment)
        try:
            dsn = stack_environment(home)["LADING_DB_DSN"]
            passages = [_feed(dsn, home / "inbox", paper) for paper in papers]
        finally:
            _command("down", environment)
    return _figures(passages)


def _papers(data: Path | None, folder: Path) -> list[Path]:
    from include.samples.dataset import clean, write
    from include.samples.papers.draw import draw
    from include.samples.reference import orders
    from include.samples.shipment import build_shipment

    if data is not None:
        return [p for p in sorted(data.iterdir()) if not p.name.endswith(".truth.json")]
    samples = []
    for number, order in enumerate(o for o in orders().values() if o.state == "open"):
        rng = Random(f"latency {order.number}")
        shipment = build_shipment(order, rng)
        kinds = [kind for kind in KINDS if kind != "bill_of_lading" or shipment.mode == "sea"]
        paper = draw(kind := kinds[number % len(kinds)], shipment, rng)
        if paper.pages == 1:
            samples.append(clean(f"{number:03d}-{kind}", paper))
        if len(samples) == PAPERS:
            break
    return write(folder, samples)


def _environment(home: Path, cache: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LADING_", "AIRFLOW_"))}
    return kept | {
        "LADING_HOME": str(home),
        "LADING_CACHE": str(cache),
        "LADING_AIRFLOW_PORT": str(free_port()),
        "LADING_ERP_PORT": str(free_port()),
    }


def _command(command: str, environment: dict[str, str]) -> None:
    subprocess.run(
        [sys.executable, "-m", "include.embedded", command],
        cwd=PROJECT_ROOT,
        env=environment,
        check=True,
        timeout=600,
    )


def _feed(dsn: str, inbox: Path, paper: Path) -> Passage:
    """Put one paper into the inbox and follow it to its end."""
    aside = inbox / f".{paper.name}"
    shutil.copyfile(paper, aside)
    began = time.time()
    aside.replace(inbox / paper.name)
    while time.time() - began < LIMIT_S:
        with db.session(dsn) as session:
            rows = session.all("documents.events_of_file", file_name=paper.name)
        if rows and State(rows[-1]["to_state"]) in END_STATES:
            break
        time.sleep(0.1)
    seconds = {row["to_state"]: round(row["at"].timestamp() - began, 2) for row in rows}
    sys.stdout.write(f"{paper.name}: {seconds}\n")
    return Passage(paper.name, seconds, rows[-1]["to_state"] if rows else "not arrived")


def _figures(passages: list[Passage]) -> dict[str, Any]:
    done = [p.seconds["exported"] for p in passages if p.state == State.EXPORTED]
    starts = [p.seconds["received"] for p in passages if "received" in p.seconds]
    p95 = _quantile(done, 0.95)
    start = _quantile(starts, 0.95)
    return {
        "papers": len(passages),
        "exported": len(done),
        "to_erp_s": {"p50": round(statistics.median(done), 2) if done else None, "p95": p95},
        "to_start_s": {"p50": round(statistics.median(starts), 2), "p95": start},
        "passages": [{"file": p.file_name, "state": p.state, **p.seconds} for p in passages],
        "goals": {
            "p95_inbox_to_erp_s": _goal(p95, GOAL_P95_S),
            "p95_inbox_to_registered_s": _goal(start, GOAL_START_S),
        },
    }


def _quantile(values: list[float], share: float) -> float | None:
    """The smallest value that `share` of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None


def _goal(value: float | None, limit: float) -> dict[str, Any]:
    return {"value": value, "goal": limit, "met": value is not None and value <= limit}

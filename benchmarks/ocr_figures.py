"""What the runs of the OCR comparison amount to: accuracy, cost, speed-up, goals, a table."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import ocr_scoring as scoring
from benchmarks.peers.told import at_least, at_most, table, unmeasured
from benchmarks.peers.tool import Answer, Tool

GOAL_F1, GOAL_LEAD, GOAL_LOST = 0.91, 0.15, 0.005
GOAL_CPU_S, GOAL_SCALING, GOAL_AUROC = 2.0, 0.9, 0.85
#: Load average above which other programs hold cores that this counts on.
BUSY = 0.5
_COLUMNS = (
    "tool", "word F1", "no punct.", "WER", "CER", "AUROC", "CPU-s", "s (1 core)", "s (2 cores)",
    "speed-up", "peak MB", "not read",
)  # fmt: skip


@dataclass(frozen=True)
class Scan:
    """An image of a page and the lines that are printed on it."""

    path: Path
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Run:
    """One reading of one page by one tool, in seconds of a common clock."""

    tool: str
    page: str
    cores: int
    begun: float
    ended: float

    @property
    def wall_s(self) -> float:
        return self.ended - self.begun


@dataclass
class Record:
    """What was measured: runs, what was read, CPU-seconds and pages by (tool, cores)."""

    runs: list[Run] = field(default_factory=list)
    answers: dict[str, dict[str, Answer]] = field(default_factory=lambda: defaultdict(dict))
    cpu_s: dict[tuple[str, int], float] = field(default_factory=lambda: defaultdict(float))
    pages: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))
    #: By tool: (one-core seconds of work done, seconds that took) of each block on all cores.
    speeds: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))


def work_done(runs: Sequence[tuple[Run, float]]) -> tuple[float, float]:
    """One-core seconds of work done while all processes had something to do, and how long that was.

    Each run comes with the seconds that its page took on one core. The time after the last page
    was taken up is left out: there one process has run out of pages. Of a page that was being read
    at that moment, the share of its time that had passed counts.
    """
    start, dry = min(r.begun for r, _ in runs), max(r.begun for r, _ in runs)
    done = sum(
        alone * min(max(dry - r.begun, 0.0) / r.wall_s, 1.0) for r, alone in runs if r.wall_s > 0
    )
    return done, dry - start


def figures_of(record: Record, tool: Tool, scans: Sequence[Scan]) -> dict[str, Any]:
    answers = record.answers[tool.name]
    scores = [scoring.page_score(s.lines, answers[s.path.name].lines) for s in scans]
    judged: dict[bool, list[tuple[float, bool]]] = {True: [], False: []}
    for scan in scans:
        answer = answers[scan.path.name]
        for bare in judged if answer.confidences else ():
            judged[bare] += _judged(scan, answer, bare)
    figures: dict[str, Any] = {
        "version": tool.version,
        **scoring.totals(scores),
        "confidence_auroc": _rounded(scoring.auroc(judged[False])),
        "confidence_auroc_without_punctuation": _rounded(scoring.auroc(judged[True])),
        "peak_mb": tool.peak_mb,
        "not_read": {name: a.error for name, a in answers.items() if a.error},
        "cores": {},
    }
    for cores in (1, 2):
        walls = [r.wall_s for r in record.runs if (r.tool, r.cores) == (tool.name, cores)]
        if walls:
            figures["cores"][str(cores)] = {
                "cpu_s_per_page": round(
                    record.cpu_s[tool.name, cores] / record.pages[tool.name, cores], 3
                ),
                "wall_s_per_page": {
                    "mean": round(statistics.mean(walls), 3),
                    "median": round(statistics.median(walls), 3),
                },
            }
    if any(took for _, took in record.speeds[tool.name]):
        done, took = (sum(column) for column in zip(*record.speeds[tool.name], strict=True))
        figures["speed_up"] = round(done / took, 3)
    return figures


def _judged(scan: Scan, answer: Answer, bare: bool) -> list[tuple[float, bool]]:
    """Each word's confidence and whether it is right; `bare`: without punctuation."""
    change: Callable[[list[str]], list[str]] = scoring.plain if bare else list
    pairs = [
        (confidence, word)
        for word, confidence in zip(scoring.words_of(answer.lines), answer.confidences, strict=True)
        if change([word])
    ]
    right = scoring.are_right(
        change(scoring.words_of(scan.lines)), change([word for _, word in pairs])
    )
    return [(confidence, is_right) for (confidence, _), is_right in zip(pairs, right, strict=True)]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def ratios(tools: Mapping[str, Any]) -> dict[str, dict[str, float | None]]:
    """Lading to each other tool: words ahead, and how many times its cost."""
    own, others = tools["lading"], {n: t for n, t in tools.items() if n != "lading"}
    return {
        name: {
            "word_f1_ahead": round((own["word_f1"] or 0.0) - (other["word_f1"] or 0.0), 4),
            **{
                f"cpu_times_on_{cores}": _ratio(cost, other["cores"].get(cores))
                for cores, cost in own["cores"].items()
            },
        }
        for name, other in others.items()
    }


def _ratio(own: Mapping[str, Any], other: Mapping[str, Any] | None) -> float | None:
    if other is None or not other["cpu_s_per_page"]:
        return None
    return round(float(own["cpu_s_per_page"]) / float(other["cpu_s_per_page"]), 3)


def goals(
    tools: Mapping[str, Any],
    skipped: Mapping[str, str],
    peers: Sequence[str],
    reference: str,
    cores: int,
    load: float,
) -> dict[str, Any]:
    """The goals of issue 3 for OCR."""
    own = tools["lading"]
    found = {"word_f1": at_least(own["word_f1"], GOAL_F1)}
    for name in peers:
        lead = f"word_f1_ahead_of_{name}"
        if name in tools:
            found[lead] = at_least(own["word_f1"] - tools[name]["word_f1"], GOAL_LEAD)
        else:
            found[lead] = unmeasured(GOAL_LEAD, skipped.get(name, "not asked for"))
    if reference in tools:
        lost = max(tools[reference]["word_f1"] - own["word_f1"], 0.0)
        found["word_f1_lost_to_the_engine_as_it_comes"] = at_most(lost, GOAL_LOST)
    else:
        why = skipped.get(reference, "not asked for")
        found["word_f1_lost_to_the_engine_as_it_comes"] = unmeasured(GOAL_LOST, why)
    found["cpu_s_per_page"] = at_most(own["cores"]["1"]["cpu_s_per_page"], GOAL_CPU_S)
    if "speed_up" in own:
        found["scaling_per_process"] = at_least(own["speed_up"] / cores, GOAL_SCALING)
        if load > BUSY:
            busy = f"cores were not free: load average {load:.1f} before this began"
            found["scaling_per_process"]["reason"] = busy
    else:
        why = "one core only" if cores < 2 else "too few pages"
        found["scaling_per_process"] = unmeasured(GOAL_SCALING, why)
    if own["confidence_auroc"] is None:
        found["confidence_auroc"] = unmeasured(GOAL_AUROC, "no word was wrong")
    else:
        found["confidence_auroc"] = at_least(own["confidence_auroc"], GOAL_AUROC)
    return found


def table_of(tools: Mapping[str, Any]) -> str:
    """One row per tool."""
    rows = []
    for name, one in tools.items():
        walls = [one["cores"].get(c, {}).get("wall_s_per_page", {}).get("mean") for c in "12"]
        rows.append(
            (
                name, one["word_f1"], one["word_f1_without_punctuation"], one["word_error_rate"],
                one["character_error_rate"], one["confidence_auroc"],
                one["cores"]["1"]["cpu_s_per_page"], *walls, one.get("speed_up"), one["peak_mb"],
                len(one["not_read"]),
            )
        )  # fmt: skip
    return table(_COLUMNS, rows)

"""How extracted values are compared with truth, and what the counts amount to; pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from include.document_types.catalogue import DocumentType, FieldSpec
from include.extraction.layout.text import plain, squash
from include.extraction.normalise import normalise
from include.models import Extraction, Field, Line

NUMERIC = frozenset(("decimal", "integer", "weight", "volume", "money"))


@dataclass(frozen=True)
class Truth:
    """What a person says stands on a document; a field mapped to None is not on it."""

    document_type: str
    fields: Mapping[str, str | None]
    lines: tuple[Mapping[str, str | None], ...] | None = None

    @classmethod
    def from_file(cls, path: Path) -> Truth:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        lines = data.get("lines")
        fields = {key: _text(value) for key, value in data.get("fields", {}).items()}
        rows = None if lines is None else tuple(
            {key: _text(value) for key, value in row.items()} for row in lines
        )  # fmt: skip
        return cls(data["document_type"], fields, rows)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


@dataclass
class Count:
    """One field over all documents."""

    truth: int = 0
    found: int = 0
    correct: int = 0
    soft: float = 0.0
    absent_right: int = 0

    def as_json(self) -> dict[str, float]:
        return {
            "truth": self.truth,
            "found": self.found,
            "correct": self.correct,
            "soft": round(self.soft / max(self.truth, 1), 4),
        }


def is_equal(spec: FieldSpec | None, truth: str, found: str) -> bool:
    """Equal after normalisation by the field's type."""
    if spec is None:
        return plain(truth) == plain(found)
    if spec.kind in NUMERIC:
        try:
            return Decimal(truth) == Decimal(found)
        except InvalidOperation:
            return truth == found
    if spec.kind == "date":
        return truth == found
    if spec.kind == "code":
        return squash(normalise(spec, truth) or truth) == squash(found)
    if plain(truth) == plain(found):
        return True
    return plain(normalise(spec, truth) or truth) == plain(found)


def similarity(truth: str, found: str) -> float:
    """Character similarity 0..1."""
    from rapidfuzz.distance import Levenshtein

    return float(Levenshtein.normalized_similarity(plain(truth), plain(found)))


@dataclass
class Tally:
    """Counts over a dataset."""

    fields: dict[str, Count] = field(default_factory=dict)
    cells: dict[str, Count] = field(default_factory=dict)
    rows_truth: int = 0
    rows_found: int = 0
    rows_exact: int = 0
    judged: list[tuple[float, bool]] = field(default_factory=list)
    exact_documents: int = 0
    wrong: list[tuple[str, str | None, Field | None]] = field(default_factory=list)

    def add(self, truth: Truth, kind: DocumentType | None, extraction: Extraction) -> None:
        """Score one document."""
        exact = True
        self.wrong = []
        for name, value in truth.fields.items():
            spec = kind.fields.get(name) if kind else None
            found = extraction.fields.get(name)
            count = self.fields.setdefault(f"{truth.document_type}.{name}", Count())
            right = self._judge(count, spec, value, found)
            if found is not None:
                self.judged.append((found.confidence, right))
            if not right:
                self.wrong.append((name, value, found))
            exact &= right
        if truth.lines is not None:
            exact &= self._add_lines(truth.lines, kind, extraction.lines)
        self.exact_documents += exact

    def _judge(
        self, count: Count, spec: FieldSpec | None, value: str | None, found: Field | None
    ) -> bool:
        count.found += found is not None
        if value is None:
            count.absent_right += found is None
            return found is None
        count.truth += 1
        if found is None:
            return False
        right = is_equal(spec, value, found.normalised)
        count.correct += right
        count.soft += 1.0 if right else similarity(value, found.normalised)
        return right

    def _add_lines(
        self,
        truth: Sequence[Mapping[str, str | None]],
        kind: DocumentType | None,
        lines: Sequence[Line],
    ) -> bool:
        """Rows are paired by likeness; a row is exact when all its scored cells are right."""
        self.rows_truth += len(truth)
        self.rows_found += len(lines)
        exact = len(truth) == len(lines)
        specs = kind.lines if kind else {}
        for row, line in paired(truth, lines, specs):
            cells = line.cells if line else {}
            right = True
            for name, value in row.items():
                count = self.cells.setdefault(name, Count())
                right &= self._judge(count, specs.get(name), value, cells.get(name))
            self.rows_exact += right
            exact &= right
        return exact


def paired(
    truth: Sequence[Mapping[str, str | None]],
    lines: Sequence[Line],
    specs: Mapping[str, FieldSpec],
) -> list[tuple[Mapping[str, str | None], Line | None]]:
    """Each true row with the extracted row that shares most cells with it."""

    def alike(row: Mapping[str, str | None], line: Line) -> float:
        return sum(
            is_equal(specs.get(name), value, line.cells[name].normalised)
            + 0.2 * similarity(value, line.cells[name].normalised)
            for name, value in row.items()
            if value is not None and name in line.cells
        )

    pairs: dict[int, Line] = {}
    free = dict(enumerate(lines))
    near = [
        (alike(row, line) - 0.01 * abs(i - j), i, j)
        for i, row in enumerate(truth)
        for j, line in enumerate(lines)
        if abs(i - j) <= 40
    ]
    for score, i, j in sorted(near, key=lambda item: (-item[0], item[1], item[2])):
        if score > 0.3 and i not in pairs and j in free:
            pairs[i] = free.pop(j)
    return [(row, pairs.get(i)) for i, row in enumerate(truth)]


def micro(counts: Mapping[str, Count]) -> dict[str, float]:
    """Precision, recall, F1 over all fields, and the share of fields decided rightly."""
    truth = sum(c.truth for c in counts.values())
    found = sum(c.found for c in counts.values())
    correct = sum(c.correct for c in counts.values())
    absent_right = sum(c.absent_right for c in counts.values())
    false_finds = found - sum(min(c.found, c.truth) for c in counts.values())
    scored = truth + absent_right + max(false_finds, 0)
    precision, recall = correct / max(found, 1), correct / max(truth, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return {
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(f1, 4),
        "accuracy": round((correct + absent_right) / max(scored, 1), 4),
    }


def confidence_quality(judged: Sequence[tuple[float, bool]]) -> dict[str, Any]:
    """How well the confidences rank right before wrong, and how true they are as probabilities."""
    right = [c for c, ok in judged if ok]
    wrong = [c for c, ok in judged if not ok]
    return {
        "auroc": _auroc(right, wrong),
        "errors": len(wrong),
        "ece": _ece(judged),
        "coverage_at": {str(p): _coverage(judged, p) for p in (0.99, 0.995)},
    }


def _auroc(right: Sequence[float], wrong: Sequence[float]) -> float | None:
    if not right or not wrong:
        return None
    wins = sum((r > w) + 0.5 * (r == w) for r in right for w in wrong)
    return round(wins / (len(right) * len(wrong)), 4)


def _ece(judged: Sequence[tuple[float, bool]], bins: int = 10) -> float | None:
    if not judged:
        return None
    total = 0.0
    for number in range(bins):
        inside = [(c, ok) for c, ok in judged if min(int(c * bins), bins - 1) == number]
        if inside:
            mean = sum(c for c, _ in inside) / len(inside)
            share = sum(ok for _, ok in inside) / len(inside)
            total += len(inside) * abs(mean - share)
    return round(total / len(judged), 4)


def _coverage(judged: Sequence[tuple[float, bool]], precision: float) -> float:
    """Largest share of values that a threshold lets through at this precision."""
    best = right = 0
    ordered = sorted(judged, key=lambda pair: -pair[0])
    for number, (confidence, ok) in enumerate(ordered, 1):
        right += ok
        is_step = number == len(ordered) or ordered[number][0] < confidence
        if is_step and right / number >= precision:
            best = number
    return round(best / max(len(ordered), 1), 4)

"""`python -m benchmarks.fit_confidence FOLDER`: weights of a word's confidence, and their worth.

FOLDER holds scans with `NAME.truth.json` (`ocr_lines`). Fitted on every other of them and on
degraded generated papers; measured on the others. Prints what goes into
include/pages/worker/engines/rapid/confidence.py.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np  # noqa: TID253  nothing that must start fast imports this

from benchmarks.generated import papers, printed_lines
from benchmarks.ocr_scoring import are_right, auroc, words_of

#: Generated pages that are degraded, and the kinds of it in turn.
GENERATED = 30
KINDS = ("scan200", "blur", "low_jpeg", "fax", "photo", "received", "scan300", "fax_coarse")
Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Judged:
    """The words of one page: what speaks for each (`clues` and `opinion`), and whether it is right.

    `line` tells which words stand in one line; `score`: of the least likely character.
    """

    values: Array
    line: Array
    score: Array
    is_right: Array


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    scans = sorted(Path(arguments[0]).glob("*.jpg"))
    pages = [judged(image, lines) for image, lines in map(_scan, scans)]
    fitted = [*pages[::2], *(judged(image, lines) for image, lines in _generated())]
    right = np.concatenate([page.is_right for page in fitted])
    values = np.concatenate([page.values for page in fitted])
    alone, asked = logistic(values[:, :-2], right), logistic(values, right)
    sys.stdout.write(f"WEIGHTS = {np.round(alone, 2).tolist()}\n")
    sys.stdout.write(f"WEIGHTS_ASKED = {np.round(asked, 2).tolist()}\n")
    for name, held in (("fitted", fitted), ("held out", pages[1::2])):
        sys.stdout.write(f"{name}: {json.dumps(quality(held, alone, asked))}\n")
    return 0


def judged(rgb: Array, printed: Sequence[str]) -> Judged:
    """What the engine sees of a page's words, beside what is printed on it."""
    from include.pages.worker.engines import tesseract
    from include.pages.worker.engines.detect import line_crops
    from include.pages.worker.engines.rapid import confidence, engine
    from include.pages.worker.engines.rapid.line_words import spans_of
    from include.pages.worker.engines.upright import put_upright

    page = put_upright(rgb)
    crops = line_crops(page.image, page.quads)
    lines = engine.load("rapidocr").lines(crops)
    places = [(i, span) for i, line in enumerate(lines) for span in spans_of(line, crops[i])]
    seen = [confidence.evidence(lines[i], span) for i, span in places]
    doubtful = confidence.share_of_doubtful(seen)
    said = {i: tesseract.load().text(crops[i]) for i, _ in places}
    values = [
        [*confidence.clues(word, doubtful), *confidence.opinion(lines[i], span, said[i])]
        for (i, span), word in zip(places, seen, strict=True)
    ]
    score = [1 - lines[i].doubt[span.first : span.last].max() for i, span in places]
    is_right = are_right(words_of(printed), [word.text.casefold() for word in seen])
    width = len(confidence.WEIGHTS_ASKED)
    return Judged(
        np.array(values, float).reshape(-1, width),
        np.array([i for i, _ in places]),
        np.array(score),
        np.array(is_right, bool),
    )


def logistic(values: Array, right: Array, ridge: float = 1.0) -> Array:
    """Weights of a logistic regression by Newton's method; one column of `values` is constant."""
    spread = np.where(values.std(axis=0) > 0, values.std(axis=0), 1.0)
    scaled = values / spread
    weights = np.zeros(values.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-scaled @ weights))
        curve = (scaled * (chance * (1 - chance))[:, None]).T @ scaled + ridge * np.eye(
            len(weights)
        )
        weights += np.linalg.solve(curve, scaled.T @ (right - chance) - ridge * weights)
    return weights / spread


def quality(pages: Sequence[Judged], alone: Array, asked: Array) -> dict[str, float]:
    """How well confidences rank errors, and how far they are from the share of right words."""
    from include.pages.worker.engines.rapid.confidence import ASK_BELOW

    right = np.concatenate([page.is_right for page in pages])
    one, two, used, lines, asks = [], [], [], 0, 0
    for page in pages:
        first = 1 / (1 + np.exp(-page.values[:, :-2] @ alone))
        second = 1 / (1 + np.exp(-page.values @ asked))
        is_asked = np.isin(page.line, page.line[first < ASK_BELOW])
        one, two = [*one, first], [*two, second]
        used.append(np.where(is_asked, second, first))
        lines += len(set(page.line))
        asks += len(set(page.line[is_asked]))
    scores = np.concatenate([page.score for page in pages])
    return {
        "words": len(right),
        "wrong": round(float(1 - right.mean()), 4),
        "auroc_lowest_character": _auroc(scores, right),
        "auroc_alone": _auroc(np.concatenate(one), right),
        "auroc_asked_always": _auroc(np.concatenate(two), right),
        "auroc_as_used": _auroc(np.concatenate(used), right),
        "calibration_error": round(_calibration(np.concatenate(used), right), 4),
        "lines_asked": round(asks / max(lines, 1), 3),
    }


def _auroc(confidence: Array, right: Array) -> float:
    return round(auroc(list(zip(confidence.tolist(), right.tolist(), strict=True))) or 0.0, 4)


def _calibration(confidence: Array, right: Array) -> float:
    """The mean distance between confidence and share of right words, over ten bins of words."""
    bins = np.array_split(np.argsort(confidence), 10)
    off = [abs(confidence[b].mean() - right[b].mean()) * len(b) for b in bins if len(b)]
    return float(sum(off) / len(right))


def _scan(path: Path) -> tuple[Array, list[str]]:
    from PIL import Image, ImageOps

    truth = json.loads(path.with_suffix(".truth.json").read_text(encoding="utf-8"))
    with Image.open(path) as image:
        return np.asarray(ImageOps.exif_transpose(image).convert("RGB")), truth["ocr_lines"]


def _generated() -> Iterator[tuple[Array, list[str]]]:
    from random import Random

    from include.samples.degrade import DPI, degrade, render

    for turn, pdf in enumerate(papers()):
        if turn % 7:
            continue
        number = turn // 7
        if number >= GENERATED:
            return
        kind = KINDS[number % len(KINDS)]
        page = degrade(kind, render(pdf, DPI[kind])[0], Random(number)).convert("RGB")
        if kind == "fax_coarse":
            page = page.resize((page.width, page.height * 2))
        yield np.asarray(page), printed_lines(pdf, 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The words of one recognised line: where one ends and the next begins, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from include.pages.worker.engines.contract import Image
from include.pages.worker.engines.rapid.ctc import ReadLine

#: What speaks for a new word between two characters (sum above 0). A gap is measured in the
#: line's usual step from character to character, and in its height. Logistic regression over
#: 57,000 gaps, half of the development receipts and rendered e-invoices; on the other half it
#: leaves 32 + 67 of the receipts' 19,773 gaps wrong, the recogniser's own blanks 38 + 112.
_BIAS, _BLANK, _WHITE, _TALL, _USUAL = -6.5, 10.5, 2.2, 4.2, -2.0
_BOTH_LETTERS, _COLON = -1.2, 1.6


@dataclass(frozen=True)
class Span:
    """Characters `first` to before `last` of a line, and where: shares of its length.

    `bounds`: the probability that it begins and ends there and nowhere between.
    """

    first: int
    last: int
    start: float
    end: float
    bounds: float


def spans_of(line: ReadLine, crop: Image) -> list[Span]:
    """The words of a line: where the recogniser saw each character says where they stand."""
    count = len(line.chars)
    if not count:
        return []
    is_white = _blank_columns(crop)
    per_step = len(is_white) / line.steps
    middles = (line.columns + 0.5) * per_step
    pitch = float(np.median(np.diff(middles))) if count > 1 else 2 * per_step
    gaps = [_white_run(is_white, int(a), int(b)) for a, b in pairwise(middles)]
    parted = _parted(line, np.array([end - start for start, end in gaps]), crop, pitch)
    starts = [0, *(np.flatnonzero(parted > 0.5) + 1).tolist()]
    bounds = np.concatenate([[1.0], np.maximum(parted, 1 - parted), [1.0]])
    ink = np.flatnonzero(~is_white)
    edges = (int(ink[0]), int(ink[-1]) + 1) if len(ink) else (0, len(is_white))
    spans = []
    for first, last in pairwise([*starts, count]):
        start, end = middles[first] - pitch / 2, middles[last - 1] + pitch / 2
        # The ink says it more exactly than the recogniser's steps, unless words touch.
        left = gaps[first - 1][1] if first else edges[0]
        right = gaps[last - 1][0] if last < count else edges[1]
        start = left if abs(left - start) < pitch else start
        end = right if abs(right - end) < pitch else end
        sure = float(bounds[first : last + 1].prod())
        spans.append(Span(first, last, start / len(is_white), end / len(is_white), sure))
    return spans


def _parted(line: ReadLine, white: Image, crop: Image, pitch: float) -> Image:
    """For each character but the last, the probability that a word ends behind it; `white`: the
    widest white run from there to the next, in pixels as is `pitch`."""
    if len(line.chars) < 2:
        return np.zeros(0)
    in_steps = white / max(pitch, 0.5)
    score = _BIAS + _BLANK * np.sqrt(line.blanks) + _WHITE * np.minimum(in_steps, 2.5)
    score += _TALL * np.minimum(white / crop.shape[0], 1.0)
    score += _USUAL * min(float(np.median(in_steps)), 1.5)
    for k, (a, b) in enumerate(pairwise(line.chars)):
        score[k] += _BOTH_LETTERS * (a.isalpha() and b.isalpha()) + _COLON * (":" in (a, b))
    probability: Image = 1 / (1 + np.exp(-score))
    return probability


def _blank_columns(crop: Image) -> Image:
    """Which pixel columns of a line hold no ink, not even a faint stroke."""
    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY).astype(np.float32)
    paper, ink = np.percentile(grey, 75), np.percentile(grey, 2)
    if np.percentile(grey, 98) - paper > paper - ink:  # white on black
        paper, ink = np.percentile(grey, 25), np.percentile(grey, 98)
    is_ink = np.abs(grey - paper) > 0.35 * abs(paper - ink) + 4
    return np.asarray(~is_ink.any(axis=0))


def _white_run(is_white: Image, here: int, there: int) -> tuple[int, int]:
    """The first of the longest white runs between two columns: from, to before."""
    best = (here, here)
    start = here
    for column in range(here, min(there + 1, len(is_white))):
        if not is_white[column]:
            start = column + 1
        elif column + 1 - start > best[1] - best[0]:
            best = (start, column + 1)
    return best

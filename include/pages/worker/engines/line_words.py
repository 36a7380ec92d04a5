"""The words of one recognised line: where they end and where they stand in the image."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import cv2
import numpy as np

from include.models import Box, Word

Image = np.ndarray[Any, Any]

#: Two characters are of two words when the recogniser saw them this many usual steps apart ...
WIDE_STEP = 1.3
#: ... and there is that much white between them: cells often stand close, with no blank read.
CELL_GAP = 0.8


def line_words(quad: Image, text: str, info: Any, crop: Image) -> list[Word]:
    """The words of one line: where the recogniser saw each character says where it stands.

    A word's confidence is that of its least certain character.
    """
    columns = [column for word in info.word_cols for column in word]
    printed = [i for i, char in enumerate(text) if not char.isspace()]
    if not printed:
        return []
    if len(columns) != len(printed):
        return [Word(text, box_of(quad), float(np.mean(info.confs)))]
    total = max(float(info.line_txt_len), 1.0)
    steps = [b - a for a, b in pairwise(columns)]
    pitch = float(np.median(steps)) if steps else 2.0
    blank = _blank_columns(crop)
    starts = [0]
    for k, (i, j) in enumerate(pairwise(printed), start=1):
        here, there = columns[k - 1], columns[k]
        is_wide = there - here > WIDE_STEP * pitch
        if j > i + 1 or (is_wide and _white(blank, here, there, total) > CELL_GAP * pitch):
            starts.append(k)
    words = []
    for start, end in pairwise([*starts, len(printed)]):
        first, last = columns[start] + 0.5 - pitch / 2, columns[end - 1] + 0.5 + pitch / 2
        box = _slice(quad, first / total, last / total)
        chars = printed[start:end]
        confidence = min(info.confs[i] for i in chars)
        words.append(Word("".join(text[i] for i in chars), box, float(confidence)))
    return words


def _blank_columns(crop: Image) -> Image:
    """Which pixel columns of a line hold no ink, not even a faint stroke."""
    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY).astype(np.float32)
    paper, ink = np.percentile(grey, 75), np.percentile(grey, 2)
    if np.percentile(grey, 98) - paper > paper - ink:  # white on black
        paper, ink = np.percentile(grey, 25), np.percentile(grey, 98)
    is_ink = np.abs(grey - paper) > 0.35 * abs(paper - ink) + 4
    return np.asarray(~is_ink.any(axis=0))


def _white(blank: Image, here: int, there: int, total: float) -> float:
    """The longest white run between two of the recogniser's columns, in such columns."""
    size = len(blank)
    start, end = int((here + 0.5) / total * size), int((there + 0.5) / total * size) + 1
    longest = run = 0
    for is_blank in blank[start:end]:
        run = run + 1 if is_blank else 0
        longest = max(longest, run)
    return longest / size * total


def _slice(quad: Image, start: float, end: float) -> Box:
    """The part of a line between two shares of its length."""
    if np.linalg.norm(quad[3] - quad[0]) >= 1.5 * np.linalg.norm(quad[1] - quad[0]):
        quad = quad[[1, 2, 3, 0]]  # read turned left: its length runs down
    a, b = min(max(start, 0.0), 1.0), min(max(end, 0.0), 1.0)
    top, bottom = quad[1] - quad[0], quad[2] - quad[3]
    corners = [quad[0] + top * a, quad[0] + top * b, quad[3] + bottom * a, quad[3] + bottom * b]
    return box_of(np.stack(corners))


def without_stray_glyphs(
    segments: list[list[Word]], boxes: list[Box]
) -> tuple[list[list[Word]], list[Box]]:
    """Drop single Chinese glyphs from a page in Latin script: they are rules and asterisks."""
    letters = [c for words in segments for word in words for c in word.text if c.isalpha()]
    if sum(map(_is_han, letters)) > 0.1 * len(letters):
        return segments, boxes
    kept = [[word for word in words if not all(map(_is_han, word.text))] for words in segments]
    both = [(words, box) for words, box in zip(kept, boxes, strict=True) if words]
    return [words for words, _ in both], [box for _, box in both]


def _is_han(char: str) -> bool:
    return "\u3000" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff"


def box_of(points: Image) -> Box:
    (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
    return Box(float(x0), float(y0), float(x1), float(y1))

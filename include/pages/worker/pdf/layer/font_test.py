"""The last word on doubtful fonts: some of their words, as a recogniser sees them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from rapidfuzz.distance import Levenshtein

from include.pages.worker.engines.ocr import recognise_crops
from include.pages.worker.pdf.glyphs import Array
from include.pages.worker.pdf.layer.fonts import Doubt
from include.pages.worker.pdf.layer.likeness import likeness, shape_of
from include.pages.worker.pdf.rendering import rendered_part
from include.pages.worker.pdf.words import LayerWords

#: So many fonts of a page are tested, on a line of so many words each.
MAX_FONTS, MAX_WORDS = 6, 8
DPI, _LINE_HEIGHT = 220, 48
#: A font lies when a digit is recognised in less than this share of its places ...
KEPT_DIGITS = 0.5
#: ... or when less than this of its words is recognised, by a recogniser that is sure.
UNLIKE, SURE = 0.5, 0.8


def lying_fonts(page: Any, layer: LayerWords, fonts: Array, doubts: Sequence[Doubt]) -> set[int]:
    """Addresses of the fonts whose words a recogniser reads otherwise; `fonts`: of each glyph.

    Past `MAX_FONTS`, what looks wrong is taken to be wrong.
    """
    tested, lying = doubts[:MAX_FONTS], {doubt.font for doubt in doubts[MAX_FONTS:]}
    samples = [_sample(layer, fonts, doubt) for doubt in tested]
    lines = [_line(page, layer, sample) for sample in samples]
    read = recognise_crops(lines)
    for doubt, sample, (text, score) in zip(tested, samples, read, strict=True):
        said = "".join(layer.texts[i] for i in sample)
        if _is_lie(said, text, score, doubt.odd):
            lying.add(doubt.font)
    return lying


def _sample(layer: LayerWords, fonts: Array, doubt: Doubt) -> list[int]:
    """Words of the font that hold as many of its odd characters as possible."""
    of_font = np.flatnonzero(np.add.reduceat(fonts == doubt.font, layer.starts[:-1]) > 0)
    missing = set(doubt.odd)
    chosen: list[int] = []
    rank = sorted(of_font.tolist(), key=lambda i: -len(doubt.odd & set(layer.texts[i])))
    for index in rank:
        if len(chosen) >= MAX_WORDS or len(layer.texts[index]) > 30:
            break
        if not chosen or missing & set(layer.texts[index]) or len(chosen) < MAX_WORDS // 2:
            chosen.append(index)
            missing -= set(layer.texts[index])
    return chosen or of_font[:1].tolist()


def _line(page: Any, layer: LayerWords, sample: Sequence[int]) -> Array:
    """The words drawn beside each other in one line."""
    pieces = []
    for index in sample:
        piece = rendered_part(page, layer.word(index).box, DPI, 1.5)
        height, width = piece.shape[:2]
        scaled = np.clip(round(width * _LINE_HEIGHT / height), 4, 1000)
        columns = (np.arange(scaled) * (width / scaled)).astype(int)
        rows = (np.arange(_LINE_HEIGHT) * (height / _LINE_HEIGHT)).astype(int)
        pieces += [piece[rows][:, columns], np.full((_LINE_HEIGHT, 14, 3), 255, np.uint8)]
    return np.ascontiguousarray(np.concatenate(pieces, axis=1))


def _is_lie(said: str, seen: str, score: float, odd: frozenset[str]) -> bool:
    shape, shape_seen = shape_of(said), shape_of(seen)
    kept: Counter[str] = Counter()
    for block in Levenshtein.editops(shape, shape_seen).as_matching_blocks():
        kept.update(shape[block.a : block.a + block.size])
    is_other = any(kept[char] < KEPT_DIGITS * shape.count(char) for char in odd if char.isdigit())
    return score >= SURE and (is_other or likeness(said, seen) < UNLIKE)

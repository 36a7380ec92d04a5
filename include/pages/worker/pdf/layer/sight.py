"""What of a page's text can be seen: the page drawn with its text and without it, and compared."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import pypdfium2.raw as pdfium_c

from include.pages.worker.pdf.glyphs import Array, Glyphs
from include.pages.worker.pdf.words import LayerWords

#: Enough to see a comma of 6 points; a huge page is drawn coarser.
DPI, MAX_PIXELS = 100, 2_500_000
#: What a person cannot tell from its ground, of 255.
INVISIBLE = 20
#: The share of its box that a glyph's ink must cover at least.
MIN_INK = 0.03
#: Points: the font height of type that nobody can read.
TINY = 1.75
#: Two words of which the smaller has more than this share in common stand over each other.
OVER_EACH_OTHER = 0.5
_MAX_COMPARED = 2500
#: Shapes of this height in points, and so wide for it, may be letters that are no text.
_LETTER_HEIGHT, _LETTER_WIDTH = (2.8, 24.0), 6.0
#: How far a letter stands out from its surroundings, of 255.
_STANDS_OUT = 40


@dataclass(frozen=True)
class Sight:
    """A page as pixels, `scale` per point: as it is, and without any of its text."""

    whole: Array
    bare: Array
    scale: float


def look(page: Any, glyphs: Glyphs) -> Sight:
    """Draw a pypdfium2 page with and without its text."""
    width, height = glyphs.size
    scale = min(DPI / 72, math.sqrt(MAX_PIXELS / max(width * height, 1.0)))
    whole = _drawn(page, scale)
    bare = _drawn_without(page, scale, glyphs.all_owners)
    return Sight(whole, bare, scale)


def visible_glyphs(glyphs: Glyphs, sight: Sight) -> Array:
    """For each glyph whether a person can see it; one beside the page cannot be seen."""
    if not len(glyphs.boxes):
        return np.zeros(0, bool)
    ink, area = _ink(sight, glyphs.boxes)
    height = glyphs.rows[:, 3] - glyphs.rows[:, 1]
    width = glyphs.rows[:, 2] - glyphs.rows[:, 0]
    is_tiny = np.maximum(height, width) < TINY
    return np.asarray((ink >= np.maximum(MIN_INK * area, 1)) & ~is_tiny)


def hidden_behind(page: Any, layer: LayerWords, sight: Sight) -> Array:
    """For each word whether it stands under another one and cannot be seen."""
    hidden = np.zeros(len(layer.texts), bool)
    below, above = _over_each_other(layer)
    for one in (below, above):
        if not len(one):
            continue
        owners = set(layer.owners[one].tolist())
        without = _drawn_without(page, sight.scale, owners)
        ink, area = _ink(Sight(sight.whole, without, sight.scale), layer.boxes[one])
        hidden[one] |= ink < np.maximum(MIN_INK * area, 1)
    return hidden


def _over_each_other(layer: LayerWords) -> tuple[Array, Array]:
    """Pairs of words of different text at one place, as two lists of indexes."""
    boxes, count = layer.boxes, len(layer.texts)
    if not 1 < count <= _MAX_COMPARED:
        return np.zeros(0, int), np.zeros(0, int)
    x0, y0, x1, y1 = boxes.T.astype(np.float32)
    across = np.minimum(x1[:, None], x1) - np.maximum(x0[:, None], x0)
    down = np.minimum(y1[:, None], y1) - np.maximum(y0[:, None], y0)
    area = np.maximum((x1 - x0) * (y1 - y0), 1e-3)
    shared = np.maximum(across, 0) * np.maximum(down, 0)
    over = np.triu(shared > OVER_EACH_OTHER * np.minimum(area[:, None], area), 1)
    pairs = [
        (i, j)
        for i, j in np.argwhere(over).tolist()
        if layer.texts[i] != layer.texts[j] and layer.owners[i] != layer.owners[j]
    ]
    below, above = zip(*pairs, strict=True) if pairs else ((), ())
    return np.array(below, int), np.array(above, int)


def letters_without_text(sight: Sight, known: Array) -> Array:
    """Boxes (n, 4) in points of shapes that may be letters, drawn or in pictures; `known`: boxes
    where the words are known already."""
    grey = cv2.cvtColor(sight.bare, cv2.COLOR_RGB2GRAY)
    if np.ptp(grey[::2, ::2]) < _STANDS_OUT:
        return np.zeros((0, 4))
    stands_out = cv2.absdiff(grey, cv2.blur(grey, (25, 25))) > _STANDS_OUT
    for x0, y0, x1, y1 in np.rint(known * sight.scale).astype(int).clip(0).tolist():
        stands_out[y0:y1, x0:x1] = False
    _, _, found, _ = cv2.connectedComponentsWithStats(stands_out.astype(np.uint8), connectivity=8)
    x, y, width, height, area = found[1:].T
    low, high = (limit * sight.scale for limit in _LETTER_HEIGHT)
    is_letter = (height >= low) & (height <= high) & (width <= _LETTER_WIDTH * height)
    is_letter &= (area < 0.85 * width * height) | (width < height / 2)
    x, y, width, height = (side[is_letter] for side in (x, y, width, height))
    return np.stack([x, y, x + width, y + height], axis=1) / sight.scale


def has_ink_below(sight: Sight, boxes: Array) -> Array:
    """For each box whether the page without its text shows something there."""
    grey = cv2.cvtColor(sight.bare, cv2.COLOR_RGB2GRAY)
    found = np.zeros(len(boxes), bool)
    for index, (x0, y0, x1, y1) in enumerate(_pixels(sight, boxes).tolist()):
        part = grey[y0:y1, x0:x1]
        found[index] = part.size > 0 and int(part.max()) - int(part.min()) > _STANDS_OUT
    return found


def _drawn(page: Any, scale: float) -> Array:
    bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
    try:
        array = bitmap.to_numpy()
        if array.ndim == 2 or array.shape[2] == 1:
            array = np.repeat(array.reshape(*array.shape[:2], 1), 3, axis=2)
        return np.ascontiguousarray(array[:, :, :3]).copy()
    finally:
        bitmap.close()


def _drawn_without(page: Any, scale: float, owners: Iterable[int]) -> Array:
    objects = [ctypes.cast(owner, pdfium_c.FPDF_PAGEOBJECT) for owner in owners if owner]
    for item in objects:
        pdfium_c.FPDFPageObj_SetIsActive(item, False)
    try:
        return _drawn(page, scale)
    finally:
        for item in objects:
            pdfium_c.FPDFPageObj_SetIsActive(item, True)


def _ink(sight: Sight, boxes: Array) -> tuple[Array, Array]:
    """How many pixels in each box change when the text is taken away, and how many there are."""
    difference = cv2.absdiff(sight.whole, sight.bare)
    strongest = cv2.max(cv2.max(difference[:, :, 0], difference[:, :, 1]), difference[:, :, 2])
    total = cv2.integral((strongest > INVISIBLE).astype(np.uint8))
    x0, y0, x1, y1 = _pixels(sight, boxes).T
    ink = total[y1, x1] - total[y0, x1] - total[y1, x0] + total[y0, x0]
    return ink, (x1 - x0) * (y1 - y0)


def _pixels(sight: Sight, boxes: Array) -> Array:
    """The boxes in whole pixels inside the picture; a thin one gets two pixels where there are."""
    height, width = sight.whole.shape[:2]
    low = np.floor(boxes[:, :2] * sight.scale)
    high = np.maximum(np.ceil(boxes[:, 2:] * sight.scale), low + 2)
    both = np.concatenate([low, high], axis=1).clip(-1, 1 << 20).astype(int)
    limits = np.array([width, height, width, height])
    return np.asarray(both.clip(0, limits))

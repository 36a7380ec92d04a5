"""What of a page's text can be seen: the page drawn with its text and without it, and compared."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from include.pages.worker.pdf.glyphs import Array, Glyphs, direct
from include.pages.worker.pdf.words import LayerWords

#: Enough to tell digits of 6 points apart; a huge page is drawn coarser.
DPI, MAX_PIXELS = 150, 3_000_000
#: What a person cannot tell from its ground, of 255; and what is no trace of ink at all.
INVISIBLE, FAINT = 20, 6
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

_set_active = direct("FPDFPageObj_SetIsActive", ctypes.c_int, ctypes.c_void_p, ctypes.c_int)


@dataclass(frozen=True)
class Sight:
    """A page in grey pixels, `scale` per point: as it is, and without any of its text."""

    whole: Array
    bare: Array
    scale: float


def look(page: Any, glyphs: Glyphs) -> Sight:
    """Draw a pypdfium2 page with and without its text."""
    width, height = glyphs.size
    scale = min(DPI / 72, math.sqrt(MAX_PIXELS / max(width * height, 1.0)))
    whole = drawn(page, scale)
    bare = _drawn_without(page, scale, glyphs.all_owners)
    return Sight(whole, bare, scale)


def visible_glyphs(glyphs: Glyphs, sight: Sight) -> Array:
    """For each glyph whether a person can see it; one beside the page cannot be seen."""
    count = len(glyphs.text)
    if not count:
        return np.zeros(0, bool)
    half = _halved(cv2.absdiff(sight.whole, sight.bare))
    where = _pixels(half, glyphs.boxes, sight.scale / 2)
    area = (where[:, 2] - where[:, 0]) * (where[:, 3] - where[:, 1])
    size = np.maximum(glyphs.rows[:, 3] - glyphs.rows[:, 1], glyphs.rows[:, 2] - glyphs.rows[:, 0])
    is_large = size >= TINY
    seen = (_changed(half, where, INVISIBLE) >= np.maximum(MIN_INK * area, 1)) & is_large
    if seen.all():
        return np.asarray(seen)
    # A thin letter or a point may leave little ink: it is seen where its neighbours are.
    words = np.cumsum(~(glyphs.follows & (glyphs.owners == np.roll(glyphs.owners, 1)))) - 1
    says_something = np.fromiter(map(str.isalnum, glyphs.text), bool, count)
    is_in_seen_word = np.bincount(words, seen)[words] > 0
    is_in_mere_signs = np.bincount(words, says_something)[words] == 0
    has_trace = (_changed(half, where, FAINT) > 0) & is_large
    seen |= has_trace & (is_in_seen_word | is_in_mere_signs)
    return np.asarray(seen | (~says_something & is_in_seen_word))


def hidden_behind(page: Any, layer: LayerWords, sight: Sight) -> Array:
    """For each word whether it stands under another one and cannot be seen."""
    hidden = np.zeros(len(layer.texts), bool)
    below, above = _over_each_other(layer)
    for one in (below, above):
        if not len(one):
            continue
        owners = set(layer.owners[one].tolist())
        without = _drawn_without(page, sight.scale, owners)
        half = _halved(cv2.absdiff(sight.whole, without))
        where = _pixels(half, layer.boxes[one], sight.scale / 2)
        area = (where[:, 2] - where[:, 0]) * (where[:, 3] - where[:, 1])
        hidden[one] |= _changed(half, where, INVISIBLE) < np.maximum(MIN_INK * area, 1)
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


def letters_without_text(sight: Sight, drawings: Array, known: Array) -> Array:
    """Boxes (n, 4) in points of shapes in the `drawings` that may be letters; `known`: boxes where
    the words are known already."""
    found = [np.zeros((0, 4))]
    for left, top, right, bottom in _pixels(sight.bare, drawings, sight.scale).tolist():
        part = sight.bare[top:bottom, left:right]
        if part.size and np.ptp(part) >= _STANDS_OUT:
            shift = np.array([left, top, left, top]) / sight.scale
            found.append(_letters(part, sight.scale, known - shift) + shift)
    return np.concatenate(found)


def _letters(grey: Array, scale: float, known: Array) -> Array:
    stands_out = _outstanding(grey, scale, known)
    _, _, found, _ = cv2.connectedComponentsWithStats(stands_out, connectivity=8)
    x, y, width, height, area = found[1:].T
    low, high = (limit * scale for limit in _LETTER_HEIGHT)
    is_letter = (height >= low) & (height <= high) & (width <= _LETTER_WIDTH * height)
    is_letter &= (area < 0.85 * width * height) | (width < height)
    x, y, width, height = (value[is_letter] for value in (x, y, width, height))
    return np.asarray(np.stack([x, y, x + width, y + height], axis=1) / scale)


def _outstanding(grey: Array, scale: float, known: Array) -> Array:
    """1 where a pixel differs from its surroundings and no word is known, else 0."""
    side = int(18 * scale) | 1
    difference = cv2.absdiff(grey, cv2.blur(grey, (side, side)))
    _, stands_out = cv2.threshold(difference, _STANDS_OUT, 1, cv2.THRESH_BINARY)
    for x0, y0, x1, y1 in np.rint(known * scale).astype(int).clip(0).tolist():
        stands_out[y0:y1, x0:x1] = 0
    return np.asarray(stands_out)


def has_ink_below(sight: Sight, boxes: Array) -> Array:
    """For each box whether the page without its text shows something there."""
    found = np.zeros(len(boxes), bool)
    for index, (x0, y0, x1, y1) in enumerate(_pixels(sight.bare, boxes, sight.scale).tolist()):
        part = sight.bare[y0:y1, x0:x1]
        found[index] = part.size > 0 and int(part.max()) - int(part.min()) > _STANDS_OUT
    return found


def drawn(page: Any, scale: float) -> Array:
    """A pypdfium2 page in grey, `scale` pixels per point."""
    bitmap = page.render(scale=scale, grayscale=True)
    try:
        array = bitmap.to_numpy()  # it keeps the pixels when the bitmap is closed
        return np.asarray(array.reshape(array.shape[:2]))
    finally:
        bitmap.close()


def _drawn_without(page: Any, scale: float, owners: Iterable[int]) -> Array:
    objects = [owner for owner in owners if owner]
    for item in objects:
        _set_active(item, False)
    try:
        return drawn(page, scale)
    finally:
        for item in objects:
            _set_active(item, True)


def _changed(difference: Array, where: Array, least: int) -> Array:
    """How many pixels in each place change by more than `least` when text is taken away."""
    _, changed = cv2.threshold(difference, least, 1, cv2.THRESH_BINARY)
    total = cv2.integral(changed)
    x0, y0, x1, y1 = where.T
    return np.asarray(total[y1, x1] - total[y0, x1] - total[y1, x0] + total[y0, x0])


def _halved(picture: Array) -> Array:
    """Half the size; of four pixels the brightest."""
    even = picture[: picture.shape[0] // 2 * 2, : picture.shape[1] // 2 * 2]
    rows = cv2.max(even[::2], even[1::2])
    return np.asarray(np.maximum(rows[:, ::2], rows[:, 1::2]))


def _pixels(picture: Array, boxes: Array, scale: float) -> Array:
    """The boxes in whole pixels inside the picture; a stroke may be drawn a pixel beside."""
    height, width = picture.shape[:2]
    low = np.floor(boxes[:, :2] * scale)
    high = np.ceil(boxes[:, 2:] * scale)
    is_thin = high - low <= 2
    both = np.concatenate([low - is_thin, high + is_thin], axis=1).clip(-1, 1 << 20).astype(int)
    return np.asarray(both.clip(0, np.array([width, height, width, height])))

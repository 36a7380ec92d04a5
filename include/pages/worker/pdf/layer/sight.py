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

    @property
    def half_shape(self) -> tuple[int, int]:
        """Height and width of the picture at half its size."""
        height, width = self.whole.shape
        return height // 2, width // 2


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
    where = _pixels(sight.half_shape, glyphs.boxes, sight.scale / 2)
    area = (where[:, 2] - where[:, 0]) * (where[:, 3] - where[:, 1])
    size = np.maximum(glyphs.rows[:, 3] - glyphs.rows[:, 1], glyphs.rows[:, 2] - glyphs.rows[:, 0])
    is_large = size >= TINY
    changed = _changed(sight.whole, sight.bare, where, INVISIBLE)
    seen = (changed >= np.maximum(MIN_INK * area, 1)) & is_large
    if seen.all():
        return np.asarray(seen)
    # A thin letter or a point may leave little ink: it is seen where its neighbours are.
    words = np.cumsum(~(glyphs.follows & (glyphs.owners == np.roll(glyphs.owners, 1)))) - 1
    says_something = np.fromiter(map(str.isalnum, glyphs.text), bool, count)
    is_in_seen_word = np.bincount(words, seen)[words] > 0
    is_in_mere_signs = np.bincount(words, says_something)[words] == 0
    has_trace = is_large & ~seen
    has_trace[has_trace] = _changed(sight.whole, sight.bare, where[has_trace], FAINT) > 0
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
        where = _pixels(sight.half_shape, layer.boxes[one], sight.scale / 2)
        area = (where[:, 2] - where[:, 0]) * (where[:, 3] - where[:, 1])
        changed = _changed(sight.whole, without, where, INVISIBLE)
        hidden[one] |= changed < np.maximum(MIN_INK * area, 1)
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
    for left, top, right, bottom in _pixels(sight.bare.shape, drawings, sight.scale).tolist():
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
    for index, (x0, y0, x1, y1) in enumerate(
        _pixels(sight.bare.shape, boxes, sight.scale).tolist()
    ):
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


def _changed(one: Array, other: Array, where: Array, least: int) -> Array:
    """How many pixels in each place differ by more than `least` between two pictures; `where`:
    places in the pictures at half their size."""
    if not len(where):
        return np.zeros(0, np.int64)
    (x, y), (right, bottom) = where[:, :2].min(axis=0), where[:, 2:].max(axis=0)
    if x >= right or y >= bottom:
        return np.zeros(len(where), np.int64)
    part = slice(2 * y, 2 * bottom), slice(2 * x, 2 * right)
    half = _halved(cv2.absdiff(one[part], other[part]))
    _, changed = cv2.threshold(half, least, 1, cv2.THRESH_BINARY)
    total = cv2.integral(changed)
    x0, y0, x1, y1 = (where - (x, y, x, y)).T
    return np.asarray(total[y1, x1] - total[y0, x1] - total[y1, x0] + total[y0, x0])


def _halved(picture: Array) -> Array:
    """A picture of even sides at half its size; of four pixels the brightest."""
    rows = cv2.max(picture[::2], picture[1::2])
    left, right = cv2.split(rows.reshape(len(rows), -1, 2))
    return np.asarray(cv2.max(left, right))


def _pixels(shape: tuple[int, ...], boxes: Array, scale: float) -> Array:
    """The boxes in whole pixels inside a picture; a stroke may be drawn a pixel beside."""
    height, width = shape
    low = np.floor(boxes[:, :2] * scale)
    high = np.ceil(boxes[:, 2:] * scale)
    is_thin = high - low <= 2
    both = np.concatenate([low - is_thin, high + is_thin], axis=1).clip(-1, 1 << 20).astype(int)
    return np.asarray(both.clip(0, np.array([width, height, width, height])))

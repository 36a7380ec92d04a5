"""A PDF page as pixels, and pixels as points."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from include.errors import OverLimit
from include.models import Box, Word
from include.settings import ReaderLimits


def rendered(page: Any, dpi: float, limits: ReaderLimits) -> tuple[float, Any]:
    """Pixels per point and the page as an RGB array; a huge page is rendered coarser."""
    width, height = page.get_size()
    if width <= 0 or height <= 0:
        raise ValueError("a page without area")
    scale = min(dpi / 72, math.sqrt(limits.megapixels * 1e6 / 4 / (width * height)))
    if scale < 0.2:
        raise OverLimit(f"a page of {width / 72:.0f} x {height / 72:.0f} inches")
    bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
    try:
        return scale, _as_rgb(bitmap.to_numpy())
    finally:
        bitmap.close()


def rendered_part(page: Any, box: Box, dpi: float, margin: float) -> Any:
    """The part of a page around a box (in points, as displayed) as an RGB array."""
    width, height = page.get_size()
    left, top = max(box.x0 - margin, 0), max(box.y0 - margin, 0)
    right, bottom = max(width - box.x1 - margin, 0), max(height - box.y1 - margin, 0)
    crop = (min(left, width - 2), min(bottom, height - 2), right, top)
    bitmap = page.render(scale=dpi / 72, crop=crop, rev_byteorder=True, prefer_bgrx=False)
    try:
        return _as_rgb(bitmap.to_numpy())
    finally:
        bitmap.close()


def _as_rgb(array: Any) -> Any:
    if array.ndim == 2 or array.shape[2] == 1:
        array = np.repeat(array.reshape(*array.shape[:2], 1), 3, axis=2)
    return np.array(array[:, :, :3])


def in_points(word: Word, scale: float) -> Word:
    """A word whose box is in pixels, with its box in points."""
    b = word.box
    return replace(word, box=Box(b.x0 / scale, b.y0 / scale, b.x1 / scale, b.y1 / scale))


def turned_back(word: Word, rotation: int, width: float, height: float) -> Word:
    """A word of a picture that was turned clockwise by `rotation` degrees, where it stood before
    on the picture of `width` x `height` (same unit as the box)."""
    b = word.box
    if rotation == 90:
        box = Box(b.y0, height - b.x1, b.y1, height - b.x0)
    elif rotation == 180:
        box = Box(width - b.x1, height - b.y1, width - b.x0, height - b.y0)
    elif rotation == 270:
        box = Box(width - b.y1, b.x0, width - b.y0, b.x1)
    else:
        return word
    return replace(word, box=box)

"""Drawn lines of a scan, by what stays of its picture when all short runs of ink are taken out."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

from include.models import Box

#: A page with more lines is a drawing.
MAX_RULINGS = 1_500
#: Points: a line is no thicker than this.
MAX_THICKNESS = 3.0


def image_rulings(rgb: Any, scale: float, skew: float = 0.0) -> tuple[Box, ...]:
    """The lines on an upright page image (RGB or grey), as thin boxes in pixels.

    `scale`: pixels per point. `skew`: degrees clockwise by which the lines fall; the boxes are
    turned back by it about the middle, as the words are.
    """
    grey = rgb[:, :, 1] if rgb.ndim == 3 else rgb
    step = max(1, round(scale * 72 / 100))
    small = cv2.erode(grey, np.ones((step, step), np.uint8))[::step, ::step] if step > 1 else grey
    small = np.ascontiguousarray(small)
    ink = cv2.adaptiveThreshold(
        small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 18
    )
    unit = scale / step
    across = _runs(ink, unit)
    down = [(y, x, h, w) for x, y, w, h in _runs(np.ascontiguousarray(ink.T), unit)]
    if len(across) + len(down) > MAX_RULINGS:
        return ()
    height, width = grey.shape[:2]
    level = _leveller(skew, width / 2, height / 2)
    return tuple(level(*(v * step for v in run)) for run in (*across, *down))


def _runs(ink: Any, unit: float) -> list[tuple[int, int, int, int]]:
    """Long dark runs to the right as (x, y, width, height); breaks of a few pixels are bridged."""
    length = max(round(20 * unit), 12)
    bridged = cv2.morphologyEx(
        ink, cv2.MORPH_CLOSE, np.ones((1, max(round(3 * unit), 3)), np.uint8)
    )
    lines = cv2.morphologyEx(bridged, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    lines = cv2.dilate(lines, np.ones((3, max(round(5 * unit), 3)), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(lines, connectivity=8, ltype=cv2.CV_32S)
    found = []
    for x, y, w, h, area in stats[1:].tolist():
        thickness = area / w - 2
        is_thin = thickness <= max(MAX_THICKNESS * unit, 3) and h <= 6 * unit + 0.02 * w
        if is_thin and w >= 1.5 * length and not _runs_through_text(ink, x, y, w, h):
            found.append((x, y, w, h))
    return found


def _runs_through_text(ink: Any, x: int, y: int, w: int, h: int) -> bool:
    """Whether there is ink both close above and close below, as where letters make the run."""
    if h >= 12:
        return False  # a sloping line meets itself there
    above, below = ink[max(y - 2, 0) : y, x : x + w], ink[y + h : y + h + 2, x : x + w]
    return bool(above.size and below.size and min(above.mean(), below.mean()) > 0.15 * 255)


def _leveller(skew: float, cx: float, cy: float) -> Callable[[float, float, float, float], Box]:
    c, s = math.cos(math.radians(skew)), math.sin(math.radians(skew))

    def level(x: float, y: float, w: float, h: float) -> Box:
        """A thin box of the same length about the turned centre."""
        mx, my = x + w / 2 - cx, y + h / 2 - cy
        mx, my = mx * c + my * s + cx, my * c - mx * s + cy
        if w >= h:
            return Box(mx - w / 2, my - 0.5, mx + w / 2, my + 0.5)
        return Box(mx - 0.5, my - h / 2, mx + 0.5, my + h / 2)

    return level

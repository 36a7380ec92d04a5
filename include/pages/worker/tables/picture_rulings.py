"""Drawn lines of a scan, by what stays of its picture when all short runs of ink are taken out."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np

from include.models import Box

#: A page with more lines is a drawing.
MAX_RULINGS = 1_500
#: Points: a line is no thicker than this.
MAX_THICKNESS = 3.0
#: A line is so much ink over each piece of so many pixels; a row of letters is less.
MIN_INK, _PIECE = 0.86, 24


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


def scaled(rulings: Sequence[Box], scale: float) -> tuple[Box, ...]:
    """Lines in units that are `scale` times as large."""
    return tuple(Box(b.x0 / scale, b.y0 / scale, b.x1 / scale, b.y1 / scale) for b in rulings)


def _runs(ink: Any, unit: float) -> list[tuple[int, int, int, int]]:
    """Long dark runs to the right as (x, y, width, height); breaks of a few pixels are bridged."""
    length = max(round(20 * unit), 12)
    bridge, reach = max(round(3 * unit), 3), max(round(2.5 * unit), 1)
    bridged = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, bridge), np.uint8))
    lines = cv2.morphologyEx(bridged, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    lines = cv2.dilate(lines, np.ones((3, 2 * reach + 1), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(lines, connectivity=8, ltype=cv2.CV_32S)
    found = []
    for x, y, w, h, area in stats[1:].tolist():
        thickness = area / w - 2
        x, w = x + reach, w - 2 * reach
        is_thin = thickness <= max(MAX_THICKNESS * unit, 3) and h <= 6 * unit + 0.02 * w
        if is_thin and w >= 1.4 * length and _is_solid(ink[y : y + h, x : x + w]):
            found.append((x, y, w, h))
    return found


def _is_solid(run: Any) -> bool:
    """Whether piece by piece some row is nearly all ink; rows of letters have gaps."""
    pieces = max(run.shape[1] // _PIECE, 1)
    size = run.shape[1] // pieces
    shares = run[:, : pieces * size].reshape(run.shape[0], pieces, size).mean(axis=2)
    return bool(shares.max(axis=0).mean() >= MIN_INK * 255)


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

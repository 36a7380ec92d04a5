"""Parts of a text line as boxes in its page."""

from __future__ import annotations

import numpy as np

from include.models import Box
from include.pages.worker.engines.contract import Image


def box_of(points: Image) -> Box:
    """The box around points (n, 2)."""
    (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
    return Box(float(x0), float(y0), float(x1), float(y1))


def part_of(quad: Image, start: float, end: float) -> Box:
    """The part of a line between two shares of its length."""
    if np.linalg.norm(quad[3] - quad[0]) >= 1.5 * np.linalg.norm(quad[1] - quad[0]):
        quad = quad[[1, 2, 3, 0]]  # read turned left: its length runs down
    a, b = min(max(start, 0.0), 1.0), min(max(end, 0.0), 1.0)
    top, bottom = quad[1] - quad[0], quad[2] - quad[3]
    corners = [quad[0] + top * a, quad[0] + top * b, quad[3] + bottom * a, quad[3] + bottom * b]
    return box_of(np.stack(corners))

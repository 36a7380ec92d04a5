"""Drawn lines put together: pieces joined, strokes through words left out, grids told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from include.models import Box

#: Points: pieces of one line lie no farther aside, and no farther apart.
ASIDE, APART = 1.5, 4.0
#: More lines than this are a drawing.
MAX_LINES = 1_500

#: (position, start, end): y, x0, x1 of a line across; x, y0, y1 of a line down.
Line = tuple[float, float, float]


@dataclass(frozen=True)
class Lines:
    """The lines of a page, across and down, each sorted by position."""

    horizontal: tuple[Line, ...] = ()
    vertical: tuple[Line, ...] = ()

    def across(self, x0: float, x1: float, top: float, bottom: float) -> list[float]:
        """y of the lines between top and bottom that span most of x0..x1."""
        wanted = 0.6 * (x1 - x0)
        return [
            y
            for y, a, b in self.horizontal
            if top < y < bottom and min(b, x1) - max(a, x0) >= wanted
        ]

    def down(self, top: float, bottom: float, x0: float, x1: float) -> list[float]:
        """x of the lines from x0 to x1 that run down most of top..bottom."""
        wanted = 0.6 * (bottom - top)
        return [
            x for x, a, b in self.vertical if x0 < x < x1 and min(b, bottom) - max(a, top) >= wanted
        ]

    def frame_around(self, x0: float, x1: float, y: float) -> tuple[float, float] | None:
        """The reach of the nearest line below y that spans x0..x1."""
        for at, a, b in self.horizontal:
            if y - 3 <= at <= y + 30 and a <= x0 + 5 and b >= x1 - 5:
                return a, b
        return None


def lines_of(rulings: Sequence[Box], words: Sequence[Box]) -> Lines:
    """The lines of a page without those that only strike through `words`: those of a scan, where
    letters in a row may look like a line."""
    if not rulings or len(rulings) > MAX_LINES:
        return Lines()
    kept = [
        b for b, is_through in zip(rulings, _through(rulings, words), strict=True) if not is_through
    ]
    across = [(b.middle, b.x0, b.x1) for b in kept if b.width >= b.height]
    down = [((b.x0 + b.x1) / 2, b.y0, b.y1) for b in kept if b.width < b.height]
    return Lines(tuple(_joined(across)), tuple(_joined(down)))


def _through(rulings: Sequence[Box], words: Sequence[Box]) -> list[bool]:
    """For each line, whether it runs through the middle of words for most of its length."""
    if not words:
        return [False] * len(rulings)
    r = np.array([(b.x0, b.y0, b.x1, b.y1) for b in rulings])[:, None, :]
    w = np.array([(b.x0, b.y0, b.x1, b.y1) for b in words])[None, :, :]
    width, height = w[..., 2] - w[..., 0], w[..., 3] - w[..., 1]
    y, x = (r[..., 1] + r[..., 3]) / 2, (r[..., 0] + r[..., 2]) / 2
    shared_x = np.minimum(r[..., 2], w[..., 2]) - np.maximum(r[..., 0], w[..., 0])
    shared_y = np.minimum(r[..., 3], w[..., 3]) - np.maximum(r[..., 1], w[..., 1])
    is_across = r[..., 2] - r[..., 0] >= r[..., 3] - r[..., 1]
    in_y = (y > w[..., 1] + 0.2 * height) & (y < w[..., 3] - 0.15 * height)
    in_x = (x > w[..., 0] + 0.2 * width) & (x < w[..., 2] - 0.2 * width)
    inside = np.where(is_across, np.where(in_y, shared_x, 0), np.where(in_x, shared_y, 0))
    length = np.maximum(r[..., 2] - r[..., 0], r[..., 3] - r[..., 1])[:, 0]
    found: list[bool] = (inside.clip(0).sum(axis=1) > 0.4 * length).tolist()
    return found


def _joined(lines: list[Line]) -> list[Line]:
    """Pieces that continue each other as one line."""
    out: list[Line] = []
    group: list[Line] = []
    for line in sorted(lines):
        if group and line[0] - group[0][0] > 2 * ASIDE:
            out += _chained(group)
            group = []
        group.append(line)
    return sorted(out + _chained(group)) if group else out


def _chained(group: Sequence[Line]) -> list[Line]:
    out: list[list[Any]] = []
    for at, start, end in sorted(group, key=lambda g: (g[1], g[2], g[0])):
        if out and start - out[-1][2] <= APART:
            out[-1][2] = max(out[-1][2], end)
            out[-1][3].append(at)
        else:
            out.append([at, start, end, [at]])
    return [(sum(ys) / len(ys), start, end) for _, start, end, ys in out]

"""A page image at a size that engines read well, turned upright, its text lines found."""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass

import cv2
import numpy as np

from include.pages.worker.engines.contract import Image
from include.pages.worker.engines.detect import line_crops, text_lines, votes_upside_down

log = logging.getLogger(__name__)

#: Longest side in pixels that the engine is given; A4 at 200 dpi has 2339.
MAX_SIDE = 2400
#: Smaller images are enlarged to this longest side: the letters are too small otherwise.
MIN_SIDE = 900
#: Degrees: below, the boxes are left alone; above the second, the image is turned and read anew.
SKEW_SEEN, SKEW_TURNED = 0.1, 0.7
_SAMPLE = 24
#: Longest side at which the skew is measured to a twentieth of a degree.
PROFILE_SIDE = 1200


@dataclass(frozen=True)
class Upright:
    """The page as the engines see it.

    `scale`: its pixels per pixel of the original; `quads`: the text lines in it; `tilt`: degrees
    clockwise by which these still fall; `rotation`, `skew`: how the original was turned.
    """

    image: Image
    scale: float
    quads: Image
    tilt: float
    rotation: int
    skew: float
    flags: tuple[str, ...]

    @property
    def level_quads(self) -> Image:
        """The lines as they would stand without the tilt, about the middle of the image."""
        height, width = self.image.shape[:2]
        return _levelled(self.quads, self.tilt, width / 2, height / 2) if self.tilt else self.quads


def put_upright(rgb: Image) -> Upright:
    """Scale, stretch and turn a page image so that its lines can be read."""
    image, scale = _fitted(np.ascontiguousarray(rgb[:, :, ::-1]))
    image, flags = _contrasted(image)
    quads = text_lines(image)
    rotation = 0
    try:
        rotation = _quarter_turn(image, quads)
    except Exception:  # a page that lies on its side is better than none
        log.exception("which way up the page is could not be told")
    if rotation:
        flags = (*flags, "rotated")
        image = np.ascontiguousarray(np.rot90(image, -rotation // 90))
        quads = text_lines(image)
    tilt = _sharpest(image, quads, _skew(quads))
    skew = 0.0
    if abs(tilt) >= SKEW_SEEN:  # whoever draws the page has to turn it as the boxes are turned
        flags = (*flags, f"skew:{tilt:.2f}")
    if abs(tilt) >= SKEW_TURNED:
        image, skew = _turned(image, tilt), tilt
        quads = text_lines(image)
        tilt = 0.0
    is_tilted = SKEW_SEEN <= abs(tilt) < SKEW_TURNED
    return Upright(image, scale, quads, tilt if is_tilted else 0.0, rotation, skew, flags)


def _fitted(image: Image) -> tuple[Image, float]:
    """The image at a size the engine reads well, and its scale to the original."""
    side = max(image.shape[:2])
    scale = MAX_SIDE / side if side > MAX_SIDE else MIN_SIDE / side if side < MIN_SIDE else 1.0
    scale = min(scale, 4.0)
    if scale == 1.0:
        return image, 1.0
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.resize(image, None, fx=scale, fy=scale, interpolation=how), scale


def _contrasted(image: Image) -> tuple[Image, tuple[str, ...]]:
    """Stretch the contrast of a faint image, and say so."""
    low, high = np.percentile(image[::4, ::4], (0.5, 99.5))
    if high - low > 90 or high - low < 8:
        return image, ()
    stretched = (image.astype(np.float32) - low) * (255.0 / (high - low))
    return np.clip(stretched, 0, 255).astype(np.uint8), ("low_contrast",)


def _quarter_turn(image: Image, quads: Image) -> int:
    """Degrees clockwise that put the page upright, by the shape of the lines and a vote of the
    up-or-down classifier on the longest of them."""
    across = np.linalg.norm(quads[:, 1] - quads[:, 0], axis=1)
    down = np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1)
    longest = np.maximum(across, down)
    is_upright = down > 1.5 * across
    is_turned = longest[is_upright].sum() > 0.6 * longest.sum()
    candidates = np.flatnonzero(
        (is_upright == is_turned) & (longest > 2 * np.minimum(across, down))
    )
    sample = candidates[np.argsort(-longest[candidates])][:_SAMPLE]
    if not len(sample):
        return 0
    votes = votes_upside_down(line_crops(image, quads[sample]))
    is_upside_down = sum(votes) > 0.15 * len(votes)
    if is_turned:
        return 90 if is_upside_down else 270
    return 180 if is_upside_down else 0


def _skew(quads: Image) -> float:
    """Degrees clockwise by which the lines fall, weighted by their length; 0 when unknown."""
    if not len(quads):
        return 0.0
    edges = (quads[:, 1] - quads[:, 0] + quads[:, 2] - quads[:, 3]) / 2
    length = np.linalg.norm(edges, axis=1)
    height = np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1)
    is_long = length > 5 * height
    if is_long.sum() < 3:
        return 0.0
    angles = np.degrees(np.arctan2(edges[is_long, 1], edges[is_long, 0]))
    weight = length[is_long] ** 2  # corners are whole pixels: a longer line says it more exactly
    order = np.argsort(angles)
    middle = np.searchsorted(np.cumsum(weight[order]), weight.sum() / 2)
    median = float(angles[order][min(middle, len(order) - 1)])
    is_alike = np.abs(angles - median) < 1
    mean = float(np.average(angles[is_alike], weights=weight[is_alike]))
    return mean if abs(mean) < 20 else 0.0


def _sharpest(image: Image, quads: Image, about: float) -> float:
    """The angle near `about` at which the ink of the lines falls into the fewest pixel rows."""
    if not about and not len(quads):
        return 0.0
    scale = PROFILE_SIDE / max(image.shape[:2])
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    is_line = np.zeros_like(grey)
    cv2.fillPoly(is_line, [np.round(quad * scale).astype(np.int32) for quad in quads], 1)
    paper = float(np.median(grey[is_line > 0])) if is_line.any() else 255.0
    y, x = np.nonzero((is_line > 0) & (np.abs(grey.astype(np.float32) - paper) > 40))
    if len(y) < 200:
        return about
    every = max(1, len(y) // 40_000)
    y, x = y[::every], x[::every]
    best, sharpest = about, -1.0
    for angle in about + np.arange(-0.5, 0.51, 0.05):
        slope = math.radians(float(angle))
        rows = y * math.cos(slope) - x * math.sin(slope)
        counts = np.bincount((rows - rows.min()).astype(np.int64)).astype(np.float64)
        if (counts**2).sum() > sharpest:
            best, sharpest = float(angle), float((counts**2).sum())
    return best


def _turned(image: Image, degrees: float) -> Image:
    """The image turned counter-clockwise by `degrees` about its middle, same size."""
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    how, edge = cv2.INTER_CUBIC, cv2.BORDER_REPLICATE
    return np.asarray(cv2.warpAffine(image, matrix, (width, height), flags=how, borderMode=edge))


def _levelled(quads: Image, degrees: float, cx: float, cy: float) -> Image:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x, y = quads[..., 0] - cx, quads[..., 1] - cy
    return np.stack([x * c + y * s + cx, y * c - x * s + cy], axis=-1)

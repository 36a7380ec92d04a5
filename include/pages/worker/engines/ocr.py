"""Words of a page image by OCR: which way up, how skewed, what stands where."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np

from include.models import Box, Word
from include.pages.worker.engines.line_words import Image, box_of, line_words, without_stray_glyphs
from include.pages.worker.layout.order import in_reading_order
from include.pages.worker.turn import in_turn

#: Longest side in pixels that the engine is given; A4 at 200 dpi has 2339.
MAX_SIDE = 2400
#: Lines are looked for at this longest side (measured: 2400 finds no more and costs twice).
DETECTOR_SIDE = 1600
#: Smaller images are enlarged to this longest side: the letters are too small otherwise.
MIN_SIDE = 900
#: Degrees: below, the boxes are left alone; above the second, the image is turned and read anew.
SKEW_SEEN, SKEW_TURNED = 0.3, 0.7
#: Lines that the recogniser itself holds for less likely are no text.
MIN_SCORE = 0.5
#: A word below this is likely wrong; a page with fewer good words than that is flagged `poor`.
GOOD_WORD, MIN_GOOD_SHARE = 0.6, 0.75
#: An image whose darkest and brightest values lie closer together shows nothing.
BLANK_RANGE = 10
_SAMPLE = 24


@dataclass(frozen=True)
class OcrPage:
    """Words in pixels of the upright page of `width` x `height` pixels.

    `rotation`: degrees clockwise by which the image was turned; `skew`: degrees likewise, small.
    """

    words: tuple[Word, ...]
    width: float
    height: float
    rotation: int = 0
    skew: float = 0.0
    flags: tuple[str, ...] = ()


@cache
def engine() -> Any:
    """The OCR models, loaded once per process; one thread each, so that processes scale."""
    from rapidocr import RapidOCR

    cv2.setNumThreads(1)
    ocr = RapidOCR(
        params={
            "Global.log_level": "error",
            "Det.limit_type": "max",
            "Det.limit_side_len": DETECTOR_SIDE,
            "Det.box_thresh": 0.3,  # at 0.5 single digits of a table go missing
            "Rec.rec_batch_num": 1,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
    ocr._load_det_model(), ocr._load_cls_model(), ocr._load_rec_model()
    return ocr


@in_turn
def read_image(rgb: Image, engine_name: str = "rapidocr") -> OcrPage:
    """The words of an RGB image in pixels of the image as given (turned upright)."""
    if np.ptp(rgb) < BLANK_RANGE:
        return OcrPage((), rgb.shape[1], rgb.shape[0], flags=("blank",))
    image, scale = _fitted(np.ascontiguousarray(rgb[:, :, ::-1]))
    image, flags = _contrasted(image)
    quads = _detect(image)
    rotation = 0
    if len(quads):
        rotation = _quarter_turn(image, quads)
    if rotation:
        flags = (*flags, "rotated")
        image = np.ascontiguousarray(np.rot90(image, -rotation // 90))
        quads = _detect(image)
    skew = _skew(quads)
    if abs(skew) >= SKEW_TURNED:
        image = _turned(image, skew)
        quads = _detect(image)
        flags = (*flags, f"skew:{skew:.2f}")
    elif abs(skew) < SKEW_SEEN:
        skew = 0.0
    words = _recognise(image, quads, skew if abs(skew) < SKEW_TURNED else 0.0)
    if sum(word.confidence >= GOOD_WORD for word in words) < MIN_GOOD_SHARE * len(words):
        flags = (*flags, "poor")
    height, width = image.shape[:2]
    return OcrPage(
        tuple(_scaled(word, scale) for word in words),
        width / scale,
        height / scale,
        rotation,
        skew if abs(skew) >= SKEW_TURNED else 0.0,
        flags,
    )


@in_turn
def recognise_crops(crops: Sequence[Image]) -> list[tuple[str, float]]:
    """Text and score (0..1) of RGB images that hold one upright line each."""
    from rapidocr.ch_ppocr_rec.typings import TextRecInput

    if not crops:
        return []
    given = [np.ascontiguousarray(crop[:, :, ::-1]) for crop in crops]
    read = engine().text_rec(TextRecInput(img=given, return_word_box=False))
    return [(text, float(score)) for text, score in zip(read.txts, read.scores, strict=True)]


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


def _detect(image: Image) -> Image:
    """The text lines as quads (n, 4, 2): top left, top right, bottom right, bottom left."""
    height, width = image.shape[:2]
    pad = max(0, 64 - height, width // 8 - height)  # the detector misses text in thin strips
    if pad:
        image = cv2.copyMakeBorder(image, 0, pad, 0, 0, cv2.BORDER_REPLICATE)
    boxes = engine().text_det(image).boxes
    if boxes is None:
        return np.zeros((0, 4, 2), np.float32)
    quads = np.asarray(boxes, np.float32)
    quads[:, :, 0] = quads[:, :, 0].clip(0, width)
    quads[:, :, 1] = quads[:, :, 1].clip(0, height)
    sides = np.linalg.norm(quads[:, [1, 3]] - quads[:, [0, 0]], axis=2)
    kept: Image = quads[sides.min(axis=1) >= 2]
    return kept


def _crops(image: Image, quads: Image) -> list[Image]:
    """Each line cut out and laid flat; upright ones (taller than wide) turned left."""
    return list(engine().crop_text_regions(image, quads))


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
    votes = engine().text_cls(_crops(image, quads[sample])).cls_res
    weights = sum(score if label == "180" else -score for label, score in votes)
    upside_down = weights > 0.15 * len(votes)
    if is_turned:
        return 90 if upside_down else 270
    return 180 if upside_down else 0


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
    order = np.argsort(angles)
    weight = np.cumsum(length[is_long][order])
    median = float(angles[order][np.searchsorted(weight, weight[-1] / 2)])
    return median if abs(median) < 20 else 0.0


def _turned(image: Image, degrees: float) -> Image:
    """The image turned counter-clockwise by `degrees` about its middle, same size."""
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    how, edge = cv2.INTER_CUBIC, cv2.BORDER_REPLICATE
    return np.asarray(cv2.warpAffine(image, matrix, (width, height), flags=how, borderMode=edge))


def _recognise(image: Image, quads: Image, skew: float) -> tuple[Word, ...]:
    """Words in pixels; the boxes are turned back by a small `skew` about the middle."""
    if not len(quads):
        return ()
    from rapidocr.ch_ppocr_rec.typings import TextRecInput

    crops = _crops(image, quads)
    read = engine().text_rec(TextRecInput(img=crops, return_word_box=True))
    height, width = image.shape[:2]
    level = _levelled(quads, skew, width / 2, height / 2) if skew else quads
    segments: list[list[Word]] = []
    boxes: list[Box] = []
    for quad, crop, text, score, info in zip(
        level, crops, read.txts, read.scores, read.word_results, strict=True
    ):
        words = line_words(quad, text, info, crop) if score >= MIN_SCORE else []
        if words:
            segments.append(words)
            boxes.append(box_of(quad))
    return in_reading_order(*without_stray_glyphs(segments, boxes))


def _levelled(quads: Image, degrees: float, cx: float, cy: float) -> Image:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x, y = quads[..., 0] - cx, quads[..., 1] - cy
    return np.stack([x * c + y * s + cx, y * c - x * s + cy], axis=-1)


def _scaled(word: Word, scale: float) -> Word:
    b = word.box
    box = Box(b.x0 / scale, b.y0 / scale, b.x1 / scale, b.y1 / scale)
    return Word(word.text, box, word.confidence, word.line)

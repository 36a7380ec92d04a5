"""Words of a page image by OCR, whatever the engine and however the page lies."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from include.models import Box, Word
from include.pages.worker.engines.contract import Image, OcrPage
from include.pages.worker.engines.detect import line_crops, models
from include.pages.worker.engines.geometry import box_of
from include.pages.worker.engines.rapid.engine import load as load_rapid
from include.pages.worker.engines.registry import DEFAULT, engine, engine_version, has_tesseract
from include.pages.worker.engines.upright import put_upright
from include.pages.worker.layout.order import in_reading_order
from include.pages.worker.tables.picture_rulings import image_rulings, scaled
from include.pages.worker.turn import in_turn

#: A word below this is likely wrong; a page with fewer good words than that is flagged `poor`.
GOOD_WORD, MIN_GOOD_SHARE = 0.6, 0.75
#: An image whose darkest and brightest values lie closer together shows nothing.
BLANK_RANGE = 10
#: Points; what lines are measured by where the resolution is not known.
A4_LENGTH = 842


def load() -> None:
    """Take the models into memory and run each once: what a forked child then need not do."""
    models()
    page = np.full((48, 160, 3), 255, np.uint8)
    page[16:32, 20:140:6] = 0
    for name in (DEFAULT, *(["tesseract"] if has_tesseract() else [])):
        engine(name).read([page], np.array([[[0, 0], [160, 0], [160, 48], [0, 48]]], np.float32))


@in_turn
def read_image(rgb: Image, engine_name: str = DEFAULT) -> OcrPage:
    """The words of an RGB image in pixels of the image as given (turned upright).

    Raises EngineMissing when the engine is not installed.
    """
    version = engine_version(engine_name)
    if np.ptp(rgb) < BLANK_RANGE:
        return OcrPage((), rgb.shape[1], rgb.shape[0], flags=("blank",), engine=version)
    page = put_upright(rgb)
    words = _words(page.image, page.quads, page.level_quads, engine_name)
    flags = page.flags
    if sum(word.confidence >= GOOD_WORD for word in words) < MIN_GOOD_SHARE * len(words):
        flags = (*flags, "poor")
    height, width = page.image.shape[:2]
    return OcrPage(
        tuple(_scaled(word, page.scale) for word in words),
        width / page.scale,
        height / page.scale,
        page.rotation,
        page.skew,
        flags,
        version,
        scaled(image_rulings(page.image, max(width, height) / A4_LENGTH, page.tilt), page.scale),
    )


@in_turn
def recognise_crops(crops: Sequence[Image]) -> list[tuple[str, float]]:
    """The characters of RGB images of one line each, without blanks, and how sure they are."""
    lines = load_rapid(DEFAULT).lines([np.ascontiguousarray(crop[:, :, ::-1]) for crop in crops])
    return [(line.chars, line.score) for line in lines]


def _words(image: Image, quads: Image, level: Image, engine_name: str) -> tuple[Word, ...]:
    """The words in the lines at `quads`, with boxes in the same lines at `level`."""
    if not len(quads):
        return ()
    found = engine(engine_name).read(line_crops(image, quads), level)
    both = [(words, box_of(quad)) for words, quad in zip(found, level, strict=True) if words]
    return in_reading_order([words for words, _ in both], [box for _, box in both])


def _scaled(word: Word, scale: float) -> Word:
    b = word.box
    box = Box(b.x0 / scale, b.y0 / scale, b.x1 / scale, b.y1 / scale)
    return Word(word.text, box, word.confidence, word.line)

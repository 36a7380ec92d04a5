"""Scans and photos: every frame upright, as words in page points."""

from __future__ import annotations

import io
import time
import warnings
from typing import Any

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from include.errors import BrokenDocument, EmptyDocument, OverLimit
from include.models import Page
from include.pages.worker.elements import elements_of
from include.pages.worker.formats import ocr
from include.pages.worker.formats.pdf import ENGINE_OCR, in_points
from include.pages.worker.sniff import IMAGES
from include.settings import ReaderLimits

FORMATS = tuple(kind.upper() for kind in IMAGES)
#: Assumed width in points of a page whose resolution is not known: A4 upright or across.
A4_WIDTH, A4_ACROSS = 595.0, 842.0
_SANE_DPI = range(60, 1201)


def read_image_file(data: bytes, limits: ReaderLimits) -> tuple[tuple[Page, ...], dict[int, str]]:
    """One page per frame of a TIFF, one for any other image."""
    image, count = open_image(data, limits)
    pages: list[Page] = []
    bad: dict[int, str] = {}
    for number in range(1, count + 1):
        begun = time.process_time()
        try:
            array, scale = frame(image, number, limits)
        except (OSError, ValueError, SyntaxError, EOFError, OverLimit) as error:
            bad[number] = str(error)
            continue
        pages.append(_page(number, array, scale, begun))
    if not pages:
        over = any("allowed" in reason for reason in bad.values())
        raise (OverLimit if over else BrokenDocument)(next(iter(bad.values())))
    return tuple(pages), bad


def open_image(data: bytes, limits: ReaderLimits) -> tuple[Any, int]:
    """The opened image and its number of pages."""
    Image.MAX_IMAGE_PIXELS = None  # `frame` counts before it decodes
    warnings.simplefilter("ignore")
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
        count = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
    except UnidentifiedImageError as error:
        raise BrokenDocument("the image cannot be decoded") from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise BrokenDocument(str(error)) from error
    if count < 1 or 0 in image.size:
        raise EmptyDocument
    if count > limits.pages:
        raise OverLimit(f"{count} frames, allowed are {limits.pages}")
    return image, count


def frame(image: Any, number: int, limits: ReaderLimits) -> tuple[Any, float]:
    """Frame `number` as an upright RGB array, and its pixels per point."""
    image.seek(number - 1)
    width, height = image.size
    if width * height > limits.megapixels * 1e6:
        raise OverLimit(
            f"{width * height / 1e6:.0f} megapixels on a page, allowed are {limits.megapixels}"
        )
    across, down = (_sane(value) for value in image.info.get("dpi", (0, 0))[:2])
    whole = ImageOps.exif_transpose(_squared(image, across, down)) or image
    if whole.mode in ("RGBA", "LA", "PA") or "transparency" in whole.info:
        whole = whole.convert("RGBA")
        paper = Image.new("RGBA", whole.size, "white")
        whole = Image.alpha_composite(paper, whole)
    elif whole.mode.startswith("I") or whole.mode == "F":
        whole = _eight_bit(whole)
    return np.asarray(whole.convert("RGB")), _scale(whole.size, max(across, down))


def _sane(resolution: Any) -> int:
    """Dots per inch as the file says, 0 when that cannot be."""
    try:
        value = round(float(resolution))
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return 0
    return value if value in _SANE_DPI else 0


def _squared(image: Any, across: int, down: int) -> Any:
    """The image with as many dots per inch down as across; a coarse fax has half as many."""
    if not across or not down or across == down or not 1 / 3 <= across / down <= 3:
        return image
    finer = max(across, down)
    size = round(image.width * finer / across), round(image.height * finer / down)
    exif = image.getexif()
    grown = image.convert("L" if image.mode == "1" else image.mode).resize(size)
    grown.getexif().update(exif)
    return grown


def _eight_bit(image: Any) -> Any:
    values = np.asarray(image).astype(np.float64)
    low, high = float(values.min()), float(values.max())
    return Image.fromarray(((values - low) * (255 / max(high - low, 1))).astype(np.uint8))


def _scale(size: tuple[int, int], resolution: int) -> float:
    """Pixels per point; from the resolution when it makes a page between a label and A2."""
    width, height = size
    if resolution and 2 <= max(size) / resolution <= 24:
        return resolution / 72
    return width / (A4_WIDTH if height >= width else A4_ACROSS)


def _page(number: int, array: Any, scale: float, begun: float) -> Page:
    found = ocr.read_image(array)
    width, height = found.width / scale, found.height / scale
    words = tuple(in_points(word, scale) for word in found.words)
    return Page(
        number=number,
        width=width,
        height=height,
        words=words,
        engine=ENGINE_OCR,
        rotation=found.rotation,
        elements=elements_of(words, width, height),
        flags=("ocr", *found.flags),
        seconds=round(time.process_time() - begun, 3),
    )

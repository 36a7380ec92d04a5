"""Scans and photos: every frame upright, as words in page points."""

from __future__ import annotations

import io
import time
import warnings
from dataclasses import replace
from typing import Any

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from include.errors import BrokenDocument, EmptyDocument, OverLimit
from include.models import Page, Part
from include.pages.options import ReadOptions
from include.pages.worker.elements import elements_of
from include.pages.worker.engines import ocr
from include.pages.worker.layout.structure import structured
from include.pages.worker.pdf.file import ENGINE_OCR, in_points
from include.pages.worker.sniff import IMAGES
from include.settings import ReaderLimits

FORMATS = tuple(kind.upper() for kind in IMAGES)
#: Assumed width in points of a page whose resolution is not known: A4 upright or across.
A4_WIDTH, A4_ACROSS = 595.0, 842.0
_SANE_DPI = range(60, 1201)


class ImageFile:
    """An open image: one page per frame of a TIFF, one for any other."""

    embedded_xml: str | None = None
    parts: tuple[Part, ...] = ()

    def __init__(
        self, image: Any, count: int, media_type: str, limits: ReaderLimits, options: ReadOptions
    ) -> None:
        self._image = image
        self._limits = limits
        self._options = options
        self.page_count = count
        self.media_type = media_type

    def read_page(self, number: int) -> Page:
        begun = time.process_time()
        array, scale = frame(self._image, number, self._limits)
        return _page(number, array, scale, begun, self._options)

    def picture(self, number: int, dpi: float) -> Any:
        array, scale = frame(self._image, number, self._limits)
        picture = Image.fromarray(array)
        factor = dpi / 72 / scale
        size = max(round(picture.width * factor), 1), max(round(picture.height * factor), 1)
        if size[0] * size[1] > self._limits.megapixels * 1e6:
            raise OverLimit(f"a picture of {size[0]} x {size[1]} pixels")
        return picture.resize(size)

    def part(self, index: int) -> bytes:
        raise EmptyDocument(f"part {index}")

    def cut(self, first: int, last: int) -> tuple[bytes, str]:
        frames = []
        for number in range(first, last + 1):
            self._image.seek(number - 1)
            frames.append(self._image.copy())
        out = io.BytesIO()
        frames[0].save(
            out,
            "TIFF",
            save_all=True,
            append_images=frames[1:],
            compression="tiff_deflate",
            dpi=self._image.info.get("dpi"),
        )
        return out.getvalue(), ".tif"


def open_image_file(
    data: bytes, media_type: str, limits: ReaderLimits, options: ReadOptions
) -> ImageFile:
    """The open image; raises BrokenDocument, EmptyDocument, OverLimit."""
    image, count = open_image(data, limits)
    return ImageFile(image, count, media_type, limits, options)


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


def _page(number: int, array: Any, scale: float, begun: float, options: ReadOptions) -> Page:
    found = ocr.read_image(array, options.engine)
    width, height = found.width / scale, found.height / scale
    words = tuple(in_points(word, scale) for word in found.words)
    page = Page(
        number=number,
        width=width,
        height=height,
        words=words,
        engine=ENGINE_OCR,
        rotation=found.rotation,
        elements=elements_of(words, width, height),
        flags=("ocr", *found.flags),
    )
    return replace(structured(page), seconds=round(time.process_time() - begun, 3))

"""Scans and photos: every frame upright, as words in page points."""

from __future__ import annotations

import io
import time
from dataclasses import replace
from typing import Any

from PIL import Image

from include.errors import EmptyDocument, OverLimit
from include.models import Page, Part
from include.pages.options import ReadOptions
from include.pages.worker.elements import elements_of
from include.pages.worker.engines import ocr
from include.pages.worker.formats.pixels import Frame, Pictures
from include.pages.worker.layout.structure import structured
from include.pages.worker.opened import PAGE_FAULTS
from include.pages.worker.pdf.file import in_points
from include.pages.worker.tables.picture_rulings import scaled
from include.settings import ReaderLimits

#: A drawing for people need not be finer.
_MAX_PIXELS = 80_000_000


class ImageFile:
    """An open image: one page per frame."""

    embedded_xml: str | None = None
    parts: tuple[Part, ...] = ()

    def __init__(self, pictures: Pictures, media_type: str, options: ReadOptions) -> None:
        self._pictures = pictures
        self._options = options
        self.page_count = pictures.count
        self.media_type = media_type

    def read_page(self, number: int) -> Page:
        begun = time.process_time()
        return _page(number, self._pictures.frame(number), begun, self._options)

    def picture(self, number: int, dpi: float) -> Any:
        found = self._pictures.frame(number)
        picture = Image.fromarray(found.array)
        factor = dpi / 72 / found.scale
        size = max(round(picture.width * factor), 1), max(round(picture.height * factor), 1)
        if size[0] * size[1] > _MAX_PIXELS:
            raise OverLimit(f"a picture of {size[0]} x {size[1]} pixels")
        return picture.resize(size)

    def part(self, index: int) -> bytes:
        raise EmptyDocument(f"part {index}")

    def cut(self, first: int, last: int) -> tuple[bytes, str]:
        frames = [self._original(number) for number in range(first, last + 1)]
        out = io.BytesIO()
        frames[0].save(
            out,
            "TIFF",
            save_all=True,
            append_images=frames[1:],
            compression="tiff_deflate",
            dpi=frames[0].info.get("dpi"),
        )
        return out.getvalue(), ".tif"

    def _original(self, number: int) -> Any:
        """The frame as it lies in the file; what is left of it when it is damaged."""
        image = self._pictures.image
        try:
            image.seek(number - 1)
            return image.copy()
        except PAGE_FAULTS:
            return Image.fromarray(self._pictures.frame(number).array)


def open_image_file(
    data: bytes, media_type: str, limits: ReaderLimits, options: ReadOptions
) -> ImageFile:
    """The open image; raises BrokenDocument, EmptyDocument, OverLimit."""
    return ImageFile(Pictures(data, limits), media_type, options)


def _page(number: int, source: Frame, begun: float, options: ReadOptions) -> Page:
    found, scale = ocr.read_image(source.array, options.engine), source.scale
    width, height = found.width / scale, found.height / scale
    words = tuple(in_points(word, scale) for word in found.words)
    page = Page(
        number=number,
        width=width,
        height=height,
        words=words,
        engine=found.engine,
        rotation=found.rotation,
        elements=elements_of(words, width, height),
        flags=("ocr", *found.flags, *(("truncated",) if source.is_truncated else ())),
    )
    rulings = scaled(found.rulings, scale)
    return replace(structured(page, rulings), seconds=round(time.process_time() - begun, 3))

"""PDF pages: words of the text layer where it is usable, OCR of the rendered page otherwise."""

from __future__ import annotations

import io
import math
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pypdfium2 as pdfium
from PIL import Image

from include.errors import BrokenDocument, EmptyDocument, EncryptedDocument, OverLimit
from include.models import Box, Page, Part, Word
from include.pages.options import ReadOptions
from include.pages.worker.elements import elements_of
from include.pages.worker.engines import ocr
from include.pages.worker.layout.structure import structured
from include.pages.worker.pdf.words import page_words, share_of_garbage
from include.settings import ReaderLimits

ENGINE_TEXT, ENGINE_OCR = "pdfium", "rapidocr-ppocrv6-small"
OCR_DPI = 200
#: Fewer words than this may be a stamp on a scan: believed when OCR sees no more than twice as
#: many, or when the page holds neither pictures nor so many paths that they may be letters.
MIN_WORDS, MORE_WORDS, MAX_PATHS = 5, 2, 40
MAX_GARBAGE = 0.1
_XML_NAMES = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml", "order-x.xml")
_MAX_XML_BYTES = 8 << 20


class PdfFile:
    """An open PDF."""

    media_type = "application/pdf"
    parts: tuple[Part, ...] = ()

    def __init__(self, document: Any, limits: ReaderLimits, options: ReadOptions) -> None:
        self._document = document
        self._limits = limits
        self._options = options
        self.page_count = len(document)
        self.embedded_xml = _embedded_xml(document)

    def read_page(self, number: int) -> Page:
        try:
            return _read_page(self._document, number, self._limits, self._options)
        except pdfium.PdfiumError as error:
            raise ValueError(str(error)) from error

    def picture(self, number: int, dpi: float) -> Any:
        return Image.fromarray(rendered(self._document[number - 1], dpi, self._limits)[1])

    def part(self, index: int) -> bytes:
        raise EmptyDocument(f"part {index}")

    def cut(self, first: int, last: int) -> tuple[bytes, str]:
        document = pdfium.PdfDocument.new()
        document.import_pages(self._document, list(range(first - 1, last)))
        out = io.BytesIO()
        document.save(out)
        return out.getvalue(), ".pdf"


def open_pdf_file(data: bytes, limits: ReaderLimits, options: ReadOptions) -> PdfFile:
    """The open document; raises EncryptedDocument, BrokenDocument, EmptyDocument, OverLimit."""
    try:
        document = pdfium.PdfDocument(data)
        count = len(document)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium.raw.FPDF_ERR_PASSWORD:
            raise EncryptedDocument from error
        if getattr(error, "err_code", None) == pdfium.raw.FPDF_ERR_SECURITY:
            raise EncryptedDocument("(unknown kind of encryption)") from error
        raise BrokenDocument(str(error)) from error
    if count == 0:
        raise EmptyDocument
    if count > limits.pages:
        raise OverLimit(f"{count} pages, allowed are {limits.pages}")
    if document.get_formtype():
        document.init_forms()
    return PdfFile(document, limits, options)


def _read_page(document: Any, number: int, limits: ReaderLimits, options: ReadOptions) -> Page:
    begun = time.process_time()
    page = document[number - 1]
    try:
        page = _with_form_values(document, page, number)
        words = page_words(page)
        width, height = page.get_size()
        is_text = bool(words) and share_of_garbage(words) < MAX_GARBAGE
        read = Page(number=number, width=width, height=height, words=words, engine=ENGINE_TEXT)
        if not is_text or (len(words) < MIN_WORDS and _has_pictures(page)):
            seen = _ocr_page(page, number, limits, options)
            read = seen if not is_text or len(seen.words) > MORE_WORDS * len(words) else read
    finally:
        page.close()
    elements = elements_of(read.words, read.width, read.height)
    read = structured(replace(read, elements=elements))
    return replace(read, seconds=round(time.process_time() - begun, 3))


def _with_form_values(document: Any, page: Any, number: int) -> Any:
    """The page with what was typed into its form fields made part of its text."""
    if not document.get_formtype():
        return page
    pdfium.raw.FPDFPage_Flatten(page.raw, pdfium.raw.FLAT_NORMALDISPLAY)
    page.close()
    return document[number - 1]


def _has_pictures(page: Any) -> bool:
    """Whether something that may show text without being text lies on the page."""
    paths = 0
    for item in page.get_objects(max_depth=3):
        if item.type in (pdfium.raw.FPDF_PAGEOBJ_IMAGE, pdfium.raw.FPDF_PAGEOBJ_SHADING):
            return True
        paths += item.type == pdfium.raw.FPDF_PAGEOBJ_PATH
    return paths > MAX_PATHS


def _ocr_page(page: Any, number: int, limits: ReaderLimits, options: ReadOptions) -> Page:
    scale, image = rendered(page, OCR_DPI, limits)
    found = ocr.read_image(image, options.engine)
    return Page(
        number=number,
        width=found.width / scale,
        height=found.height / scale,
        words=tuple(in_points(word, scale) for word in found.words),
        engine=ENGINE_OCR,
        rotation=found.rotation,
        flags=("ocr", *found.flags),
    )


def rendered(page: Any, dpi: float, limits: ReaderLimits) -> tuple[float, Any]:
    """Pixels per point and the page as an RGB array; a huge page is rendered coarser."""
    width, height = page.get_size()
    if width <= 0 or height <= 0:
        raise ValueError("a page without area")
    scale = min(dpi / 72, math.sqrt(limits.megapixels * 1e6 / 4 / (width * height)))
    if scale < 0.2:
        raise OverLimit(f"a page of {width / 72:.0f} x {height / 72:.0f} inches")
    bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
    array = bitmap.to_numpy()
    if array.ndim == 2 or array.shape[2] == 1:
        array = np.repeat(array.reshape(*array.shape[:2], 1), 3, axis=2)
    return scale, np.ascontiguousarray(array[:, :, :3])


def in_points(word: Word, scale: float) -> Word:
    """A word whose box is in pixels, with its box in points."""
    b = word.box
    box = Box(b.x0 / scale, b.y0 / scale, b.x1 / scale, b.y1 / scale)
    return replace(word, box=box)


def _embedded_xml(document: Any) -> str | None:
    """The e-invoice a Factur-X or ZUGFeRD file carries."""
    for index in range(document.count_attachments()):
        try:
            attachment = document.get_attachment(index)
            if attachment.get_name().lower() not in _XML_NAMES:
                continue
            data = bytes(attachment.get_data())
        except pdfium.PdfiumError:
            continue
        if len(data) <= _MAX_XML_BYTES:
            return data.decode("utf-8-sig", errors="replace").replace("\x00", "")
    return None

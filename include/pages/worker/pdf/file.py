"""An open PDF: its pages as words and pictures, the files inside, some pages as a file."""

from __future__ import annotations

import functools
import time
from dataclasses import replace
from typing import Any

import pypdfium2 as pdfium
from PIL import Image

from include.errors import EmptyDocument, OverLimit
from include.models import Page
from include.pages.options import ReadOptions
from include.pages.worker.elements import elements_of
from include.pages.worker.layout.structure import structured
from include.pages.worker.pdf.attachments import Attachments, attachments_of
from include.pages.worker.pdf.cutting import cut_pdf
from include.pages.worker.pdf.layer.read import read_layers
from include.pages.worker.pdf.opening import OpenedPdf, open_pdf, repaired_pdf
from include.pages.worker.pdf.rendering import in_points, rendered
from include.pages.worker.pdf.upright import turned_upright
from include.pages.worker.tables.rulings import pdf_rulings
from include.settings import ReaderLimits

__all__ = ["PdfFile", "in_points", "open_pdf_file"]

REPAIRED, ROTATED, LEFT_OUT = "repaired", "rotated", "attachments_left_out"
#: Notes that show nothing of their own.
_UNSEEN_NOTES = (pdfium.raw.FPDF_ANNOT_LINK, pdfium.raw.FPDF_ANNOT_POPUP)


class PdfFile:
    """An open PDF."""

    media_type = "application/pdf"

    def __init__(
        self, opened: OpenedPdf, inside: Attachments, limits: ReaderLimits, options: ReadOptions
    ) -> None:
        self._opened = opened
        self._inside = inside
        self._limits = limits
        self._options = options
        self.page_count = len(opened.document)
        self.embedded_xml = inside.embedded_xml
        self.parts = inside.parts
        if opened.document.get_formtype():
            opened.document.init_forms()

    def read_page(self, number: int) -> Page:
        begun = time.process_time()
        page, is_repaired = self._page(number)
        try:
            turn, text = turned_upright(page)
            read, rulings = read_layers(page, text, number, self._limits, self._options)
            rulings = rulings or (pdf_rulings(page) if "ocr" not in read.flags else ())
        except pdfium.PdfiumError as error:
            raise ValueError(str(error)) from error
        finally:
            page.close()
        flags = (*read.flags, *((REPAIRED,) if is_repaired else ()))
        if turn and ROTATED not in flags:
            flags = (*flags, ROTATED)
        if number == 1 and self._inside.left_out:
            flags = (*flags, f"{LEFT_OUT}:{self._inside.left_out}")
        elements = elements_of(read.words, read.width, read.height)
        rotation = (read.rotation + turn) % 360
        read = replace(read, elements=elements, flags=flags, rotation=rotation)
        read = structured(read, rulings)
        return replace(read, seconds=round(time.process_time() - begun, 3))

    def picture(self, number: int, dpi: float) -> Any:
        page, _ = self._page(number)
        try:
            return Image.fromarray(rendered(page, dpi, self._limits)[1])
        finally:
            page.close()

    def part(self, index: int) -> bytes:
        if not 0 <= index < len(self._inside.contents):
            raise EmptyDocument(f"part {index} of {len(self._inside.contents)}")
        return self._inside.contents[index]

    def cut(self, first: int, last: int) -> tuple[bytes, str]:
        if not 1 <= first <= last <= self.page_count:
            raise EmptyDocument(f"pages {first} to {last} of {self.page_count}")
        return cut_pdf(self._opened, first, last), ".pdf"

    @functools.cached_property
    def _rescued(self) -> OpenedPdf | None:
        """The file put together anew, when one of its pages cannot be loaded."""
        if self._opened.is_repaired:
            return None
        return repaired_pdf(self._opened.data, (self._opened.password,))

    def _page(self, number: int) -> tuple[Any, bool]:
        """A page of pdfium's with its forms and notes drawn onto it; whether it was repaired."""
        try:
            return _with_notes(self._opened.document, number), self._opened.is_repaired
        except pdfium.PdfiumError as error:
            rescued = self._rescued
            if rescued is None or not number <= len(rescued.document):
                raise ValueError(str(error)) from error
        try:
            return _with_notes(rescued.document, number), True
        except pdfium.PdfiumError as error:
            raise ValueError(str(error)) from error


def open_pdf_file(data: bytes, limits: ReaderLimits, options: ReadOptions) -> PdfFile:
    """The open document; raises EncryptedDocument, BrokenDocument, EmptyDocument, OverLimit."""
    opened = open_pdf(data, options.passwords)
    count = len(opened.document)
    if count == 0:
        raise EmptyDocument
    if count > limits.pages:
        raise OverLimit(f"{count} pages, allowed are {limits.pages}")
    file = PdfFile(opened, attachments_of(opened), limits, options)
    if _is_only_a_wrap(opened.document, file):
        file.page_count = 0
    return file


def _with_notes(document: Any, number: int) -> Any:
    """The page with what was typed into its form fields, and visible notes, as part of it."""
    page = document[number - 1]
    if not _has_notes(page):
        return page
    pdfium.raw.FPDFPage_Flatten(page.raw, pdfium.raw.FLAT_NORMALDISPLAY)
    page.close()
    return document[number - 1]


def _has_notes(page: Any) -> bool:
    for index in range(pdfium.raw.FPDFPage_GetAnnotCount(page.raw)):
        note = pdfium.raw.FPDFPage_GetAnnot(page.raw, index)
        if not note:
            continue
        kind = pdfium.raw.FPDFAnnot_GetSubtype(note)
        pdfium.raw.FPDFPage_CloseAnnot(note)
        if kind not in _UNSEEN_NOTES:
            return True
    return False


def _is_only_a_wrap(document: Any, file: PdfFile) -> bool:
    """Whether the only page says that this is a portfolio and how to open it."""
    if not (file._inside.is_portfolio and file.page_count == 1):
        return False
    page = document[0]
    textpage = page.get_textpage()
    try:
        text = textpage.get_text_bounded()
    finally:
        textpage.close()
        page.close()
    return "portfolio" in text.lower() or not text.strip()

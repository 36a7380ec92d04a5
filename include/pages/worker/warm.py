"""Runs every reader once on something tiny, so that what is loaded late is there before forking."""

from __future__ import annotations

import io
from collections.abc import Iterator

import docx
import numpy as np
import openpyxl
import pypdfium2
from PIL import Image

from include.errors import BadDocument
from include.models import Box, Word
from include.pages.options import ReadOptions
from include.pages.worker import read, render  # noqa: F401
from include.pages.worker.elements import elements_of
from include.pages.worker.engines import ocr
from include.pages.worker.layout import language
from include.pages.worker.pdf.layer.fonts import references
from include.settings import ReaderLimits

_MAIL = (
    b"From: a@example.com\r\nSubject: Papers\r\nMIME-Version: 1.0\r\n\r\nPlease find attached.\r\n"
)
_TABLE = b"<html><body><p>Goods</p><table><tr><td>a</td><td>b</td></tr></table></body></html>"


def warm_up() -> None:
    """Load the models and read one small file of each kind."""
    ocr.load()
    language.model()
    references()
    elements_of([Word("Invoice", Box(10, 10, 60, 20))], 100, 100)
    for name, data in _samples():
        try:
            read.read_bytes(data, name, ReaderLimits(), ReadOptions())
        except BadDocument:
            continue  # an empty page is all it takes


def _samples() -> Iterator[tuple[str, bytes]]:
    yield "a.txt", b"Commercial invoice\n\nPlease pay within thirty days of the invoice date.\n"
    yield "a.csv", b"item,quantity\nbolt,4\n"
    yield "a.html", _TABLE
    yield "a.eml", _MAIL
    yield "a.png", _png()
    yield "a.pdf", _pdf()
    yield "a.docx", _docx()
    yield "a.xlsx", _xlsx()


def _png() -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.full((64, 256, 3), 255, np.uint8)).save(out, "PNG")
    return out.getvalue()


def _pdf() -> bytes:
    document = pypdfium2.PdfDocument.new()
    document.new_page(72, 72)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _docx() -> bytes:
    document = docx.Document()
    document.add_paragraph("Packing list of the goods that were shipped.")
    document.add_table(2, 2).cell(0, 0).text = "bolt"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _xlsx() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["item", "quantity"])
    book.active.append(["bolt", 4])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()

"""Pages with drawn lines, made on the spot and read without a process."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import pypdfium2
from reportlab.pdfgen.canvas import Canvas

from include.models import Box, Page, Table
from include.pages.worker.layout.structure import structured
from include.pages.worker.pdf.words import page_words
from include.pages.worker.tables.rulings import pdf_rulings
from tests.papers import Placed

Line = tuple[float, float, float, float]


def pdf(
    texts: Iterable[Placed],
    lines: Iterable[Line] = (),
    boxes: Iterable[Line] = (),
    size: float = 10,
    rotate: int = 0,
    crop: tuple[float, ...] = (),
) -> bytes:
    """Texts with their baseline, lines (x0, y0, x1, y1) and outlines, from the top left corner."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842))
    if crop:
        canvas.setCropBox(crop)
    canvas.setFont("Helvetica", size)
    canvas.setLineWidth(0.5)
    for x, y, text in texts:
        canvas.drawString(x, 842 - y, text)
    for x0, y0, x1, y1 in lines:
        canvas.line(x0, 842 - y0, x1, 842 - y1)
    for x0, y0, x1, y1 in boxes:
        canvas.rect(x0, 842 - y1, x1 - x0, y1 - y0, stroke=1, fill=0)
    canvas.showPage()
    canvas.save()
    return _turned(out.getvalue(), rotate) if rotate else out.getvalue()


def _turned(data: bytes, degrees: int) -> bytes:
    out = io.BytesIO()
    document = pypdfium2.PdfDocument(data)
    page = document[0]
    page.set_rotation(degrees)
    page.close()
    document.save(out)
    document.close()
    return out.getvalue()


def read(data: bytes) -> tuple[Page, tuple[Box, ...]]:
    """The page with its structure, and its drawn lines."""
    document = pypdfium2.PdfDocument(data)
    try:
        page = document[0]
        width, height = page.get_size()
        words, rulings = page_words(page), pdf_rulings(page)
        page.close()
    finally:
        document.close()
    plain = Page(number=1, width=width, height=height, words=words, engine="pdfium")
    return structured(plain, rulings), rulings


def grid(xs: Sequence[float], ys: Sequence[float]) -> list[Line]:
    """All lines of a grid with these edges."""
    across = [(xs[0], y, xs[-1], y) for y in ys]
    return across + [(x, ys[0], x, ys[-1]) for x in xs]


def rows(table: Table) -> list[list[str]]:
    """The table's texts row by row; empty cells as empty texts."""
    columns = 1 + max(cell.column for cell in table.cells)
    out = [[""] * columns for _ in range(1 + max(cell.row for cell in table.cells))]
    for cell in table.cells:
        out[cell.row][cell.column] = cell.text
    return out

"""Small papers made on the spot, for tests that read."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

import pypdfium2
import reportlab
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FONT = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
Placed = tuple[float, float, str]

INVOICE: tuple[Placed, ...] = (
    (60, 80, "COMMERCIAL INVOICE"),
    (60, 120, "Invoice No: INV-2026-00417"),
    (60, 140, "Date: 14.03.2026"),
    (60, 160, "Seller: Müller Präzisionsteile GmbH, Stuttgart"),
    (60, 180, "Buyer: Nordlicht Handels AG, Hafenstr. 7, Hamburg"),
    (60, 220, "Item"),
    (300, 220, "Quantity"),
    (420, 220, "Amount"),
    (60, 240, "Hex bolt M8 x 40"),
    (300, 240, "120"),
    (420, 240, "1,234.50"),
    (60, 260, "Bearing housing"),
    (300, 260, "7"),
    (420, 260, "985.21"),
    (300, 300, "Total EUR"),
    (420, 300, "2,219.71"),
)


pdfmetrics.registerFont(TTFont("Vera", FONT))


def width(text: str, size: float = 11) -> float:
    """How many points a text takes in a line."""
    return float(pdfmetrics.stringWidth(text, "Vera", size))


def pdf(
    *pages: Iterable[Placed], size: float = 11, rotate: int = 0, crop: tuple[int, ...] = ()
) -> bytes:
    """A PDF whose texts stand with their baseline at (x, y) from the top left corner."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842))
    for page in pages or (INVOICE,):
        if crop:
            canvas.setCropBox(crop)
        canvas.setFont("Vera", size)
        for x, y, text in page:
            canvas.drawString(x, 842 - y, text)
        canvas.showPage()
    canvas.save()
    return _turned(out.getvalue(), rotate) if rotate else out.getvalue()


def _turned(data: bytes, degrees: int) -> bytes:
    out = io.BytesIO()
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            page.set_rotation(degrees)
            page.close()
        document.save(out)
    return out.getvalue()


def picture(texts: Iterable[Placed] = INVOICE, dpi: int = 150) -> Image.Image:
    """An A4 page as it would come from a scanner."""
    scale = dpi / 72
    image = Image.new("RGB", (round(595 * scale), round(842 * scale)), "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(FONT, size=11 * scale)
    for x, y, text in texts:
        draw.text((x * scale, y * scale), text, fill="black", font=font, anchor="ls")
    return image


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()

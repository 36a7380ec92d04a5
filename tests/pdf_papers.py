"""PDFs that say something else than they show, and other trouble, made on the spot."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tests import papers

HEIGHT = 842
Draw = Callable[[Canvas], None]


def honest(canvas: Canvas) -> None:
    """An invoice that everybody can see."""
    canvas.setFillGray(0)
    canvas.setFont("Vera", 11)
    for x, y, text in papers.INVOICE:
        canvas.drawString(x, HEIGHT - y, text)


def drawn(*steps: Draw, crop: tuple[int, ...] = ()) -> bytes:
    """One A4 page, drawn by the steps in turn."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, HEIGHT))
    if crop:
        canvas.setCropBox(crop)
    for step in steps:
        canvas.saveState()
        step(canvas)
        canvas.restoreState()
    canvas.save()
    return out.getvalue()


def text(x: float, y: float, words: str, size: float = 11, grey: float = 0, mode: int = 0) -> Draw:
    """Words with their baseline at (x, y) from the top left; `mode` 3 is invisible."""

    def draw(canvas: Canvas) -> None:
        canvas.setFillGray(grey)
        line = canvas.beginText(x, HEIGHT - y)
        line.setFont("Vera", size)
        line.setTextRenderMode(mode)
        line.textOut(words)
        canvas.drawText(line)

    return draw


def rectangle(x0: float, y0: float, x1: float, y1: float, grey: float = 1) -> Draw:
    def draw(canvas: Canvas) -> None:
        canvas.setFillGray(grey)
        canvas.rect(x0, HEIGHT - y1, x1 - x0, y1 - y0, stroke=0, fill=1)

    return draw


def picture(image: Image.Image, x0: float, y0: float, x1: float, y1: float) -> Draw:
    def draw(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(image), x0, HEIGHT - y1, x1 - x0, y1 - y0)

    return draw


def transparent(x: float, y: float, words: str) -> Draw:
    def draw(canvas: Canvas) -> None:
        canvas.setFillAlpha(0)
        text(x, y, words)(canvas)

    return draw


def clipped(x: float, y: float, words: str) -> Draw:
    """Text outside of what may be painted."""

    def draw(canvas: Canvas) -> None:
        path = canvas.beginPath()
        path.rect(0, 0, 10, 10)
        canvas.clipPath(path, stroke=0)
        text(x, y, words)(canvas)

    return draw


def scan(layer: tuple[papers.Placed, ...] = papers.INVOICE) -> bytes:
    """A scanned invoice with invisible text, as scanners make them."""
    sheet = picture(papers.picture(), 0, 0, 595, HEIGHT)
    return drawn(sheet, *(text(x, y, words, mode=3) for x, y, words in layer))


def with_other_characters(data: bytes, changes: dict[str, str]) -> bytes:
    """The same looks, but the fonts say that some of their glyphs are other characters."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and "/ToUnicode" in item:
                table = item["/ToUnicode"].read_bytes().decode("ascii")
                item["/ToUnicode"] = pdf.make_stream(_changed(table, changes).encode("ascii"))
        return saved(pdf)


def _changed(table: str, changes: dict[str, str]) -> str:
    codes = {f"<{ord(a):04X}>": f"<{ord(b):04X}>" for a, b in changes.items()}
    lines = []
    for line in table.splitlines():
        parts = line.split(" ")
        if len(parts) >= 2 and parts[-1].upper() in codes:
            parts[-1] = codes[parts[-1].upper()]
        elif line.startswith("<") and line.rstrip().endswith("]"):
            head, _, values = line.partition("[")
            parts = [codes.get(v.upper(), v) for v in values.rstrip("]").split()]
            line, parts = "", [head + "[" + " ".join(parts) + "]"]
        lines.append(" ".join(parts))
    return "\n".join(lines)


def saved(pdf: pikepdf.Pdf, **options: object) -> bytes:
    out = io.BytesIO()
    pdf.save(out, **options)
    return out.getvalue()

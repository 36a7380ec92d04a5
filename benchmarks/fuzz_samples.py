"""One small file of every kind that is read, to be changed byte by byte."""

from __future__ import annotations

import io
import zipfile
from email.message import EmailMessage

import docx
import openpyxl
from PIL import Image
from reportlab.pdfgen.canvas import Canvas  # noqa: TID253

from benchmarks.hostile_files import encrypted, tiny

_TEXT = "Commercial invoice 4711\n\nPlease pay 1,234.50 EUR within thirty days.\n"


def samples() -> dict[str, bytes]:
    """By file name; pictures are small, so that OCR does not take all the time."""
    found = {
        "text.pdf": _pdf(),
        "scan.pdf": _scan(),
        "locked.pdf": encrypted(_pdf(), 4),
        "frames.tif": _tiff("tiff_lzw"),
        "fax.tif": _tiff("group4"),
        "paper.docx": _docx(),
        "list.xlsx": _xlsx(),
        "list.csv": b"item,quantity,price\nhex bolt,120,1.50\nbearing,7,30.00\n",
        "note.txt": _TEXT.encode(),
        "page.html": (
            b"<html><body><h1>Packing list</h1><table><tr><td>bolt</td><td>4</td></tr></table>"
            b"<p>Please find the goods.</p></body></html>"
        ),
        "mail.eml": _mail(),
        "bag.zip": _zip(),
    }
    for name, kind in (("s.png", "PNG"), ("s.jpg", "JPEG"), ("s.bmp", "BMP"), ("s.webp", "WEBP")):
        found[name] = tiny(kind)
    return found


def _pdf() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pageCompression=0)
    for page in range(2):
        for line in range(6):
            canvas.drawString(60, 780 - 20 * line, f"Page {page}: 120 hex bolts, {line},50 EUR")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _scan() -> bytes:
    out = io.BytesIO()
    Image.open(io.BytesIO(tiny("PNG"))).save(out, "PDF", resolution=150)
    return out.getvalue()


def _tiff(compression: str) -> bytes:
    out = io.BytesIO()
    picture = Image.open(io.BytesIO(tiny("PNG")))
    picture = picture.convert("1") if compression == "group4" else picture
    picture.save(out, "TIFF", compression=compression, save_all=True, append_images=[picture])
    return out.getvalue()


def _docx() -> bytes:
    document, out = docx.Document(), io.BytesIO()
    document.add_paragraph(_TEXT)
    document.add_table(2, 2).cell(0, 0).text = "bolt"
    document.save(out)
    return out.getvalue()


def _xlsx() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in (("item", "quantity"), ("bolt", 4)):
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def _mail() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.com", "b@example.com", "Papers"
    mail.set_content(_TEXT)
    mail.add_attachment(b"item,quantity\nbolt,4\n", "text", "csv", filename="list.csv")
    return mail.as_bytes()


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("note.txt", _TEXT)
        archive.writestr("papers/list.csv", "item,quantity\nbolt,4\n")
    return out.getvalue()

"""Files of every kind become words with boxes, through the reader's own process."""

from __future__ import annotations

import email.message
import io
from pathlib import Path

import docx
import openpyxl
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from include.errors import (
    BadDocument,
    BrokenDocument,
    EmptyDocument,
    EncryptedDocument,
    NotWhatItSays,
    UnreadableScan,
)
from include.models import Page, Reading
from include.pages.reader import read_file, render_page
from tests import papers

pytestmark = pytest.mark.usefixtures("reader")


@pytest.fixture
def read(tmp_path: Path):
    def read_bytes(data: bytes, name: str) -> Reading:
        path = tmp_path / "file"
        path.write_bytes(data)
        return read_file(path, name)

    return read_bytes


def lines(page: Page) -> list[str]:
    numbers = sorted({word.line for word in page.words})
    return [" ".join(w.text for w in page.words if w.line == n) for n in numbers]


def text(page: Page) -> str:
    return " ".join(word.text for word in page.words)


def where(page: Page, text: str) -> tuple[float, float]:
    """Left edge and middle of a word."""
    word = next(word for word in page.words if word.text == text)
    return word.box.x0, word.box.middle


def test_a_pdf_with_text_needs_no_ocr(read) -> None:
    reading = read(papers.pdf(), "invoice.pdf")
    [page] = reading.pages
    assert reading.media_type == "application/pdf"
    assert (page.engine, page.width, page.height) == ("pdfium", 595, 842)
    assert "INV-2026-00417" in text(page)
    assert {"Title"} <= {element.kind for element in page.elements}


def test_a_scan_gives_the_same_words_at_the_same_places_as_the_text(read) -> None:
    [printed] = read(papers.pdf(), "invoice.pdf").pages
    [scanned] = read(papers.encoded(papers.picture(), dpi=(150, 150)), "scan.png").pages
    assert scanned.engine.startswith("rapidocr")
    assert "ocr" in scanned.flags
    assert text(scanned) == text(printed)
    for word in ("INV-2026-00417", "1,234.50", "Total"):
        assert where(scanned, word) == pytest.approx(where(printed, word), abs=4)
    assert all(0.5 < word.confidence <= 1 for word in scanned.words)


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_scan_that_lies_on_its_side_is_put_upright(read, turns: int) -> None:
    turned = papers.picture().rotate(90 * turns, expand=True)
    [page] = read(papers.encoded(turned, dpi=(150, 150)), "scan.png").pages
    assert page.rotation == 90 * turns
    assert (round(page.width), round(page.height)) == (595, 842)
    assert "Müller Präzisionsteile GmbH" in text(page)
    assert where(page, "COMMERCIAL") == pytest.approx((60, 76), abs=4)


def test_a_crooked_scan_is_read_along_its_lines(read) -> None:
    crooked = papers.picture().rotate(2.5, fillcolor="white", resample=Image.Resampling.BICUBIC)
    [page] = read(papers.encoded(crooked, dpi=(150, 150)), "scan.png").pages
    assert any(flag.startswith("skew:") for flag in page.flags)
    at = lines(page).index("Hex bolt M8 x 40")
    assert lines(page)[at : at + 3] == ["Hex bolt M8 x 40", "120", "1,234.50"]


def test_every_frame_of_a_tiff_is_a_page(read) -> None:
    first, second = papers.picture(), papers.picture([(60, 100, "Packing list PL-0042 of 3 boxes")])
    data = papers.encoded(first, "TIFF", save_all=True, append_images=[second], dpi=(150, 150))
    pages = read(data, "fax.tif").pages
    assert [page.number for page in pages] == [1, 2]
    assert "PL-0042" in text(pages[1])


def test_a_coarse_fax_with_half_as_many_rows_is_read_at_its_true_shape(read) -> None:
    sheet = papers.picture(dpi=204)
    fax = sheet.resize((sheet.width, sheet.height // 2)).convert("1")
    [page] = read(papers.encoded(fax, "TIFF", dpi=(204, 102)), "fax.tif").pages
    assert (page.width, page.height) == pytest.approx((595, 842), abs=2)
    assert where(page, "COMMERCIAL") == pytest.approx((60, 76), abs=4)


def test_a_faint_scan_is_read_and_flagged(read) -> None:
    faint = papers.picture().point(lambda v: 255 - (255 - v) // 8)
    [page] = read(papers.encoded(faint), "scan.png").pages
    assert "low_contrast" in page.flags
    assert "INV-2026-00417" in text(page)


def test_a_scanned_page_inside_a_pdf_is_read_by_ocr(read) -> None:
    data = papers.encoded(papers.picture(), "PDF", resolution=150)
    [page] = read(data, "scan.pdf").pages
    assert page.engine.startswith("rapidocr")
    assert "INV-2026-00417" in text(page)
    assert where(page, "COMMERCIAL") == pytest.approx((60, 76), abs=4)


def test_a_page_with_two_words_and_nothing_else_is_believed(read) -> None:
    [page] = read(papers.pdf([(60, 100, "Appendix B")]), "short.pdf").pages
    assert page.engine == "pdfium"
    assert text(page) == "Appendix B"


def test_what_was_typed_into_a_form_is_part_of_the_text(read) -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842))
    canvas.drawString(60, 742, "The consignee as given by the shipper:")
    canvas.acroForm.textfield(name="c", x=60, y=700, width=200, height=20, value="Nordlicht")
    canvas.save()
    [page] = read(out.getvalue(), "form.pdf").pages
    assert "Nordlicht" in text(page)


def test_a_table_in_a_word_file_keeps_its_columns(read) -> None:
    document = docx.Document()
    document.add_paragraph("Packing list PL-0042")
    table = document.add_table(2, 3)
    for row, cells in enumerate((("Item", "Boxes", "Weight"), ("Hex bolt", "12", "48.5 kg"))):
        for column, value in enumerate(cells):
            table.cell(row, column).text = value
    out = io.BytesIO()
    document.save(out)
    [page] = read(out.getvalue(), "list.docx").pages
    assert "PL-0042" in text(page)
    assert where(page, "Boxes")[0] == where(page, "12")[0]
    assert where(page, "Hex")[1] == where(page, "48.5")[1]
    assert "Table" in {element.kind for element in page.elements}


def test_sheets_of_a_workbook_are_pages(read) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Item", "Quantity"])
    book.active.append(["Hex bolt", 120])
    book.create_sheet("Second").append(["Bearing", 7])
    out = io.BytesIO()
    book.save(out)
    pages = read(out.getvalue(), "list.xlsx").pages
    assert [page.number for page in pages] == [1, 2]
    assert where(pages[0], "Quantity")[0] == where(pages[0], "120")[0]
    assert "Bearing" in text(pages[1])


def test_a_mail_is_read_with_its_head(read) -> None:
    message = email.message.EmailMessage()
    message["From"], message["Subject"] = "clerk@example.com", "Arrival notice"
    message.set_content("Container MSKU6123456 arrives on Monday.")
    [page] = read(message.as_bytes(), "notice.eml").pages
    assert lines(page)[:2] == ["From: clerk@example.com", "Subject: Arrival notice"]
    assert "MSKU6123456" in text(page)


def test_text_csv_and_html_are_read(read) -> None:
    assert "4711" in text(read(b"Invoice 4711 of the company\n", "a.txt").pages[0])
    assert "4711" in text(read(b"number,total\n4711,12.50\n", "a.csv").pages[0])
    html = b"<html><body><h1>Invoice 4711</h1><p>Goods as ordered.</p></body></html>"
    assert "4711" in text(read(html, "a.html").pages[0])


def test_an_embedded_e_invoice_is_handed_on(read) -> None:
    import pypdfium2

    out = io.BytesIO()
    with pypdfium2.PdfDocument(papers.pdf()) as document:
        document.new_attachment("factur-x.xml").set_data("<Invoice>ü</Invoice>".encode())
        document.save(out)
    assert read(out.getvalue(), "e.pdf").embedded_xml == "<Invoice>ü</Invoice>"


def encrypted() -> bytes:
    from pypdf import PdfReader, PdfWriter

    out = io.BytesIO()
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(papers.pdf())))
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("empty.pdf", b"", EmptyDocument),
        ("letter.pdf", b"Dear Sirs, this only says that it is a PDF", NotWhatItSays),
        ("broken.pdf", b"%PDF-1.7\nnothing of a document follows", BrokenDocument),
        ("locked.pdf", encrypted(), EncryptedDocument),
        ("cut.png", papers.encoded(papers.picture())[:60], BrokenDocument),
        ("white.png", papers.encoded(papers.picture(())), UnreadableScan),
        ("tiny.png", papers.encoded(papers.picture(dpi=24)), UnreadableScan),
    ],
)
def test_what_cannot_be_read_says_why(
    read, name: str, data: bytes, error: type[BadDocument]
) -> None:
    with pytest.raises(error):
        read(data, name)


def test_a_page_is_drawn_upright_for_people(tmp_path: Path) -> None:
    path = tmp_path / "scan.png"
    turned = papers.picture().rotate(90, expand=True)
    path.write_bytes(papers.encoded(turned, dpi=(150, 150)))
    [page] = read_file(path, "scan.png").pages
    drawn = Image.open(io.BytesIO(render_page(path, "scan.png", page, dpi=72)))
    assert drawn.size == (595, 842)
    box = next(word.box for word in page.words if word.text == "COMMERCIAL")
    inside = drawn.convert("L").crop((int(box.x0), int(box.y0), int(box.x1), int(box.y1)))
    assert min(inside.tobytes()) < 128  # the word is where its box says

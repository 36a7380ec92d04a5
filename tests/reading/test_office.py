"""Documents, workbooks, web pages and texts are read as a person sees them."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl.worksheet.table import Table as ExcelTable

from include.errors import EncryptedDocument, OverLimit
from include.models import Page, Reading
from include.pages.options import ReadOptions
from include.pages.reader import read_file, read_part
from tests import papers

pytestmark = pytest.mark.usefixtures("reader")

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Reading]:
    def read_bytes(data: bytes, name: str, **options: tuple[str, ...]) -> Reading:
        path = tmp_path / "file"
        path.write_bytes(data)
        return read_file(path, name, ReadOptions(**options))

    return read_bytes


def lines(page: Page) -> list[str]:
    numbers = sorted({word.line for word in page.words})
    return [" ".join(w.text for w in page.words if w.line == n) for n in numbers]


def saved(document: object) -> bytes:
    out = io.BytesIO()
    document.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


def cells(page: Page, table: int = 0) -> list[tuple[str, int, int]]:
    return [(cell.text, cell.row, cell.column) for cell in page.tables[table].cells]


def test_a_word_file_shows_what_was_inserted_and_not_what_was_deleted(read) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Container ")._p
    for xml in (
        f"<w:ins {W}><w:r><w:t>MSKU6123456</w:t></w:r></w:ins>",
        f"<w:del {W}><w:r><w:delText>OLDU0000000</w:delText></w:r></w:del>",
        f"<w:r {W}><w:rPr><w:vanish/></w:rPr><w:t>SECRET</w:t></w:r>",
        f"<w:sdt {W}><w:sdtContent><w:r><w:t> Hamburg</w:t></w:r></w:sdtContent></w:sdt>",
    ):
        paragraph.append(parse_xml(xml))
    document.sections[0].header.paragraphs[0].text = "Nordlicht Handels AG"
    [page] = read(saved(document), "letter.docx").pages
    assert lines(page) == ["Nordlicht Handels AG", "Container MSKU6123456 Hamburg"]
    assert "hidden_text" in page.flags


def test_words_in_a_text_box_are_read_once(read) -> None:
    document = docx.Document()
    document.add_paragraph("Before")
    paragraph = document.add_paragraph("Anchor")._p
    box = f"<w:txbxContent {W}><w:p><w:r><w:t>Inside the box</w:t></w:r></w:p></w:txbxContent>"
    both = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/'
        f'2006"><mc:Choice Requires="wps">{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>'
        "</mc:AlternateContent>"
    )
    run = OxmlElement("w:r")
    run.append(parse_xml(both))
    paragraph.append(run)
    [page] = read(saved(document), "letter.docx").pages
    assert lines(page) == ["Before", "Anchor", "Inside the box"]


def test_a_table_of_a_word_file_keeps_lines_spans_and_its_header(read) -> None:
    document = docx.Document()
    table = document.add_table(3, 3)
    for row, texts in enumerate((("Item", "Boxes", "Kilos"), ("Bolt\nM8", "12", "48"))):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    table.cell(2, 0).merge(table.cell(2, 1)).text = "In all"
    table.cell(2, 2).text = "48"
    header = OxmlElement("w:tblHeader")
    header.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(header)
    [page] = read(saved(document), "list.docx").pages
    [found] = page.tables
    assert (found.header_rows, found.is_ruled) == (1, False)
    assert cells(page) == [
        *(("Item", 0, 0), ("Boxes", 0, 1), ("Kilos", 0, 2)),
        *(("Bolt M8", 1, 0), ("12", 1, 1), ("48", 1, 2)),
        *(("In all", 2, 0), ("48", 2, 2)),
    ]
    assert found.cells[6].column_span == 2
    assert lines(page)[3:5] == ["Bolt", "M8"]
    assert all(word.box.x1 <= page.width for word in page.words)
    for cell in found.cells:
        inside = [w.text for w in page.words if cell.box.x0 <= w.box.x0 and w.box.y0 >= cell.box.y0]
        assert set(cell.text.split()) <= set(inside)


def test_a_scan_pasted_into_a_word_file_is_a_part(read, tmp_path: Path) -> None:
    document = docx.Document()
    document.add_picture(io.BytesIO(papers.encoded(papers.picture())))
    reading = read(saved(document), "scan.docx")
    assert [part.name for part in reading.parts] == ["image1.png"]
    assert read_part(tmp_path / "file", "scan.docx", 0).startswith(b"\x89PNG")


def test_templates_and_documents_with_macros_are_read(read) -> None:
    document = docx.Document()
    document.add_paragraph("Booking confirmation 4711")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(document))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(
                name,
                old.read(name).replace(
                    b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main",
                    b"application/vnd.ms-word.document.macroEnabled.main",
                ),
            )
    assert "4711" in " ".join(lines(read(out.getvalue(), "booking.docm").pages[0]))


def test_a_workbook_shows_what_excel_shows(read) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    rows = (
        ("Invoice", None, None),
        (None, None, None),
        ("Item", "Amount", "Date"),
        (1, 1234.5, dt.datetime(2026, 3, 14)),
        (2.0, 0.1 + 0.2, dt.datetime(2026, 3, 15)),
        ("007", -3, 0.195),
    )
    for row in rows:
        sheet.append(row)
    for place, code in (
        *(("B4", '#,##0.00 "EUR"'), ("C4", "dd.mm.yyyy"), ("C5", "mm-dd-yy")),
        *(("B6", "0.00;[Red](0.00)"), ("C6", "0.0%")),
    ):
        sheet[place].number_format = code
    [page] = read(saved(book), "list.xlsx").pages
    assert cells(page) == [
        *(("Item", 0, 0), ("Amount", 0, 1), ("Date", 0, 2)),
        *(("1", 1, 0), ("1,234.50 EUR", 1, 1), ("14.03.2026", 1, 2)),
        *(("2", 2, 0), ("0.3", 2, 1), ("2026-03-15", 2, 2)),
        *(("007", 3, 0), ("(3.00)", 3, 1), ("19.5%", 3, 2)),
    ]
    assert lines(page)[0] == "Invoice"


def test_what_is_hidden_in_a_workbook_is_left_out_and_said(read) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (("Item", "Cost", "Price"), ("Bolt", "SECRET", 4), ("SECRET", 1, 2)):
        sheet.append(row)
    sheet.column_dimensions["B"].hidden = True
    sheet.row_dimensions[3].hidden = True
    secret = book.create_sheet("Secret")
    secret.append(["SECRET", "x"])
    secret.sheet_state = "hidden"
    [page] = read(saved(book), "list.xlsx").pages
    assert lines(page) == ["Item", "Price", "Bolt", "4"]
    assert {"hidden_sheet", "hidden_cells"} <= set(page.flags)


def test_merged_cells_headers_and_formulas_that_were_never_calculated(read) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (("Item", "Boxes"), ("Bolt", 12), ("In all", "=SUM(B2:B2)")):
        sheet.append(row)
    sheet.add_table(ExcelTable(displayName="Goods", ref="A1:B2"))
    sheet["D1"], sheet["E2"] = "Wide", "x"
    sheet.merge_cells("D1:E1")
    [page] = read(saved(book), "list.xlsx").pages
    [table] = page.tables
    assert table.header_rows == 1
    assert next(cell for cell in table.cells if cell.text == "Wide").column_span == 2
    assert "not_calculated" in page.flags


def test_columns_stand_below_each_other_and_fit_on_the_page(read) -> None:
    book = openpyxl.Workbook()
    book.active.append([f"Column {n}" for n in range(30)])
    book.active.append([f"a rather long value {n}" for n in range(30)])
    [page] = read(saved(book), "wide.xlsx").pages
    lefts: dict[int, set[float]] = {}
    for cell in page.tables[0].cells:
        lefts.setdefault(cell.column, set()).add(round(cell.box.x0, 2))
    assert all(len(left) == 1 for left in lefts.values())
    assert max(word.box.x1 for word in page.words) <= page.width - 30


def locked(data: bytes, password: str) -> bytes:
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt(password, out)
    return out.getvalue()


def test_a_locked_workbook_opens_with_a_known_password_only(read) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Item", "Bolt"])
    data = locked(saved(book), "secret")
    reading = read(data, "list.xlsx", passwords=("wrong", "secret"))
    assert lines(reading.pages[0]) == ["Item", "Bolt"]
    with pytest.raises(EncryptedDocument, match="known passwords"):
        read(data, "list.xlsx", passwords=("wrong",))
    with pytest.raises(EncryptedDocument):
        read(data, "list.xlsx")


def test_a_cell_in_a_far_corner_does_not_unfold_the_sheet(read) -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "Near", "Far"
    assert lines(read(saved(book), "list.xlsx").pages[0]) == ["Near", "Far"]


def test_merged_areas_without_end_are_refused(read) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Item", "Boxes"])
    book.active.merge_cells("C1:C2")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(book))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"C1:C2", b"C1:XFD1048576"))
    with pytest.raises(OverLimit, match="merged"):
        read(out.getvalue(), "list.xlsx")


def test_a_long_table_in_a_word_file_is_read_in_time(read, monkeypatch) -> None:
    monkeypatch.setenv("LADING_READER_CPU_S", "20")
    document = docx.Document()
    for row in document.add_table(400, 6)._tbl.tr_lst:
        for cell in row.tc_lst:
            cell.p_lst[0].add_r().text = "bolt"
    reading = read(saved(document), "list.docx")
    assert sum(len(page.tables[0].cells) for page in reading.pages) == 2400

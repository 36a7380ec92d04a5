"""Texts, tables as text and web pages are read in their encodings and shapes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from include.errors import EmptyDocument, OverLimit, UnsupportedFormat
from include.models import Page, Reading
from include.pages.options import ReadOptions
from include.pages.reader import read_file

pytestmark = pytest.mark.usefixtures("reader")


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


def cells(page: Page, table: int = 0) -> list[tuple[str, int, int]]:
    return [(cell.text, cell.row, cell.column) for cell in page.tables[table].cells]


@pytest.mark.parametrize(
    "data",
    [
        "Stück;Preis\n1;2,50\nÜ;x\n".encode("cp1252"),
        "Stück\tPreis\n1\t2,50\nÜ\tx\n".encode("utf-16"),
        "sep=|\nStück|Preis\n1|2,50\nÜ|x\n".encode(),
        'Stück,Preis\n1,"2,50"\nÜ,x\n'.encode("utf-8-sig"),
    ],
)
def test_a_csv_is_read_in_its_encoding_and_with_its_delimiter(read, data: bytes) -> None:
    [page] = read(data, "list.csv").pages
    assert cells(page) == [
        *(("Stück", 0, 0), ("Preis", 0, 1), ("1", 1, 0), ("2,50", 1, 1)),
        *(("Ü", 2, 0), ("x", 2, 1)),
    ]


def test_typed_columns_stay_columns_and_form_feeds_are_pages(read) -> None:
    data = b"Item      Boxes\nBolt         12\n\x0cSecond page\n"
    first, second = read(data, "list.txt").pages
    assert lines(first) == ["Item", "Boxes", "Bolt", "12"]
    lefts = {word.text: word.box.x1 for word in first.words}
    assert lefts["Boxes"] == lefts["12"]
    assert lines(second) == ["Second page"]


@pytest.mark.parametrize("name", ["long.txt", "long.csv"])
def test_a_text_of_more_pages_than_allowed_is_over_the_limit(
    read, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LADING_READER_PAGES", "3")
    with pytest.raises(OverLimit, match="3 pages"):
        read(b"one,two\n" * 400, name)


def test_a_long_table_goes_on_on_the_next_page(read) -> None:
    data = b"".join(b"%d,bolt\n" % n for n in range(150))
    pages = read(data, "long.csv").pages
    assert len(pages) == 3
    assert [page.tables[0].cells[0].row for page in pages] == [0, 0, 0]
    texts = [cell.text for page in pages for cell in page.tables[0].cells if cell.column == 0]
    assert texts == [str(n) for n in range(150)]


def test_an_e_invoice_as_xml_is_handed_on_and_laid_out(read) -> None:
    ubl = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
    xml = f'<?xml version="1.0"?><Invoice xmlns="{ubl}"><IssueDate>2026-03-14</IssueDate></Invoice>'
    reading = read(xml.encode(), "invoice.xml")
    assert reading.embedded_xml is not None
    assert "2026-03-14" in reading.embedded_xml
    assert lines(reading.pages[0]) == ["Issue Date: 2026-03-14"]


def test_entities_of_an_xml_file_stay_what_they_are(read, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("SECRET")
    xml = (
        f'<!DOCTYPE Invoice [<!ENTITY x SYSTEM "file://{secret}">]>'
        '<Invoice xmlns="urn:oasis:names:specification:ubl:x"><A>&x;</A><B>4711</B></Invoice>'
    )
    reading = read(xml.encode(), "invoice.xml")
    assert "SECRET" not in " ".join(lines(reading.pages[0])) + str(reading.embedded_xml)


@pytest.mark.parametrize(
    ("name", "data", "error", "reason"),
    [
        ("a.rtf", b"{\\rtf1 Goods}", UnsupportedFormat, "RTF text; save it as .docx"),
        ("a.ics", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", UnsupportedFormat, "calendar entry"),
        ("a.dwg", b"AC1027" + bytes(60), UnsupportedFormat, "CAD drawing"),
        ("a.txt", b" \r\n\t ", EmptyDocument, "nothing but blanks"),
        ("a.html", b"<html><p hidden>x</p></html>", EmptyDocument, "no text"),
    ],
)
def test_what_is_no_document_says_what_it_is(
    read, name: str, data: bytes, error: type[Exception], reason: str
) -> None:
    with pytest.raises(error, match=reason):
        read(data, name)

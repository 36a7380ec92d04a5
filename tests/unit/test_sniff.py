"""The kind of a file follows its content, and a lie in its name is told."""

from __future__ import annotations

import io
import zipfile

import pytest

from include.errors import (
    BrokenDocument,
    EmptyDocument,
    EncryptedDocument,
    NotWhatItSays,
    UnsupportedFormat,
)
from include.pages.worker.sniff import checked_kind
from tests import papers


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return out.getvalue()


MAIL = b"From: a@example.com\r\nTo: b@example.com\r\nMessage-ID: <1@x>\r\n\r\nGoods sent.\r\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 64


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.pdf", b"%PDF-1.7\n", "pdf"),
        ("a.pdf", b"\r\n" * 100 + b"%PDF-1.4\n", "pdf"),  # junk before the header is common
        ("scan.png", papers.encoded(papers.picture((), 10), "JPEG"), "jpeg"),  # a picture anyway
        ("no ending", papers.encoded(papers.picture((), 10), "TIFF"), "tiff"),
        ("a.webp", papers.encoded(papers.picture((), 10), "WEBP"), "webp"),
        ("a.docx", archive("word/document.xml"), "docx"),
        ("a.xlsx", archive("xl/workbook.xml"), "xlsx"),
        ("a.eml", MAIL, "eml"),
        ("mail", MAIL, "eml"),
        ("a.txt", b"Invoice 4711\n", "txt"),
        ("a.csv", b"a,b\n1,2\n", "csv"),
        ("a.zip", archive("a.pdf"), "zip"),
        ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "locked"),
        ("papers.zip", archive("a.pdf") + b"%PDF-1.7", "zip"),
        ("bmw.txt", b"BMW order 4711\n", "txt"),  # begins as a bitmap does
        ("a.msg", OLE + "__properties_version1.0".encode("utf-16-le"), "msg"),
        ("winmail.dat", b"\x78\x9f\x3e\x22\x01\x00", "tnef"),
        ("photo", b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "heif"),
        ("wide", "Invoice 4711\n".encode("utf-16"), "txt"),
        ("page", b"<!DOCTYPE html><p>Goods", "html"),
    ],
)
def test_the_kind_follows_the_content(name: str, data: bytes, kind: str) -> None:
    assert checked_kind(data, name) == kind


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("a.pdf", b"", EmptyDocument),
        ("a.pdf", b"this is a letter, not a PDF", NotWhatItSays),
        ("a.pdf", papers.encoded(papers.picture((), 10)), NotWhatItSays),
        ("a.png", b"%PDF-1.7\n", NotWhatItSays),
        ("a.docx", archive("xl/workbook.xml"), NotWhatItSays),
        ("a.bin", b"\x00\x01\x02" * 50, UnsupportedFormat),
        ("a.zip", b"PK\x03\x04 cut off", BrokenDocument),
        ("a.p7m", b"0\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03", EncryptedDocument),
    ],
)
def test_what_cannot_be_read_is_told_by_its_error(
    name: str, data: bytes, error: type[Exception]
) -> None:
    with pytest.raises(error):
        checked_kind(data, name)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (OLE + "WordDocument".encode("utf-16-le"), "old kind .*save it as .docx"),
        (OLE + "Workbook".encode("utf-16-le"), "old kind .*save it as .xlsx"),
        (archive("xl/workbook.bin", "[Content_Types].xml"), "save it as .xlsx"),
        (archive("ppt/presentation.xml"), "presentation"),
        (b"\x00\x00\x00\x1cftypisom" + bytes(40), "a film"),
        (b"MZ\x90\x00" + bytes(60), "a program"),
        (b"BEGIN:VCARD\r\nEND:VCARD\r\n", "contact card"),
        (b"-----BEGIN PGP SIGNATURE-----\n", "signature without the document"),
        (b"\x01\x02\x00\x03" * 40, "nothing in it tells what it is"),
    ],
)
def test_an_unread_kind_is_named(data: bytes, reason: str) -> None:
    with pytest.raises(UnsupportedFormat, match=reason):
        checked_kind(data, "paper")

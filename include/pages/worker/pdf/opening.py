"""Opening a PDF: with one of the passwords given, and put together again when it is broken."""

from __future__ import annotations

import io
import logging
import re
import stringprep
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pikepdf
import pypdfium2 as pdfium

from include.errors import BrokenDocument, EncryptedDocument

logging.getLogger("pikepdf").setLevel(logging.CRITICAL)  # it reports every fault it repairs

#: An object with a higher number is none, in a file that has lost its index.
MAX_OBJECTS = 1_000_000
_OBJECT = re.compile(
    rb"\b(\d{1,7})\s+\d{1,5}\s+obj\b.*?(?=endobj|\b\d{1,7}\s+\d{1,5}\s+obj\b|\Z)", re.S
)
_HEAD = re.compile(rb"\d+\s+\d+\s+obj")
_ENCRYPTED = re.compile(rb"/Encrypt\s*(<<|\d+\s+\d+\s+R)")
_PAGE_TYPE = re.compile(rb"/Type\s*/Page\b")
_PASSWORD_ERRORS = (pdfium.raw.FPDF_ERR_PASSWORD, pdfium.raw.FPDF_ERR_SECURITY)


@dataclass(frozen=True)
class OpenedPdf:
    """A document of pdfium's, and the bytes and password from which it was opened."""

    document: Any
    data: bytes
    password: str = ""
    is_repaired: bool = False

    def in_qpdf(self) -> pikepdf.Pdf:
        """The same file for what pdfium cannot do; raises pikepdf.PdfError."""
        return _open_in_qpdf(self.data, self.password)


def open_pdf(data: bytes, passwords: tuple[str, ...]) -> OpenedPdf:
    """Open by pdfium, else decrypt or repair by qpdf; raises EncryptedDocument, BrokenDocument."""
    opened, fault = _by_pdfium(data, passwords)
    if opened and len(opened.document):
        return opened
    return repaired_pdf(data, passwords) or _given_up(opened, fault, passwords)


def repaired_pdf(data: bytes, passwords: tuple[str, ...]) -> OpenedPdf | None:
    """The file as qpdf puts it together and decrypts it, else as its pages are found in it; None
    when nothing is left of it."""
    for password in _candidates(passwords):
        try:
            with _open_in_qpdf(data, password) as pdf:
                if not len(pdf.pages):
                    break
                is_repaired = not pdf.is_encrypted
                whole = _saved(pdf)
            return OpenedPdf(pdfium.PdfDocument(whole), whole, is_repaired=is_repaired)
        except pikepdf.PasswordError:
            continue
        except (pikepdf.PdfError, pdfium.PdfiumError, ValueError, RuntimeError):
            break
    whole = b"" if _ENCRYPTED.search(data) else _with_new_page_tree(data)
    opened = _by_pdfium(whole, ())[0] if whole else None
    return replace(opened, is_repaired=True) if opened and len(opened.document) else None


def _by_pdfium(data: bytes, passwords: tuple[str, ...]) -> tuple[OpenedPdf | None, int]:
    """The file as pdfium opens it, or why it does not."""
    fault = 0
    for password in _candidates(passwords):
        try:
            document = pdfium.PdfDocument(data, password=password or None)
            return OpenedPdf(document, data, password), 0
        except pdfium.PdfiumError as error:
            fault = getattr(error, "err_code", None) or 0
            if fault != pdfium.raw.FPDF_ERR_PASSWORD:
                break
    return None, fault


def _given_up(opened: OpenedPdf | None, fault: int, passwords: tuple[str, ...]) -> OpenedPdf:
    if opened:
        return opened
    if fault not in _PASSWORD_ERRORS:
        raise BrokenDocument("no page could be found in it")
    if fault == pdfium.raw.FPDF_ERR_SECURITY:
        raise EncryptedDocument("(by a method that is not known)")
    if not passwords:
        raise EncryptedDocument("(no password is set for its sender)")
    tried = "the password set" if len(passwords) == 1 else f"none of the {len(passwords)} passwords"
    raise EncryptedDocument(
        f"({tried} for its sender {'does not open' if len(passwords) == 1 else 'opens'} it)"
    )


def _candidates(passwords: Iterable[str]) -> Iterator[str]:
    """The empty password and those given, each as typed and as programs normalise it."""
    seen = set()
    for password in ("", *passwords):
        for variant in (password, *_normalised(password)):
            if variant not in seen:
                seen.add(variant)
                yield variant


def _normalised(password: str) -> Iterator[str]:
    """As SASLprep (RFC 4013) has it: by today's Unicode, by that of 2002, and applied twice."""
    if password.isascii():
        return
    text = "".join(
        " " if stringprep.in_table_c12(c) else c for c in password if not stringprep.in_table_b1(c)
    )
    for tables in (unicodedata, unicodedata.ucd_3_2_0):
        once = tables.normalize("NFKC", text)
        yield once
        yield tables.normalize("NFKC", once)


def _open_in_qpdf(data: bytes, password: str) -> pikepdf.Pdf:
    return pikepdf.open(
        io.BytesIO(data), password=password, attempt_recovery=True, suppress_warnings=True
    )


def _saved(pdf: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _with_new_page_tree(data: bytes) -> bytes:
    """The objects that are found in the bytes under a new tree of all pages among them; empty
    without any."""
    found = {int(m[1]): m[0] for m in _OBJECT.finditer(data) if int(m[1]) <= MAX_OBJECTS}
    pages = [number for number, body in found.items() if _PAGE_TYPE.search(body[:4000])]
    if not pages:
        return b""
    catalog = max(found) + 1
    kids = b" ".join(b"%d 0 R" % number for number in pages)
    found[catalog] = b"%d 0 obj\n<< /Type /Catalog /Pages %d 0 R >>" % (catalog, catalog + 1)
    found[catalog + 1] = b"%d 0 obj\n<< /Type /Pages /Count %d /Kids [ %s ] >>" % (
        (catalog + 1, len(pages), kids)
    )
    out = bytearray(b"%PDF-1.7\n")
    table = bytearray(b"xref\n0 1\n0000000000 65535 f \n")
    for number, body in found.items():
        table += b"%d 1\n%010d 00000 n \n" % (number, len(out))
        out += _HEAD.sub(b"%d 0 obj" % number, body, count=1) + b"\nendobj\n"
    start = len(out)
    out += table + b"trailer\n<< /Size %d /Root %d 0 R >>\n" % (catalog + 2, catalog)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)

"""Files inside a PDF: the e-invoice that is handed on as data, and documents of their own."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pikepdf

from include.errors import BadDocument
from include.models import Part
from include.pages.worker.pdf.opening import OpenedPdf
from include.pages.worker.sniff import kind_of

#: What a file inside may unpack to, and how many files are looked at.
MAX_FILE_BYTES, MAX_FILES = 40 << 20, 100
MAX_XML_BYTES = 8 << 20
#: Kinds that are not documents of their own when they hang on a PDF: notes, styles, data.
_NO_DOCUMENTS = frozenset({None, "txt", "html"})
_XML_NAMES = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml", "order-x.xml")
_ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)[\s/>]")
_E_INVOICE_ROOTS = (
    "CrossIndustryInvoice",
    "CrossIndustryDocument",
    "SCRDMCCBDACIOMessageStructure",
)
_UBL_ROOTS, _UBL = ("Invoice", "CreditNote", "Order"), "urn:oasis:names:specification:ubl"


@dataclass(frozen=True)
class _File:
    name: str
    data: bytes


@dataclass(frozen=True)
class Attachments:
    """`left_out`: how many files inside are no documents; `is_portfolio`: the PDF is their wrap."""

    parts: tuple[Part, ...] = ()
    contents: tuple[bytes, ...] = ()
    embedded_xml: str | None = None
    left_out: int = 0
    is_portfolio: bool = False


def attachments_of(opened: OpenedPdf) -> Attachments:
    """The files inside; none when the file is too broken to look for them."""
    parts: list[Part] = []
    contents: list[bytes] = []
    xml: str | None = None
    left_out = 0
    try:
        with opened.in_qpdf() as pdf:
            for file in _files(pdf):
                invoice = _e_invoice(file)
                if invoice is not None:
                    xml = xml or invoice
                elif _is_document(file):
                    parts.append(Part(len(parts), file.name, len(file.data)))
                    contents.append(file.data)
                else:
                    left_out += 1
            is_portfolio = bool(parts) and "/Collection" in pdf.Root
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError):
        return Attachments(tuple(parts), tuple(contents), xml, left_out)
    return Attachments(tuple(parts), tuple(contents), xml, left_out, is_portfolio)


def _files(pdf: pikepdf.Pdf) -> Iterator[_File]:
    seen = set()
    for count, (key, specification) in enumerate(_specifications(pdf)):
        if count >= MAX_FILES:
            return
        with suppress(pikepdf.PdfError, ValueError, TypeError, AttributeError, KeyError):
            stream = _stream(specification)
            if stream is None or stream.objgen in seen:
                continue
            seen.add(stream.objgen)
            data = _unpacked(stream)
            if data:
                yield _File(_name(specification, key), data)


def _specifications(pdf: pikepdf.Pdf) -> Iterator[tuple[str, Any]]:
    """File specifications by the name tree, as files associated with the document or a page, and
    pinned to a page."""
    names = pdf.Root.get("/Names")
    if names is not None and "/EmbeddedFiles" in names:
        with suppress(pikepdf.PdfError, ValueError, TypeError, RuntimeError):
            for name, specification in pikepdf.NameTree(names.EmbeddedFiles).items():
                yield str(name), specification
    yield from (("", each) for each in pdf.Root.get("/AF", ()))
    for page in pdf.pages:
        yield from (("", each) for each in page.obj.get("/AF", ()))
        for note in page.obj.get("/Annots", ()):
            with suppress(pikepdf.PdfError, ValueError, TypeError, AttributeError):
                if note.get("/Subtype") == "/FileAttachment" and "/FS" in note:
                    yield "", note.FS


def _stream(specification: Any) -> Any:
    embedded = specification.get("/EF")
    if embedded is None:
        return None
    return embedded.get("/UF", embedded.get("/F"))


def _name(specification: Any, key: str) -> str:
    name = str(specification.get("/UF", specification.get("/F", key)) or key)
    name = re.split(r"[/\\]", name)[-1]
    return "".join(c for c in name if c.isprintable())[:200].strip() or "attachment"


def _unpacked(stream: Any) -> bytes:
    """The file's bytes; nothing when it unpacks to more than is allowed."""
    filters = stream.get("/Filter")
    names = [str(f) for f in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]
    if names == ["/FlateDecode"] and "/DecodeParms" not in stream:
        unpacker = zlib.decompressobj()
        with suppress(zlib.error):
            data = unpacker.decompress(stream.read_raw_bytes(), MAX_FILE_BYTES + 1)
            return data if len(data) <= MAX_FILE_BYTES else b""
    if sum(name == "/FlateDecode" for name in names) > 1:
        return b""  # packed twice: only a bomb is
    data = bytes(stream.read_bytes())
    return data if len(data) <= MAX_FILE_BYTES else b""


def _is_document(file: _File) -> bool:
    ending = "." + file.name.rpartition(".")[2].lower()
    try:
        return kind_of(file.data, ending) not in _NO_DOCUMENTS and not _is_xml(file.data)
    except BadDocument:
        return True  # an encrypted or broken office file is one that a person must see


def _is_xml(data: bytes) -> bool:
    return data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml")


def _e_invoice(file: _File) -> str | None:
    """The file as text when it is an electronic invoice or order."""
    is_named_so = file.name.lower() in _XML_NAMES
    if len(file.data) > MAX_XML_BYTES or not (is_named_so or b"<" in file.data[:1024]):
        return None
    is_utf16 = file.data[:2] in (b"\xff\xfe", b"\xfe\xff")
    text = file.data.decode("utf-16" if is_utf16 else "utf-8-sig", errors="replace")
    root = _ROOT.search(
        re.sub(r"<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^>]*>", "", text[:20000], flags=re.S)
    )
    name = root[1] if root else ""
    is_one = name in _E_INVOICE_ROOTS or (name in _UBL_ROOTS and _UBL in text[:20000])
    return text.replace("\x00", "") if is_named_so or is_one else None

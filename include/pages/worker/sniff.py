"""What kind of file the bytes are, whatever the file is called."""

from __future__ import annotations

import io
import re
import zipfile

from include.errors import (
    BrokenDocument,
    EmptyDocument,
    EncryptedDocument,
    NotWhatItSays,
    UnsupportedFormat,
)

IMAGES = frozenset({"png", "jpeg", "tiff", "bmp", "webp"})
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "tiff": "image/tiff",
    "bmp": "image/bmp",
    "webp": "image/webp",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html",
    "eml": "message/rfc822",
    "csv": "text/csv",
    "txt": "text/plain",
}
#: What a file's ending promises; other endings promise nothing.
_PROMISES = {
    ".pdf": frozenset({"pdf"}),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp"), IMAGES),
    ".docx": frozenset({"docx"}),
    ".xlsx": frozenset({"xlsx"}),
}
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"II+\x00", "tiff"),
    (b"MM\x00+", "tiff"),
    (b"BM", "bmp"),
)
_MAIL_HEAD = re.compile(
    rb"\A(?:From \S+ .*\r?\n)?(?:[A-Za-z][A-Za-z0-9-]{1,60}:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){2,}"
)
_MAIL_NAMES = re.compile(rb"^(from|received|mime-version|message-id|return-path):", re.I | re.M)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def checked_kind(data: bytes, file_name: str) -> str:
    """The kind of file by its content; raises when nobody reads it or the name says otherwise."""
    if not data:
        raise EmptyDocument(file_name)
    dot = file_name.rfind(".")
    ending = file_name[dot:].lower() if dot >= 0 else ""
    kind = kind_of(data, ending)
    promised = _PROMISES.get(ending)
    if promised and kind not in promised:
        raise NotWhatItSays(f"{file_name} holds {kind or 'something unknown'}")
    if kind is None:
        raise UnsupportedFormat(file_name)
    return kind


def kind_of(data: bytes, ending: str = "") -> str | None:
    """The kind of file by its first bytes; the ending only tells apart kinds of plain text."""
    if b"%PDF-" in data[:1024]:
        return "pdf"
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data.startswith(b"PK\x03\x04"):
        return _kind_of_archive(data)
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise EncryptedDocument
        return None
    return _kind_of_text(data, ending)


def _kind_of_archive(data: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise BrokenDocument(str(error)) from error
    if "word/document.xml" in names:
        return "docx"
    return "xlsx" if "xl/workbook.xml" in names else None


def _kind_of_text(data: bytes, ending: str) -> str | None:
    head = data[:65536]
    if b"\x00" in head or _share_of_control(head) > 0.02:
        return None
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1024].lower()
    if start.startswith((b"<!doctype html", b"<html")) or ending in (".html", ".htm"):
        return "html"
    if ending == ".eml" or (_MAIL_HEAD.match(head) and _MAIL_NAMES.search(head[:4096])):
        return "eml"
    return "csv" if ending == ".csv" else "txt"


def _share_of_control(head: bytes) -> float:
    return sum(b < 32 and b not in (9, 10, 12, 13) for b in head) / max(len(head), 1)

"""What kind of file the bytes are, whatever the file is called."""

from __future__ import annotations

import io
import re
import zipfile

import olefile  # type: ignore[import-untyped]

from include.errors import (
    BrokenDocument,
    EmptyDocument,
    EncryptedDocument,
    NotWhatItSays,
    UnsupportedFormat,
)
from include.pages.worker.formats.unread import (
    SIGNATURE,
    UNKNOWN,
    Unread,
    unread_bytes,
    unread_compound,
    unread_text,
    unread_zip,
)

IMAGES = frozenset({"png", "jpeg", "tiff", "bmp", "webp", "gif", "heif"})
MAILS = frozenset({"eml", "msg", "tnef"})
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "tiff": "image/tiff",
    "bmp": "image/bmp",
    "webp": "image/webp",
    "gif": "image/gif",
    "heif": "image/heif",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html",
    "xml": "application/xml",
    "eml": "message/rfc822",
    "msg": "application/vnd.ms-outlook",
    "tnef": "application/ms-tnef",
    "p7m": "application/pkcs7-mime",
    "zip": "application/zip",
    "csv": "text/csv",
    "txt": "text/plain",
}
#: What a file of this kind is called when it has no name.
ENDINGS = {kind: f".{kind}" for kind in MEDIA_TYPES} | {
    "jpeg": ".jpg",
    "tiff": ".tif",
    "heif": ".heic",
    "tnef": ".dat",
}
#: An Office file behind a password: which kind shows when it is open.
LOCKED = "locked"
_IMAGE_ENDINGS = (
    *(".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp", ".gif", ".heic", ".heif"),
)
#: What a file's ending promises; other endings promise nothing.
_PROMISES = {
    ".pdf": frozenset({"pdf"}),
    **dict.fromkeys(_IMAGE_ENDINGS, IMAGES),
    ".docx": frozenset({"docx", LOCKED}),
    ".xlsx": frozenset({"xlsx", LOCKED}),
    ".msg": frozenset({"msg", "eml"}),
}
_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"II+\x00", "tiff"),
    (b"MM\x00+", "tiff"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"\x78\x9f\x3e\x22", "tnef"),
)
_BMP = re.compile(rb"BM.{8}....[\x0c\x28\x38\x40\x6c\x7c]\x00\x00\x00", re.S)
_HEIF = re.compile(rb"....ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)", re.S)
_PKCS7 = re.compile(
    rb"0[\x80-\x84].{0,4}\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07([\x02\x03])", re.S
)
_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK00PK\x03\x04", b"PK\x07\x08PK")
_MAIL_HEAD = re.compile(
    rb"\A\s{0,8}(?:>?From \S+ .*\r?\n)?"
    rb"(?:[A-Za-z][A-Za-z0-9-]{1,60}:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){2,}"
)
_MAIL_NAMES = re.compile(rb"^(from|received|mime-version|message-id|return-path):", re.I | re.M)
_MARKUP = re.compile(rb"<(?:html|head|body|table|div|meta|p|h[1-6])[\s>]")
_INVOICE_XML = re.compile(
    rb"<(?:[\w.-]+:)?(?:CrossIndustryInvoice|CrossIndustryDocument|Invoice|CreditNote)\s[^>]*"
    rb"(?:urn:un:unece:uncefact|urn:oasis:names:specification:ubl|urn:ferd:)"
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAX_CONTROL = 0.02


def checked_kind(data: bytes, file_name: str) -> str:
    """The kind of file by its content; raises when nobody reads it or the name says otherwise."""
    if not data:
        raise EmptyDocument(file_name)
    if not data.strip(b"\x00 \t\r\n"):
        raise EmptyDocument(f"{file_name} holds nothing but blanks")
    kind = told_apart(data, file_name)
    promised = _PROMISES.get(_ending(file_name))
    if isinstance(kind, Unread):
        if promised:
            what = kind.what if kind != UNKNOWN else "something unknown"
            raise NotWhatItSays(f"{file_name} holds {what}")
        raise UnsupportedFormat(f"{file_name}: {kind.what}")
    if promised and kind not in promised:
        raise NotWhatItSays(f"{file_name} holds {kind}")
    return kind


def is_paper(data: bytes, file_name: str) -> bool:
    """Whether a file inside another is worth being a document of its own, also an unread one."""
    if data.startswith(_OLE) or _ending(file_name) in _PROMISES:
        return True
    try:
        kind = told_apart(data, file_name)
    except (BrokenDocument, EncryptedDocument):
        return True
    return kind.is_paper if isinstance(kind, Unread) else True


def kind_of(data: bytes, ending: str = "") -> str | None:
    """The kind of file by its first bytes; the ending only tells apart kinds of plain text."""
    kind = told_apart(data, ending)
    return None if isinstance(kind, Unread) else kind


def _ending(file_name: str) -> str:
    dot = file_name.rfind(".")
    return file_name[dot:].lower() if dot >= 0 else ""


def told_apart(data: bytes, file_name: str) -> str | Unread:
    """The kind that is read, or the kind that is not; raises when it is broken or encrypted."""
    ending = _ending(file_name)
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if _BMP.match(data):
        return "bmp"
    if _HEIF.match(data):
        return "heif"
    if data.startswith(_ZIP_STARTS):
        return _kind_of_archive(data)
    if data.startswith(_OLE):
        return _kind_of_compound(data)
    signed = _PKCS7.match(data)
    if signed:
        return _kind_of_pkcs7(data, signed[1])
    if ending != ".eml" and b"%PDF-" in data[:1024]:  # junk before it is common
        return "pdf"
    return _kind_of_text(data, ending)


def _kind_of_archive(data: bytes) -> str | Unread:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {name.replace("\\", "/").lstrip("/") for name in archive.namelist()}
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise BrokenDocument(f"the zip file is cut off or damaged ({error})") from error
    if "[Content_Types].xml" in names or "word/document.xml" in names or "xl/workbook.xml" in names:
        for pattern, kind in ((r"word/document\d*\.xml", "docx"), (r"xl/workbook\d*\.xml", "xlsx")):
            if any(re.fullmatch(pattern, name) for name in names):
                return kind
    return unread_zip(data, names) or "zip"


def _kind_of_compound(data: bytes) -> str | Unread:
    try:
        with olefile.OleFileIO(data) as file:
            names = {path[0] for path in file.listdir(streams=True, storages=True)}
    except Exception:  # a damaged directory; look for the names anywhere
        known = ("EncryptedPackage", "__properties_version1.0", "WordDocument", "Workbook")
        names = {name for name in known if name.encode("utf-16-le") in data}
    if "EncryptedPackage" in names:
        return LOCKED
    return "msg" if "__properties_version1.0" in names else unread_compound(names)


def _kind_of_pkcs7(data: bytes, content: bytes) -> str | Unread:
    if content == b"\x03":
        raise EncryptedDocument("It is an encrypted S/MIME mail.")
    signs_data = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0" in data[:512]
    return "p7m" if signs_data else SIGNATURE


def _kind_of_text(data: bytes, ending: str) -> str | Unread:
    head = data[:65536]
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not wide and (
        head.count(b"\x00") > len(head) / 1000 or _share_of_control(head) > _MAX_CONTROL
    ):
        return unread_bytes(data)
    if wide:
        head = head.decode("utf-16", errors="replace").encode()
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:4096].lower()
    unread = unread_text(start)
    if unread:
        return unread
    if start.startswith(b"-----begin pgp message"):
        raise EncryptedDocument("It is encrypted with PGP.")
    if _INVOICE_XML.search(head):
        return "xml"
    if ending in (".html", ".htm") or (start[:1] == b"<" and _MARKUP.search(start)):
        return "html"
    if ending == ".eml" or (_MAIL_HEAD.match(head) and _MAIL_NAMES.search(head[:16384])):
        return "eml"
    return "csv" if ending in (".csv", ".tsv") else "txt"


def _share_of_control(head: bytes) -> float:
    return sum(b < 32 and b not in (9, 10, 12, 13, 27) for b in head) / max(len(head), 1)

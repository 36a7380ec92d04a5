"""Kinds of files that arrive and that nobody here reads, each with what its sender can do."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Unread:
    """A kind without a reader. `is_paper`: it may hold a document that somebody waits for."""

    what: str
    is_paper: bool = True


_ARCHIVE = "ask for a zip file or for PDFs"
_PICTURE = "save it as JPEG or PDF"
_PDF = "save it as PDF"
_EXCEL = Unread("an Excel workbook of the old kind (.xls); save it as .xlsx or PDF")
_WORD = Unread("a Word document of the old kind (.doc); save it as .docx or PDF")
_SLIDES = Unread(f"a presentation; {_PDF}")
_SOUND, _FILM = Unread("a sound recording", False), Unread("a film", False)
_PROGRAM = Unread("a program", False)
_CODEC = Unread(f"a picture of an unusual kind; {_PICTURE}")
_DRAWING = Unread(f"a drawing of graphics software; {_PDF}")
_CALENDAR = Unread("a calendar entry", False)
_CARD = Unread("a contact card", False)
SIGNATURE = Unread("a signature without the document it signs", False)
_LINK = Unread("a link to a place elsewhere, without the document", False)
_DATABASE = Unread("a database", False)

#: (offset, bytes there, kind), the first that fits.
_MAGIC: tuple[tuple[int, bytes, Unread], ...] = (
    (0, b"Rar!\x1a\x07", Unread(f"a RAR archive; {_ARCHIVE}")),
    (0, b"7z\xbc\xaf\x27\x1c", Unread(f"a 7-Zip archive; {_ARCHIVE}")),
    (0, b"\x1f\x8b", Unread(f"a gzip archive; {_ARCHIVE}")),
    (0, b"BZh", Unread(f"a bzip2 archive; {_ARCHIVE}")),
    (0, b"\xfd7zXZ\x00", Unread(f"an xz archive; {_ARCHIVE}")),
    (0, b"(\xb5/\xfd", Unread(f"a Zstandard archive; {_ARCHIVE}")),
    (0, b"\x1f\x9d", Unread(f"a compress archive; {_ARCHIVE}")),
    (0, b"MSCF", Unread(f"a cabinet archive; {_ARCHIVE}")),
    (257, b"ustar", Unread(f"a tar archive; {_ARCHIVE}")),
    (7, b"**ACE**", Unread(f"an ACE archive; {_ARCHIVE}")),
    (2, b"-lh", Unread(f"an LHA archive; {_ARCHIVE}")),
    (0, b"`\xea", Unread(f"an ARJ archive; {_ARCHIVE}")),
    (32769, b"CD001", Unread(f"a disc image; {_ARCHIVE}")),
    (0, b"!BDN", Unread("an Outlook data file; ask for the single messages", False)),
    (0, b"\xc5\xd0\xd3\xc6", Unread(f"a PostScript file; {_PDF}")),
    (0, b"AT&TFORM", Unread(f"a DjVu scan; {_PDF}")),
    (0, b"ITSF", Unread("a help file", False)),
    (0, b"AC10", Unread(f"a CAD drawing (DWG); {_PDF}")),
    (0, b"8BPS", _DRAWING),
    (0, b"\xff\x0a", _CODEC),
    (0, b"\x00\x00\x00\x0cJXL ", _CODEC),
    (0, b"\x00\x00\x00\x0cjP  ", Unread(f"a JPEG 2000 picture; {_PICTURE}")),
    (0, b"\xff\x4f\xff\x51", Unread(f"a JPEG 2000 picture; {_PICTURE}")),
    (0, b"DDS ", _CODEC),
    (0, b"BLP", _CODEC),
    (0, b"\x00\x00\x01\x00", Unread("an icon", False)),
    (0, b"\x00\x00\x02\x00", Unread("a mouse pointer", False)),
    (4, b"\x11\xaf", _FILM),
    (4, b"\x12\xaf", _FILM),
    (0, b"\xd7\xcd\xc6\x9a", _DRAWING),
    (40, b" EMF", _DRAWING),
    (4, b"ftypavi", Unread(f"an AVIF picture; {_PICTURE}")),
    (4, b"ftypM4A", _SOUND),
    (4, b"ftyp", _FILM),
    (4, b"moov", _FILM),
    (0, b"\x1aE\xdf\xa3", _FILM),
    (0, b"\x00\x00\x01\xba", _FILM),
    (0, b"\x00\x00\x01\xb3", _FILM),
    (0, b"0&\xb2u\x8ef\xcf\x11", _FILM),
    (0, b"FLV\x01", _FILM),
    (8, b"AVI ", _FILM),
    (8, b"WAVE", _SOUND),
    (0, b"OggS", _SOUND),
    (0, b"fLaC", _SOUND),
    (0, b"ID3", _SOUND),
    (0, b"\xff\xfb", _SOUND),
    (0, b"#!AMR", _SOUND),
    (0, b"MZ", _PROGRAM),
    (0, b"\x7fELF", _PROGRAM),
    (0, b"\xca\xfe\xba\xbe", _PROGRAM),
    (0, b"\xcf\xfa\xed\xfe", _PROGRAM),
    (0, b"L\x00\x00\x00\x01\x14\x02\x00", _LINK),
    (0, b"SQLite format 3", _DATABASE),
    (4, b"Standard Jet DB", _DATABASE),
    (4, b"Standard ACE DB", _DATABASE),
    (0, b"wOFF", Unread("a font", False)),
)
#: Text that is not meant for people, by how it begins.
_TEXT_MAGIC: tuple[tuple[bytes, Unread], ...] = (
    (b"{\\rtf", Unread("an RTF text; save it as .docx or PDF")),
    (b"%!ps", Unread(f"a PostScript file; {_PDF}")),
    (b"begin:vcalendar", _CALENDAR),
    (b"begin:vcard", _CARD),
    (b"-----begin pgp signature", SIGNATURE),
    (b"-----begin certificate", Unread("a certificate", False)),
    (b"-----begin pgp public", Unread("a key", False)),
    (b"[internetshortcut]", _LINK),
    (b"(this file must be converted with binhex", Unread(f"a BinHex archive; {_ARCHIVE}")),
    (b"<svg", _DRAWING),
    (b"#!/", _PROGRAM),
)
#: What a zip of this name or content really is, by a member's name.
_ZIP_MEMBERS: tuple[tuple[str, Unread], ...] = (
    (r"xl/workbook\.bin", Unread("an Excel workbook of the binary kind (.xlsb); save it as .xlsx")),
    (r"ppt/presentation\d*\.xml", _SLIDES),
    (r"visio/document\.xml", _DRAWING),
    (r"Index/(Document|Tables/.*)\.iwa|Index\.zip", Unread(f"a document of Apple iWork; {_PDF}")),
    (r"index\.(apxl|xml)(\.gz)?", Unread(f"a document of Apple iWork; {_PDF}")),
    (r"FixedDocSeq\.fdseq", Unread(f"an XPS document; {_PDF}")),
    (r"META-INF/container\.xml", Unread("an electronic book", False)),
    (r"AndroidManifest\.xml|META-INF/MANIFEST\.MF", _PROGRAM),
)
_OPEN_DOCUMENT = {
    b"text": Unread("an OpenDocument text (.odt); save it as .docx or PDF"),
    b"spreadsheet": Unread("an OpenDocument spreadsheet (.ods); save it as .xlsx or PDF"),
    b"presentation": _SLIDES,
    b"graphics": _DRAWING,
}
_OPEN_DOCUMENT_TYPE = re.compile(rb"mimetypeapplication/vnd\.oasis\.opendocument\.([a-z]+)")
#: The stream by which a compound file of Microsoft is known.
_STREAMS = {
    "WordDocument": _WORD,
    "Workbook": _EXCEL,
    "Book": _EXCEL,
    "PowerPoint Document": _SLIDES,
    "VisioDocument": _DRAWING,
    "Contents": Unread(f"a document of Microsoft Works or Publisher; {_PDF}"),
    "Quill": Unread(f"a document of Microsoft Publisher; {_PDF}"),
}
UNKNOWN = Unread("nothing in it tells what it is", False)


def unread_bytes(data: bytes) -> Unread:
    """The kind of a file that is neither text nor readable."""
    for offset, magic, kind in _MAGIC:
        if data[offset : offset + len(magic)] == magic:
            return kind
    return UNKNOWN


def unread_text(start: bytes) -> Unread | None:
    """The kind of a text that is not for people; `start`: its beginning in small letters."""
    return next((kind for magic, kind in _TEXT_MAGIC if start.startswith(magic)), None)


def unread_zip(data: bytes, names: set[str]) -> Unread | None:
    """The kind of a zip file that is a document of some other program."""
    found = _OPEN_DOCUMENT_TYPE.search(data[:200])
    if found:
        return _OPEN_DOCUMENT.get(found[1], Unread(f"an OpenDocument file; {_PDF}"))
    for pattern, kind in _ZIP_MEMBERS:
        if any(re.fullmatch(pattern, name) for name in names):
            return kind
    return None


def unread_compound(streams: set[str]) -> Unread:
    """The kind of a compound file of Microsoft, by the names of its streams."""
    return next((kind for name, kind in _STREAMS.items() if name in streams), UNKNOWN)

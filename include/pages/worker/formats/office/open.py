"""Word, Excel, HTML, XML, CSV and text files, opened as pages of laid out text."""

from __future__ import annotations

import io
import re
import time
import zipfile
from functools import partial

from PIL import Image

from include.errors import BrokenDocument, EmptyDocument, LadingError, OverLimit
from include.pages.worker.formats.office.file import Inside, LaidOutFile
from include.pages.worker.formats.office.markup import lay_out_html
from include.pages.worker.formats.office.sheet import Sheet
from include.pages.worker.formats.office.text import decoded, lay_out_csv, lay_out_text
from include.pages.worker.formats.office.word import lay_out_word
from include.pages.worker.formats.office.workbook import lay_out_workbook
from include.pages.worker.formats.office.xml import lay_out_xml
from include.pages.worker.sniff import IMAGES, MEDIA_TYPES, kind_of
from include.settings import ReaderLimits

_MAX_UNPACKED = 512 << 20
#: With fewer words than this, the pictures in a document are what it is about: pasted scans.
_FEW_WORDS = 25
#: Pixels of a picture that may be a page; logos have fewer.
PAGE_PIXELS = 400_000
_MEDIA = ("word/media/", "xl/media/")


def open_office_file(data: bytes, kind: str, limits: ReaderLimits) -> LaidOutFile:
    """The open file; raises BrokenDocument, EmptyDocument, OverLimit."""
    begun = time.process_time()
    is_package = kind in ("docx", "xlsx")
    if is_package:
        _check_archive(data)
    sheet = Sheet(limits.pages)
    try:
        xml, flags = _laid_out(sheet, data, kind)
    except (LadingError, MemoryError, RecursionError):
        raise
    except Exception as error:
        raise BrokenDocument(f"it is damaged ({type(error).__name__}: {error})"[:300]) from error
    pages = sheet.finished(round(time.process_time() - begun, 3), sorted(flags))
    count = sum(len(page.words) for page in pages)
    pictures = _pictures(data) if is_package and count < _FEW_WORDS else []
    if not count and not pictures:
        raise EmptyDocument("There is no text in it.")
    return LaidOutFile(MEDIA_TYPES[kind], pages if count else (), inside=pictures, embedded_xml=xml)


def _laid_out(sheet: Sheet, data: bytes, kind: str) -> tuple[str | None, set[str]]:
    """The e-invoice that it is, and flags."""
    match kind:
        case "docx":
            return None, {"hidden_text"} if lay_out_word(sheet, data) else set()
        case "xlsx":
            return None, lay_out_workbook(sheet, data)
        case "html":
            return None, {"hidden_text"} if lay_out_html(sheet, html_text(data)) else set()
        case "xml":
            return lay_out_xml(sheet, data), set()
        case "csv":
            lay_out_csv(sheet, decoded(data))
        case _:
            lay_out_text(sheet, decoded(data))
    return None, set()


def html_text(data: bytes, charset: str = "") -> str:
    """HTML in the charset that its mail or its head declares."""
    named = re.search(rb"<meta[^>]{0,200}charset=[\"']?([\w-]{2,30})", data[:4096], re.I)
    return decoded(data, charset or (named[1].decode() if named else ""))


def _check_archive(data: bytes) -> None:
    """Refuse an archive that unpacks to more than is sane before anything unpacks it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            total = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise BrokenDocument(str(error)) from error
    if total > _MAX_UNPACKED:
        raise OverLimit(f"{total >> 20} MB unpacked, allowed are {_MAX_UNPACKED >> 20}")


def _pictures(data: bytes) -> list[Inside]:
    """The pictures in a document that are large enough to be pages."""
    found = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.infolist():
            if member.filename.startswith(_MEDIA):
                picture = archive.read(member)
                if kind_of(picture) in IMAGES and picture_pixels(picture) >= PAGE_PIXELS:
                    name = member.filename.rpartition("/")[2]
                    found.append(Inside(name, len(picture), partial(bytes, picture)))
    return found


def picture_pixels(data: bytes) -> int:
    """How many pixels a picture has; 0 when it is none."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            return image.width * image.height
    except Exception:  # whatever it is, it is no picture of a page
        return 0

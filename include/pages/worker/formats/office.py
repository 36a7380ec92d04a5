"""Documents without a page image (docx, xlsx, html, e-mail, text): words laid out line by line."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import lxml.html  # type: ignore[import-untyped]

import include.pages.worker.elements  # noqa: F401  first: keeps unstructured off the network
from include.errors import BrokenDocument, EmptyDocument, OverLimit, UnsupportedFormat
from include.models import Box, Element, Page, Part, Word
from include.pages.worker.sniff import MEDIA_TYPES
from include.settings import ReaderLimits

from unstructured.partition.csv import partition_csv  # isort: skip  # after elements
from unstructured.partition.docx import partition_docx  # isort: skip
from unstructured.partition.email import partition_email  # isort: skip
from unstructured.partition.html import partition_html  # isort: skip
from unstructured.partition.text import partition_text  # isort: skip
from unstructured.partition.xlsx import partition_xlsx  # isort: skip

ENGINE = "unstructured"
PAGE_WIDTH, PAGE_HEIGHT, MARGIN = 595.0, 842.0, 40.0
LINE_HEIGHT, CHAR_WIDTH = 12.0, 5.0
_CELL_GAP = 3  # characters; wider than any blank within a cell
_MAX_UNPACKED = 512 << 20


class OfficeFile:
    """An open document without page images: its text, laid out on pages."""

    embedded_xml: str | None = None
    parts: tuple[Part, ...] = ()

    def __init__(self, pages: tuple[Page, ...], media_type: str) -> None:
        self._pages = pages
        self.page_count = len(pages)
        self.media_type = media_type

    def read_page(self, number: int) -> Page:
        return self._pages[number - 1]

    def picture(self, number: int, dpi: float) -> Any:
        raise UnsupportedFormat("there is no picture of a file without page images")

    def part(self, index: int) -> bytes:
        raise EmptyDocument(f"part {index}")

    def cut(self, first: int, last: int) -> tuple[bytes, str]:
        raise UnsupportedFormat("a file without page images is not cut")


def open_office_file(data: bytes, kind: str, limits: ReaderLimits) -> OfficeFile:
    """The open file; raises BrokenDocument, EmptyDocument, OverLimit."""
    return OfficeFile(_pages(data, kind, limits), MEDIA_TYPES[kind])


def _pages(data: bytes, kind: str, limits: ReaderLimits) -> tuple[Page, ...]:
    begun = time.process_time()
    if kind in ("docx", "xlsx"):
        _check_archive(data)
    try:
        found = _partition(data, kind)
    except MemoryError:
        raise
    except Exception as error:
        raise BrokenDocument(f"{type(error).__name__}: {error}"[:300]) from error
    sheet = _Sheet(limits.pages)
    if kind == "eml":
        for line in _mail_head(data):
            sheet.add(Element("Header", _clean(line)), None)
    for element in found:
        sheet.add(Element(element.category, _clean(element.text)), element.metadata)
    pages = sheet.finished(round(time.process_time() - begun, 3))
    if not any(page.words for page in pages):
        raise EmptyDocument
    return pages


def _check_archive(data: bytes) -> None:
    """Refuse an archive that unpacks to more than is sane before anything unpacks it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            total = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise BrokenDocument(str(error)) from error
    if total > _MAX_UNPACKED:
        raise OverLimit(f"{total >> 20} MB unpacked, allowed are {_MAX_UNPACKED >> 20}")


def _partition(data: bytes, kind: str) -> list[Any]:
    file = io.BytesIO(data)
    match kind:
        case "docx":
            return list(partition_docx(file=file))
        case "xlsx":
            return list(partition_xlsx(file=file))
        case "csv":
            return list(partition_csv(file=file))
        case "html":
            return list(partition_html(file=file))
        case "eml":
            return list(partition_email(file=file, process_attachments=False))
    return list(partition_text(text=data.decode("utf-8", errors="replace")))


def _clean(text: Any) -> str:
    """Text that Postgres takes."""
    return str(text).replace("\x00", "")


def _mail_head(data: bytes) -> Iterator[str]:
    import email
    import email.policy

    message = email.message_from_bytes(data, policy=email.policy.default)
    for name in ("From", "To", "Date", "Subject"):
        try:
            value = message[name]
        except (ValueError, IndexError, AttributeError, LookupError):
            continue  # a malformed header is not worth a mail
        if value:
            yield f"{name}: {' '.join(str(value).split())}"


@dataclass
class _Sheet:
    """Lays elements out from top to bottom and breaks pages."""

    max_pages: int
    pages: list[tuple[list[Word], list[Element]]] = field(default_factory=lambda: [([], [])])
    y: float = MARGIN
    line: int = 0
    source_page: int | None = None

    def add(self, element: Element, metadata: Any) -> None:
        source_page = getattr(metadata, "page_number", None)
        if self.source_page not in (None, source_page) and source_page is not None:
            self._break()
        self.source_page = source_page or self.source_page
        rows = _table_rows(getattr(metadata, "text_as_html", None))
        box = self._table(rows) if rows else self._text(element.text)
        if box:
            self.pages[-1][1].append(Element(element.kind, element.text, box))

    def finished(self, seconds: float) -> tuple[Page, ...]:
        return tuple(
            Page(
                number=number,
                width=PAGE_WIDTH,
                height=PAGE_HEIGHT,
                words=tuple(words),
                engine=ENGINE,
                elements=tuple(elements),
                flags=("laid_out",),
                seconds=round(seconds / len(self.pages), 3),
            )
            for number, (words, elements) in enumerate(self.pages, start=1)
        )

    def _break(self) -> None:
        if len(self.pages) >= self.max_pages:
            raise OverLimit(f"more than {self.max_pages} pages of text")
        self.pages.append(([], []))
        self.y, self.line = MARGIN, 0

    def _next_line(self) -> None:
        self.y += LINE_HEIGHT
        self.line += 1
        if self.y > PAGE_HEIGHT - MARGIN - LINE_HEIGHT:
            self._break()

    def _text(self, text: str) -> Box | None:
        columns = int((PAGE_WIDTH - 2 * MARGIN) / CHAR_WIDTH)
        box: Box | None = None
        for paragraph in text.splitlines():
            for row in _wrapped(paragraph, columns):
                drawn = self._draw(row, MARGIN, CHAR_WIDTH)
                box = drawn if box is None or box.y0 > drawn.y0 else box.union(drawn)
                self._next_line()
        if box:
            self.y += LINE_HEIGHT / 2
        return box

    def _table(self, rows: list[list[str]]) -> Box | None:
        widths = [
            max((len(row[i]) for row in rows if i < len(row)), default=0) + _CELL_GAP
            for i in range(max(map(len, rows)))
        ]
        char = min(CHAR_WIDTH, (PAGE_WIDTH - 2 * MARGIN) / sum(widths))
        box: Box | None = None
        for row in rows:
            x = MARGIN
            for cell, width in zip(row, widths, strict=False):
                if cell:
                    drawn = self._draw(cell.split(), x, char)
                    box = drawn if box is None or box.y0 > drawn.y0 else box.union(drawn)
                    self.line += 1
                x += width * char
            self._next_line()
        return box

    def _draw(self, words: list[str], x: float, char: float) -> Box:
        box = Box(x, self.y, x, self.y + LINE_HEIGHT * 0.75)
        for text in words:
            end = x + len(text) * char
            where = Box(x, box.y0, end, box.y1)
            self.pages[-1][0].append(Word(text, where, 1.0, self.line))
            box = box.union(where)
            x = end + char
        return box


def _wrapped(text: str, columns: int) -> Iterator[list[str]]:
    row: list[str] = []
    used = 0
    for word in text.split():
        if row and used + len(word) > columns:
            yield row
            row, used = [], 0
        row.append(word)
        used += len(word) + 1
    if row:
        yield row


def _table_rows(html: str | None) -> list[list[str]]:
    """The rows of a table as unstructured hands it over, without empty ones."""
    if not html or "<t" not in html:
        return []
    try:
        tree = lxml.html.fromstring(html)
    except (lxml.etree.LxmlError, ValueError):
        return []
    rows = [
        [" ".join(_clean(cell.text_content()).split()) for cell in row.xpath("./td|./th")]
        for row in tree.iter("tr")
    ]
    return [row for row in rows if any(row)]

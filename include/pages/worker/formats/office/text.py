"""Plain text and CSV: in whatever encoding, with the columns that it has."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter

import include.pages.worker.elements  # noqa: F401  first: keeps unstructured off the network
from include.pages.worker.formats.office.sheet import Sheet, grid_of

from unstructured.partition.text import element_from_text  # isort: skip  # after elements

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS = ";,\t|"
#: Rows by which the delimiter is told.
_SAMPLE_ROWS = 50
_MAX_FIELD = 1 << 20
#: What Postgres does not take, what nobody sees, and what turns the order of letters around.
_UNPRINTED = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)


def decoded(data: bytes, charset: str = "") -> str:
    """The text in its declared charset, else by its byte order mark, UTF-8, or Windows-1252."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data.decode(name, errors="replace")
    for name in (charset, "utf-8"):
        try:
            return data.decode(name)
        except (LookupError, ValueError):
            continue
    try:
        return data.decode(charset or "cp1252", errors="replace")
    except (LookupError, ValueError):
        return data.decode("cp1252", errors="replace")


def clean(text: object) -> str:
    """Text that Postgres takes and that reads as it looks."""
    shown = _UNPRINTED.sub("", str(text).replace("\xa0", " ").replace("\x0c", "\n"))
    return shown.encode("utf-8", "replace").decode()


def kind_of_text(text: str) -> str:
    """What kind of element `unstructured` takes a paragraph for."""
    return str(element_from_text(text[:2000]).category) if text.strip() else "Text"


def lay_out_text(sheet: Sheet, text: str) -> None:
    """Paragraphs one below the other; a form feed begins a page."""
    for number, page in enumerate(text.split("\f")):
        if number and page.strip():
            sheet.new_page()
        for paragraph in re.split(
            r"\n[ \t]*\n", clean(page.replace("\r\n", "\n").replace("\r", "\n"))
        ):
            if paragraph.strip():
                sheet.text(kind_of_text(paragraph), paragraph.strip("\n"))


def lay_out_csv(sheet: Sheet, text: str) -> None:
    """One table; the delimiter is the one that most rows have equally often."""
    csv.field_size_limit(_MAX_FIELD)
    lines = text.splitlines()
    delimiter = _delimiter(lines[:_SAMPLE_ROWS])
    if lines and lines[0].lower().startswith("sep=") and len(lines[0]) == 5:
        delimiter, text = lines[0][4], "\n".join(lines[1:])
    rows = [
        [clean(cell).strip() for cell in row]
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    ]
    sheet.table(grid_of([row for row in rows if any(row)]))


def _delimiter(lines: list[str]) -> str:
    def agreement(delimiter: str) -> tuple[int, int]:
        rows = csv.reader(lines, delimiter=delimiter)
        counts = Counter(len(row) for row in rows if len(row) > 1)
        return max(((n, width) for width, n in counts.items()), default=(0, 0))

    return max(_DELIMITERS, key=agreement)

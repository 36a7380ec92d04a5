"""From the bytes of one file to a Reading: every kind of file has its reader."""

from __future__ import annotations

import time

from include.errors import UnreadableScan
from include.models import Page, Reading
from include.pages.worker.formats import images, office, pdf
from include.pages.worker.formats.ocr import GOOD_WORD
from include.pages.worker.sniff import IMAGES, MEDIA_TYPES, checked_kind
from include.settings import ReaderLimits

#: With fewer good words than this, what the engine saw is no text: A4 below about 40 dpi, or
#: blurred over 5 pixels at 200 dpi.
MIN_GOOD_SHARE, MIN_GOOD_WORDS = 0.4, 3


def read_bytes(data: bytes, file_name: str, limits: ReaderLimits) -> Reading:
    """Read one file; raises a BadDocument that says why it cannot be read."""
    begun = time.perf_counter()
    kind = checked_kind(data, file_name)
    bad: dict[int, str] = {}
    xml: str | None = None
    if kind == "pdf":
        pages, bad, xml = pdf.read_pdf(data, limits)
    elif kind in IMAGES:
        pages, bad = images.read_image_file(data, limits)
    else:
        pages = office.read_office_file(data, kind, limits)
    if xml is None and not is_legible(pages):
        raise UnreadableScan(file_name)
    return Reading(
        media_type=MEDIA_TYPES[kind],
        pages=pages,
        seconds=round(time.perf_counter() - begun, 3),
        embedded_xml=xml,
        bad_pages=bad,
    )


def is_legible(pages: tuple[Page, ...]) -> bool:
    """Whether the pages hold words, and not only shapes that the engine took for words."""
    words = [word for page in pages for word in page.words]
    if any("ocr" not in page.flags and page.words for page in pages):
        return True
    good = [w for w in words if w.confidence >= GOOD_WORD and sum(map(str.isalnum, w.text)) >= 2]
    return len(good) >= MIN_GOOD_WORDS and len(good) >= MIN_GOOD_SHARE * len(words)

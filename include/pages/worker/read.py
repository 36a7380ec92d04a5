"""The pages of an open file, one by one; a page that cannot be read does not cost the others."""

from __future__ import annotations

import time

from include.errors import BrokenDocument, OverLimit, UnreadableScan
from include.models import Page, Reading
from include.pages.options import ReadOptions
from include.pages.worker.engines.ocr import GOOD_WORD
from include.pages.worker.open import open_file
from include.pages.worker.opened import PAGE_FAULTS
from include.settings import ReaderLimits

#: With fewer good words than this, what the engine saw is no text: A4 below about 40 dpi, or
#: blurred over 5 pixels at 200 dpi.
MIN_GOOD_SHARE, MIN_GOOD_WORDS = 0.4, 3


def read_bytes(data: bytes, file_name: str, limits: ReaderLimits, options: ReadOptions) -> Reading:
    """Read one file; raises a BadDocument that says why it cannot be read."""
    begun = time.perf_counter()
    file = open_file(data, file_name, limits, options)
    pages: list[Page] = []
    bad: dict[int, str] = {}
    over = False
    for number in range(options.first or 1, (options.last or file.page_count) + 1):
        try:
            pages.append(file.read_page(number))
        except PAGE_FAULTS as error:
            bad[number] = str(error)
            over = over or isinstance(error, OverLimit)
    if bad and not pages:
        raise (OverLimit if over else BrokenDocument)(next(iter(bad.values())))
    if file.embedded_xml is None and not file.parts and not is_legible(pages):
        raise UnreadableScan(file_name)
    return Reading(
        media_type=file.media_type,
        pages=tuple(pages),
        seconds=round(time.perf_counter() - begun, 3),
        embedded_xml=file.embedded_xml,
        parts=file.parts,
        bad_pages=bad,
    )


def is_legible(pages: list[Page]) -> bool:
    """Whether the pages hold words, and not only shapes that the engine took for words."""
    words = [word for page in pages for word in page.words]
    if any("ocr" not in page.flags and page.words for page in pages):
        return True
    good = [w for w in words if w.confidence >= GOOD_WORD and sum(map(str.isalnum, w.text)) >= 2]
    return len(good) >= MIN_GOOD_WORDS and len(good) >= MIN_GOOD_SHARE * len(words)

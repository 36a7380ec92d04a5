"""The pages of an open file, one by one; a page that cannot be read does not cost the others."""

from __future__ import annotations

import time
from dataclasses import replace

from include.errors import BrokenDocument, LadingError, OverLimit, SetupError, UnreadableScan
from include.models import Page, Reading
from include.pages.legible import Seen, is_legible
from include.pages.options import ReadOptions
from include.pages.worker.engines.ocr import GOOD_WORD
from include.pages.worker.open import open_file
from include.pages.worker.opened import OpenedFile
from include.settings import ReaderLimits

#: How libraries written in C++ say that they got no memory.
_NO_MEMORY = ("alloc", "insufficient memory", "out of memory")


def read_bytes(data: bytes, file_name: str, limits: ReaderLimits, options: ReadOptions) -> Reading:
    """Read one file in this very process; raises a BadDocument when it cannot be read."""
    begun = time.perf_counter()
    file = open_file(data, file_name, limits, options)
    pages: list[Page] = []
    bad: dict[int, BrokenDocument | OverLimit] = {}
    for number in range(options.first or 1, min(options.last or 10**9, file.page_count) + 1):
        page = read_page(file, number, limits)
        if isinstance(page, Page):
            pages.append(page)
        else:
            bad[number] = page
    if bad and not pages:
        raise next(iter(bad.values()))
    if file.embedded_xml is None and not file.parts and not is_legible(map(seen_on, pages)):
        raise UnreadableScan(file_name)
    return replace(
        without_pages(file),
        pages=tuple(pages),
        seconds=round(time.perf_counter() - begun, 3),
        bad_pages={number: error.detail for number, error in bad.items()},
    )


def without_pages(file: OpenedFile) -> Reading:
    """What can be said of a file before its pages are read."""
    return Reading(
        media_type=file.media_type,
        pages=(),
        embedded_xml=file.embedded_xml,
        sender=getattr(file, "sender", ""),
        parts=file.parts,
    )


def read_page(
    file: OpenedFile, number: int, limits: ReaderLimits
) -> Page | BrokenDocument | OverLimit:
    """The page, or what is wrong with it."""
    try:
        return file.read_page(number)
    except OverLimit as error:
        return error
    except SetupError:
        raise  # an engine that is not installed is not the document's fault
    except LadingError as error:
        return BrokenDocument(str(error))
    except RecursionError:
        return BrokenDocument("nested without end")
    except Exception as error:  # whatever a library raises on bytes it cannot digest
        if is_for_want_of_memory(error):
            return OverLimit(f"{limits.memory_mb} MB of memory")
        return BrokenDocument(f"the page is damaged ({type(error).__name__}: {error})"[:300])


def is_for_want_of_memory(error: Exception) -> bool:
    """Whether this says that there was not enough memory, in whatever words."""
    return isinstance(error, MemoryError) or any(s in str(error).lower() for s in _NO_MEMORY)


def seen_on(page: Page) -> Seen:
    """How much of a page can be relied on as text."""
    good = sum(w.confidence >= GOOD_WORD and sum(map(str.isalnum, w.text)) >= 2 for w in page.words)
    return Seen(len(page.words), good, bool(page.words) and "ocr" not in page.flags)

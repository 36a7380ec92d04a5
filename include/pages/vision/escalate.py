"""Pages whose words are poor get another look: by the other OCR engine, by a model, or by both."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from include.document_types.catalogue import Catalogue
from include.document_types.schema import GOOD_SHARE
from include.errors import LadingError
from include.extraction.layout.page import sheets_of
from include.extraction.llm.client import Call, Model
from include.models import Page
from include.pages.classify import classify
from include.pages.options import ReadOptions
from include.pages.reader import read_file, render_page
from include.pages.vision.improve import REFUSED, UNAVAILABLE, flagged, improve
from include.pages.vision.need import needs_help
from include.pages.vision.transcribe import vision_model_of
from include.settings import Settings

log = logging.getLogger(__name__)

VISION = "vision"
#: Longest side in pixels of the picture that a model is shown, and its finest resolution.
MAX_SIDE, MAX_DPI = 1600, 150
#: Pages of one document that a model is asked about; the others keep their words.
MAX_PAGES = 20
SKIPPED, UNREREAD = "vision_skipped", "reread_failed"
#: What poor pages are really worth beside what their engine says: on ten degraded receipts the
#: share of right words was so much above or below the mean confidence.
_BIAS = {"rapidocr": 0.15, "openvino": 0.15, "tesseract": -0.1}
#: A second reading with fewer signs than this share of the first one's is no better.
_ENOUGH = 0.7


def escalate(
    pages: Sequence[Page],
    path: Path,
    file_name: str,
    catalogue: Catalogue,
    settings: Settings,
    options: ReadOptions | None = None,
) -> tuple[tuple[Page, ...], tuple[Call, ...]]:
    """The pages, the poor ones improved as their document type or the settings say, and the calls
    of a model that are to be booked. Nothing here fails a reading: what cannot be had is a flag.
    """
    options = options or ReadOptions()
    engines, below = _choice(pages, catalogue, settings)
    calls: list[Call] = []
    for engine in engines:
        look: Callable[[Page], tuple[Page, Sequence[Call]]]
        if engine == VISION:
            model = vision_model_of(settings)
            if model is None:
                continue
            look = _Looker(path, file_name, options, model)
        else:
            again = replace(options, engine=engine)
            look = _Rereader(path, file_name, again)
        improved = []
        for page in pages:
            seen, asked = look(page) if needs_help(page, below) else (page, ())
            improved.append(seen)
            calls += asked
        pages = improved
    return tuple(pages), tuple(calls)


def _choice(
    pages: Sequence[Page], catalogue: Catalogue, settings: Settings
) -> tuple[tuple[str, ...], float]:
    """Who looks, cheapest first, and below which share of good words."""
    engines = (settings.ocr_escalate or "", VISION if settings.vision_model else "")
    usual = tuple(filter(None, dict.fromkeys(engines)))
    is_asked_for = usual or any(kind.reading for kind in catalogue.types.values())
    if not is_asked_for or not any(needs_help(page, below=1) for page in pages):
        return (), GOOD_SHARE
    kind = catalogue.types.get(classify(sheets_of(pages), catalogue).document_type)
    if kind is None or kind.reading is None:
        return usual, GOOD_SHARE
    return (kind.reading.engine,), kind.reading.below


class _Looker:
    """Shows pages to a model; asks no more once it is down."""

    def __init__(self, path: Path, file_name: str, options: ReadOptions, model: Model) -> None:
        self._file = path, file_name
        self._options = options
        self._model = model
        self._asked = 0
        self._is_lost = ""

    def __call__(self, page: Page) -> tuple[Page, Sequence[Call]]:
        if not page.words:
            return page, ()  # nothing to hold an answer against
        if self._is_lost:
            return flagged(page, self._is_lost), ()
        if self._asked >= MAX_PAGES:
            return flagged(page, SKIPPED), ()
        try:
            png = render_page(*self._file, page, dpi=dpi_of(page), options=self._options)
        except LadingError as error:
            log.warning("no picture of page %d: %s", page.number, error)
            return flagged(page, UNAVAILABLE), ()
        self._asked += 1
        improved, calls = improve(page, png, self._model)
        if calls[-1].outcome in ("unavailable", "refused"):
            self._is_lost = REFUSED if calls[-1].outcome == "refused" else UNAVAILABLE
        return improved, calls


class _Rereader:
    """Reads pages again with another OCR engine and keeps the better reading."""

    def __init__(self, path: Path, file_name: str, options: ReadOptions) -> None:
        self._file = path, file_name
        self._options = options

    def __call__(self, page: Page) -> tuple[Page, Sequence[Call]]:
        if page.engine.startswith(self._options.engine):
            return page, ()
        only = replace(self._options, first=page.number, last=page.number)
        try:
            again = read_file(*self._file, only).pages[0]
        except (LadingError, IndexError) as error:
            log.warning("page %d was not read again: %s", page.number, error)
            return flagged(page, UNREREAD), ()
        better = again if is_better(again, page) else page
        seconds = round(page.seconds + again.seconds, 3)
        told = flagged(better, f"reread:{self._options.engine}")
        return replace(told, seconds=seconds), ()


def dpi_of(page: Page) -> int:
    """The resolution of the picture that a model is shown: what it costs grows with the pixels."""
    longest = max(page.width, page.height, 1)
    return max(int(min(MAX_DPI, MAX_SIDE * 72 / longest)), 1)


def is_better(again: Page, page: Page) -> bool:
    """Whether a second reading is likely right more often and is not much shorter."""
    if _signs(again) < _ENOUGH * _signs(page):
        return False
    return likely_right(again) > likely_right(page)


def likely_right(page: Page) -> float:
    """The mean confidence of the words by their length, less what their engine overstates."""
    mean = sum(word.confidence * len(word.text) for word in page.words) / max(_signs(page), 1)
    return mean + _BIAS.get(page.engine.partition("-")[0], 0.0)


def _signs(page: Page) -> int:
    return sum(len(word.text) for word in page.words)

"""One PDF page as a person sees it: its text layer where that is complete, visible and true, OCR
of the picture elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from include.models import Box, Page, Word
from include.pages.options import ReadOptions
from include.pages.worker.engines import ocr
from include.pages.worker.pdf.glyphs import Array, Glyphs, page_glyphs
from include.pages.worker.pdf.layer.differences import Claim, differences_of
from include.pages.worker.pdf.layer.drawings import drawings
from include.pages.worker.pdf.layer.font_test import lying_fonts
from include.pages.worker.pdf.layer.fonts import doubtful_fonts, fonts_of, lacking_here
from include.pages.worker.pdf.layer.sight import (
    Sight,
    has_ink_below,
    hidden_behind,
    letters_without_text,
    look,
    visible_glyphs,
)
from include.pages.worker.pdf.rendering import in_points, rendered, turned_back
from include.pages.worker.pdf.words import GARBAGE, LayerWords, layer_words, lined_up
from include.pages.worker.tables.picture_rulings import scaled
from include.settings import ReaderLimits

ENGINE_TEXT = "pdfium"
DIFFERS, PARTLY_OCR, FONT_MISSING = "text_layer_differs", "partly_ocr", "font_missing"
OCR_DPI = 200
MAX_GARBAGE = 0.1
#: So many shapes like letters without text are text that is missing; fewer when the page has
#: hardly any words, which may be a stamp on a scan.
MANY_LETTERS, FEW_LETTERS, FEW_WORDS = 60, 12, 5
#: Points added around such shapes; above this share of the page all of it is looked at.
_MARGIN, _WHOLE = 12.0, 0.5


@dataclass(frozen=True)
class _Layer:
    """The words of a text layer that can be trusted, and those that cannot."""

    trusted: list[tuple[Word, Box]]
    doubted: LayerWords
    letters: Array
    sight: Sight
    has_lies: bool = False
    lacks_font: bool = False


def read_layers(
    page: Any, textpage: Any, number: int, limits: ReaderLimits, options: ReadOptions
) -> tuple[Page, tuple[Box, ...]]:
    """The words of a page, and where its text layer says something else; drawn lines where the
    page was read from its picture."""
    rulings: tuple[Box, ...] = ()
    glyphs = page_glyphs(page, textpage)
    if not glyphs.text:
        return _by_ocr(page, number, limits, options)
    layer = _judged(page, glyphs)
    area = _to_recognise(layer, glyphs.size)
    if not layer.trusted:
        seen, rulings = _by_ocr(page, number, limits, options)
        if layer.has_lies:  # text all the same, and no scanner's
            seen = replace(seen, flags=(PARTLY_OCR, *seen.flags[1:]))
        upright = _as_it_lies(seen)
    elif area is not None:
        seen = _merged(page, number, layer, area, limits, options)
        upright = seen.words
    else:
        seen = _page(number, glyphs.size, lined_up(layer.trusted))
        upright = seen.words
    return _with_differences(seen, layer, upright), rulings


def _judged(page: Any, glyphs: Glyphs) -> _Layer:
    sight = look(page, glyphs)
    visible = visible_glyphs(glyphs, sight)
    lacks_font = False
    if not visible.all():
        lacking = lacking_here(glyphs, sight, ~visible)
        visible |= lacking
        lacks_font = bool(lacking.any())
    words = layer_words(glyphs.chosen(visible))
    is_hidden = hidden_behind(page, words, sight)
    if is_hidden.any():
        visible[np.flatnonzero(visible)[np.repeat(is_hidden, np.diff(words.starts))]] = False
        words = layer_words(glyphs.chosen(visible))
    shown = words.glyphs
    is_garbage = np.zeros(len(words.texts), bool)
    if GARBAGE.search(shown.text):
        is_garbage[:] = [bool(GARBAGE.search(text)) for text in words.texts]
    fonts = fonts_of(shown)
    doubts = doubtful_fonts(shown, fonts, sight)
    lies = lying_fonts(page, words, fonts, doubts) if doubts else set()
    is_lie = _has_font(words, fonts, lies)
    good = words.is_on_page() & ~is_garbage & ~is_lie
    trusted = words.with_rows(good)
    if len(GARBAGE.findall(shown.text)) >= MAX_GARBAGE * max(len(shown.text), 1):
        trusted = []
    known = words.rows[good].round(2) if trusted else np.zeros((0, 4))
    bad = np.repeat(is_lie, np.diff(words.starts))
    not_seen = ~visible
    not_seen[np.flatnonzero(visible)[bad]] = True
    letters = letters_without_text(sight, drawings(page, glyphs.all_owners), known)
    doubted = layer_words(glyphs.chosen(not_seen))
    return _Layer(trusted, doubted, letters, sight, bool(lies), lacks_font)


def _has_font(words: LayerWords, fonts: Array, which: set[int]) -> Array:
    if not which:
        return np.zeros(len(words.texts), bool)
    found = np.isin(fonts, np.array(sorted(which), np.uint64))
    return np.asarray(np.add.reduceat(found, words.starts[:-1]) > 0)


def _to_recognise(layer: _Layer, size: tuple[float, float]) -> Box | None:
    """The part of the page that shows text which the text layer does not have."""
    whole = Box(0, 0, *size)
    if layer.has_lies:
        return whole
    enough = MANY_LETTERS if len(layer.trusted) >= FEW_WORDS else FEW_LETTERS
    if len(layer.letters) < enough:
        return None
    (x0, y0), (x1, y1) = layer.letters[:, :2].min(axis=0), layer.letters[:, 2:].max(axis=0)
    box = Box(
        max(float(x0) - _MARGIN, 0),
        max(float(y0) - _MARGIN, 0),
        min(float(x1) + _MARGIN, size[0]),
        min(float(y1) + _MARGIN, size[1]),
    )
    return whole if box.width * box.height > _WHOLE * size[0] * size[1] else box


def _page(number: int, size: tuple[float, float], words: tuple[Word, ...]) -> Page:
    return Page(number=number, width=size[0], height=size[1], words=words, engine=ENGINE_TEXT)


def _by_ocr(
    page: Any, number: int, limits: ReaderLimits, options: ReadOptions
) -> tuple[Page, tuple[Box, ...]]:
    scale, image = rendered(page, OCR_DPI, limits)
    found = ocr.read_image(image, options.engine)
    read = Page(
        number=number,
        width=found.width / scale,
        height=found.height / scale,
        words=tuple(in_points(word, scale) for word in found.words),
        engine=found.engine,
        rotation=found.rotation,
        flags=("ocr", *found.flags),
    )
    return read, scaled(found.rulings, scale)


def _as_it_lies(page: Page) -> tuple[Word, ...]:
    """The words where they stand on the page before it was turned upright."""
    size = (page.width, page.height) if page.rotation % 180 == 0 else (page.height, page.width)
    return tuple(turned_back(word, page.rotation, *size) for word in page.words)


def _merged(
    page: Any, number: int, layer: _Layer, area: Box, limits: ReaderLimits, options: ReadOptions
) -> Page:
    """The trusted words, and where there are none, what is recognised."""
    scale, image = rendered(page, OCR_DPI, limits)
    x0, y0, x1, y1 = (round(v * scale) for v in (area.x0, area.y0, area.x1, area.y1))
    part = np.ascontiguousarray(image[y0:y1, x0:x1])
    found = ocr.read_image(part, options.engine)
    added = []
    for word in found.words:
        lying = turned_back(word, found.rotation, part.shape[1], part.shape[0])
        b = in_points(lying, scale).box
        box = Box(b.x0 + area.x0, b.y0 + area.y0, b.x1 + area.x0, b.y1 + area.y0)
        if not any(_covers(known, box) for _, known in layer.trusted):
            added.append((replace(word, box=box), box))
    words = lined_up([*layer.trusted, *added])
    flags = (PARTLY_OCR, *(f for f in found.flags if f == "poor")) if added else ()
    return replace(_page(number, page.get_size(), words), flags=flags)


def _covers(known: Box, box: Box) -> bool:
    across = min(known.x1, box.x1) - max(known.x0, box.x0)
    down = min(known.y1, box.y1) - max(known.y0, box.y0)
    smaller = min(known.width * known.height, box.width * box.height)
    return across > 0 and down > 0 and across * down > 0.3 * smaller


def _with_differences(page: Page, layer: _Layer, seen: tuple[Word, ...]) -> Page:
    doubted = layer.doubted
    if layer.lacks_font:
        page = replace(page, flags=(*page.flags, FONT_MISSING))
    if not doubted.texts:
        return page
    has_ink = has_ink_below(layer.sight, doubted.boxes)
    claims = [Claim(doubted.word(i), bool(ink)) for i, ink in enumerate(has_ink)]
    found = differences_of(claims, seen)
    if not found:
        return page
    return replace(page, differences=found, flags=(*page.flags, DIFFERS))

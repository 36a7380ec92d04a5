"""Where a PDF page holds what may show text without being text: pictures, outlines of letters."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium_c

from include.pages.worker.pdf.glyphs import Array, direct, placed, turn_of

#: A path with so many segments may be the outline of a letter of this size in points; fewer such
#: paths are a drawing.
LETTER_SEGMENTS, FEW_OUTLINES, LETTER_SIDE = 8, 8, 30.0
#: A path of any size with so many, among them curves, may be the outlines of a text.
TEXT_SEGMENTS = 150
#: Points: a picture of less height and width shows no text. More pictures are looked at as one.
LEAST_SIDE, MANY = 9.0, 6
_FIRST_SEGMENTS = 12
_MAX_DEPTH, _MAX_OBJECTS = 4, 20_000
_TEXT, _PATH, _IMAGE, _SHADING, _FORM = (
    pdfium_c.FPDF_PAGEOBJ_TEXT,
    pdfium_c.FPDF_PAGEOBJ_PATH,
    pdfium_c.FPDF_PAGEOBJ_IMAGE,
    pdfium_c.FPDF_PAGEOBJ_SHADING,
    pdfium_c.FPDF_PAGEOBJ_FORM,
)
_P, _I = ctypes.c_void_p, ctypes.c_int
_page_object = direct("FPDFPage_GetObject", _P, _P, _I)
_form_count = direct("FPDFFormObj_CountObjects", _I, _P)
_form_object = direct("FPDFFormObj_GetObject", _P, _P, ctypes.c_ulong)
_kind = direct("FPDFPageObj_GetType", _I, _P)
_segments = direct("FPDFPath_CountSegments", _I, _P)
_segment = direct("FPDFPath_GetPathSegment", _P, _P, _I)
_segment_kind = direct("FPDFPathSegment_GetType", _I, _P)
_bounds = direct("FPDFPageObj_GetBounds", _I, _P, _P, _P, _P, _P)


def drawings(page: Any, owners: frozenset[int]) -> Array:
    """Boxes (n, 4) in points as displayed; `owners`: the text objects whose text is known."""
    pictures: list[int] = []
    outlines: list[int] = []
    for item, kind in _objects(page):
        if _shows_more(item, kind, owners):
            (outlines if kind in (_PATH, _TEXT) else pictures).append(item)
    if len(outlines) < FEW_OUTLINES:
        outlines = []
    turn = turn_of(page)
    boxes = _boxes(pictures, turn)
    sides = boxes[:, 2:] - boxes[:, :2]
    boxes = boxes[(sides >= LEAST_SIDE).all(axis=1)]
    if len(boxes) > MANY:
        boxes = _around(boxes)
    return np.concatenate([boxes, _around(_boxes(outlines, turn))])


def _objects(page: Any) -> Iterator[tuple[int, int]]:
    address = ctypes.cast(page.raw, _P).value
    count = pdfium_c.FPDFPage_CountObjects(page.raw)
    for index in range(min(count, _MAX_OBJECTS)):
        item = _page_object(address, index)
        yield item, _kind(item)


def _shows_more(item: int, kind: int, owners: frozenset[int], depth: int = 0) -> bool:
    """Whether an object may show text that is not in the text layer."""
    if kind == _PATH:
        return _is_outline(item)
    if kind == _TEXT:
        return item not in owners and _has_size(item)
    if kind != _FORM or depth >= _MAX_DEPTH:
        return kind in (_IMAGE, _SHADING, _FORM)
    outlines = 0
    for index in range(min(_form_count(item), _MAX_OBJECTS)):
        inner = _form_object(item, index)
        inner_kind = _kind(inner)
        if _shows_more(inner, inner_kind, owners, depth + 1):
            outlines += 1
            if inner_kind not in (_PATH, _TEXT) or outlines >= FEW_OUTLINES:
                return True
    return False


def _is_outline(path: int) -> bool:
    """Whether a path may be the outline of a letter, or of many."""
    count = _segments(path)
    if count < LETTER_SEGMENTS:
        return False
    left, bottom, right, top = _sides(path)
    is_small = right - left <= LETTER_SIDE and top - bottom <= LETTER_SIDE
    return is_small or (count >= TEXT_SEGMENTS and _has_curve(path))


def _has_size(item: int) -> bool:
    """Whether a text object draws anything: blanks do not."""
    left, bottom, right, top = _sides(item)
    return right - left > 1 and top - bottom > 1


def _sides(item: int) -> list[float]:
    sides = np.zeros(4, np.float32)
    at = sides.ctypes.data
    _bounds(item, at, at + 4, at + 8, at + 12)
    return sides.tolist()  # type: ignore[no-any-return]


def _has_curve(path: int) -> bool:
    curve = pdfium_c.FPDF_SEGMENT_BEZIERTO
    return any(_segment_kind(_segment(path, i)) == curve for i in range(_FIRST_SEGMENTS))


def _boxes(items: list[int], turn: Array) -> Array:
    sides = np.zeros((len(items), 4), np.float32)
    at = sides.ctypes.data
    for item in items:
        _bounds(item, at, at + 8, at + 4, at + 12)  # left, bottom, right, top
        at += 16
    return placed(sides.astype(np.float64), turn)


def _around(boxes: Array) -> Array:
    if not len(boxes):
        return boxes
    return np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])[None]

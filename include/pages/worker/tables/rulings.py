"""Drawn lines of a page, from the paths of a PDF; those of a scan from its picture."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pypdfium2.raw as pdfium_c

from include.models import Box
from include.pages.worker.pdf.glyphs import turn_of
from include.pages.worker.tables.picture_rulings import MAX_RULINGS, image_rulings

__all__ = ["image_rulings", "pdf_rulings"]

#: A page with more objects than this is a drawing.
MAX_OBJECTS = 6_000
#: Points: a line is no thicker and no shorter than this.
MAX_THICKNESS, MIN_LENGTH = 3.0, 7.0
#: A path with more segments than this is a drawing or a letter.
_MAX_SEGMENTS = 400
_FORM_DEPTH = 2
#: Filled stripes behind rows are no higher; their edges above and below count as lines.
MAX_STRIPE = 60.0

Rectangle = tuple[float, float, float, float]
Point = tuple[float, float]


def pdf_rulings(page: Any) -> tuple[Box, ...]:
    """The lines drawn on a pypdfium2 page, as thin boxes in points as displayed."""
    width, height = page.get_size()
    if pdfium_c.FPDFPage_CountObjects(page.raw) > MAX_OBJECTS:
        return ()
    (ax, bx, ox), (ay, by, oy) = turn_of(page).tolist()
    shown = pdfium_c.FS_MATRIX(ax, ay, bx, by, ox, oy)
    found: list[Box] = []
    for line in _page_lines(page.raw):
        box = Box(*_by_matrix(line, shown))
        if box.x1 >= 0 and box.y1 >= 0 and box.x0 <= width and box.y0 <= height:
            found.append(box)
        if len(found) > MAX_RULINGS:
            return ()
    return tuple(found)


def _page_lines(page: Any) -> Iterator[Rectangle]:
    budget = [MAX_OBJECTS]
    for index in range(pdfium_c.FPDFPage_CountObjects(page)):
        item = pdfium_c.FPDFPage_GetObject(page, index)
        yield from _object_lines(item, None, _FORM_DEPTH, budget)


def _object_lines(item: Any, outer: Any, depth: int, budget: list[int]) -> Iterator[Rectangle]:
    """The lines of one page object in page space; `outer`: the matrix of the form it is in."""
    budget[0] -= 1
    if budget[0] < 0:
        return
    kind = pdfium_c.FPDFPageObj_GetType(item)
    if kind == pdfium_c.FPDF_PAGEOBJ_PATH:
        for line in _path_lines(item):
            yield _by_matrix(line, outer) if outer else line
    elif kind == pdfium_c.FPDF_PAGEOBJ_FORM and depth:
        matrix = _matrix_of(item)
        if outer:
            matrix = _product(matrix, outer)
        for index in range(min(pdfium_c.FPDFFormObj_CountObjects(item), budget[0])):
            inner = pdfium_c.FPDFFormObj_GetObject(item, index)
            yield from _object_lines(inner, matrix, depth - 1, budget)


def _path_lines(item: Any) -> Iterator[Rectangle]:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not pdfium_c.FPDFPageObj_GetBounds(item, left, bottom, right, top):
        return
    x0, y0, x1, y1 = left.value, bottom.value, right.value, top.value
    width, height = x1 - x0, y1 - y0
    if min(width, height) <= MAX_THICKNESS:
        if max(width, height) >= MIN_LENGTH:
            yield x0, y0, x1, y1
        return
    count = pdfium_c.FPDFPath_CountSegments(item)
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDFPath_GetDrawMode(item, fill, stroke)
    if fill.value and not stroke.value and count <= 5 and _is_tinted(item):
        if height <= MAX_STRIPE and width >= 2 * height:
            yield x0, y0, x1, y0
            yield x0, y1, x1, y1
    elif 2 <= count <= _MAX_SEGMENTS and (stroke.value or count > 5):
        yield from _segment_lines(item, count, bool(stroke.value))


def _is_tinted(item: Any) -> bool:
    """Whether a filled rectangle can be told from paper."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    pdfium_c.FPDFPageObj_GetFillColor(item, red, green, blue, alpha)
    return alpha.value > 0 and min(red.value, green.value, blue.value) < 250


def _segment_lines(item: Any, count: int, is_stroked: bool) -> Iterator[Rectangle]:
    """Straight pieces of an outline; what is only filled counts where it is thin."""
    for points in _outlines(item, count):
        if is_stroked:
            pieces = list(pairwise(points))
            thickness = 0.5
        else:
            corners = (min(p[0] for p in points), min(p[1] for p in points))
            pieces = [(corners, (max(p[0] for p in points), max(p[1] for p in points)))]
            thickness = MAX_THICKNESS
        for (ax, ay), (bx, by) in pieces:
            across, down = abs(ax - bx), abs(ay - by)
            if min(across, down) <= thickness and max(across, down) >= MIN_LENGTH:
                yield min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


def _outlines(item: Any, count: int) -> list[list[Point]]:
    """The corners of each outline of a path in page space; none when it has curves."""
    matrix = _matrix_of(item)
    x, y = ctypes.c_float(), ctypes.c_float()
    outlines: list[list[Point]] = []
    for index in range(count):
        segment = pdfium_c.FPDFPath_GetPathSegment(item, index)
        kind = pdfium_c.FPDFPathSegment_GetType(segment)
        if kind == pdfium_c.FPDF_SEGMENT_BEZIERTO:
            return []
        pdfium_c.FPDFPathSegment_GetPoint(segment, x, y)
        if kind == pdfium_c.FPDF_SEGMENT_MOVETO or not outlines:
            outlines.append([])
        outlines[-1].append(_moved(x.value, y.value, matrix))
        if pdfium_c.FPDFPathSegment_GetClose(segment):
            outlines[-1].append(outlines[-1][0])
    return outlines


def _matrix_of(item: Any) -> Any:
    matrix = pdfium_c.FS_MATRIX(1, 0, 0, 1, 0, 0)
    pdfium_c.FPDFPageObj_GetMatrix(item, matrix)
    return matrix


def _product(first: Any, then: Any) -> Any:
    """The matrix that does `first`, `then` the other."""
    return pdfium_c.FS_MATRIX(
        first.a * then.a + first.b * then.c,
        first.a * then.b + first.b * then.d,
        first.c * then.a + first.d * then.c,
        first.c * then.b + first.d * then.d,
        first.e * then.a + first.f * then.c + then.e,
        first.e * then.b + first.f * then.d + then.f,
    )


def _moved(x: float, y: float, m: Any) -> tuple[float, float]:
    return m.a * x + m.c * y + m.e, m.b * x + m.d * y + m.f


def _by_matrix(line: Rectangle, matrix: Any) -> Rectangle:
    (ax, ay), (bx, by) = _moved(line[0], line[1], matrix), _moved(line[2], line[3], matrix)
    return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)

"""The characters of a PDF page with their boxes, fetched from pdfium without a detour."""

from __future__ import annotations

import ctypes
from collections import deque
from dataclasses import dataclass, replace
from itertools import compress, repeat
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium_c

Array = np.ndarray[Any, Any]

#: FPDF_PageToDevice answers in whole units; this many of them per point.
_UNITS = 64
_HYPHENS = (0xFFFE, 0x02)
_BLANKS = (
    *range(33), *range(0x7F, 0xA1), 0x1680, *range(0x2000, 0x200E), 0x2028, 0x2029, 0x202F, 0x205F,
    0x2060, 0x3000, 0xFEFF,
)  # fmt: skip
#: What is printed for a code point: 0 where a word ends.
_PRINTED = np.arange(1 << 16)
_PRINTED[0xD800:0xE000] = 0xFFFD
_PRINTED[list(_BLANKS)] = 0
_PRINTED[list(_HYPHENS)] = ord("-")
_P, _I = ctypes.c_void_p, ctypes.c_int


def direct(name: str, answer: Any, *arguments: Any) -> Any:
    """A function of pdfium's that takes plain addresses: its own binding costs three times that."""
    address = ctypes.cast(getattr(pdfium_c, name), _P).value or 0
    return ctypes.CFUNCTYPE(answer, *arguments)(address)


_unicode = direct("FPDFText_GetUnicode", ctypes.c_uint, _P, _I)
_char_box = direct("FPDFText_GetCharBox", _I, _P, _I, _P, _P, _P, _P)
_loose_box = direct("FPDFText_GetLooseCharBox", _I, _P, _I, _P)
_text_object = direct("FPDFText_GetTextObject", ctypes.c_size_t, _P, _I)


@dataclass(frozen=True)
class Glyphs:
    """The printed characters of a page in the order of its text layer.

    `text`: one character each; `boxes` (n, 4) in points as displayed; `owners`: addresses of
    their text objects; `rows` (n, 4): the box of the whole font height, of the first character
    of each run of one text object; `follows`: whether nothing stands between a character and the
    one before; `all_owners`: those of blanks too.
    """

    text: str
    boxes: Array
    rows: Array
    owners: Array
    follows: Array
    size: tuple[float, float]
    all_owners: frozenset[int]

    def chosen(self, which: Array) -> Glyphs:
        """Only the glyphs for which `which` is true."""
        if which.all():
            return self
        indexes = np.flatnonzero(which)
        follows = self.follows[indexes].copy()
        follows[1:] &= np.diff(indexes) == 1
        return replace(
            self,
            text="".join(compress(self.text, which.tolist())),
            boxes=self.boxes[indexes],
            rows=self.rows[indexes],
            owners=self.owners[indexes],
            follows=follows,
        )


def page_glyphs(page: Any, textpage: Any = None) -> Glyphs:
    """The printed characters of a pypdfium2 page; `textpage`: its text page, if it is open."""
    width, height = page.get_size()
    turn = turn_of(page)
    text = textpage or page.get_textpage()
    try:
        codes, boxes, rows, owners = _fetched(text.raw)
    finally:
        if textpage is None:
            text.close()
    codes = np.where(codes > 0x10FFFF, 0xFFFD, codes)
    printed = np.where(codes <= 0xFFFF, _PRINTED[codes & 0xFFFF], codes)
    indexes = np.flatnonzero(printed)
    follows = np.zeros(len(indexes), bool)
    follows[1:] = np.diff(indexes) == 1
    return Glyphs(
        printed[indexes].astype("<u4").tobytes().decode("utf-32-le"),
        placed(boxes[indexes], turn),
        placed(rows[indexes], turn),
        owners[indexes],
        follows,
        (width, height),
        frozenset(owners.tolist()) - {0},
    )


def _fetched(textpage: Any) -> tuple[Array, Array, Array, Array]:
    """Code points, boxes (left, right, bottom, top), rows and text objects of all characters."""
    text = ctypes.cast(textpage, _P).value
    count = max(pdfium_c.FPDFText_CountChars(textpage), 0)
    # `map` calls from C to C: a loop costs as much again as pdfium's own work.
    each = range(count)
    codes = np.fromiter(map(_unicode, repeat(text), each), np.int64, count)
    owners = np.fromiter(map(_text_object, repeat(text), each), np.uint64, count)
    boxes = np.zeros((count, 4), np.float64)
    start = boxes.ctypes.data
    sides = (range(start + 8 * side, start + 32 * count, 32) for side in range(4))
    deque(map(_char_box, repeat(text), each, *sides), maxlen=0)
    return codes, boxes, _run_boxes(text, owners), owners


def _run_boxes(text: Any, owners: Array) -> Array:
    """For each character the box of the font height of the first one of its run."""
    begins = np.ones(len(owners), bool)
    begins[1:] = owners[1:] != owners[:-1]
    loose = np.zeros((len(owners), 4), np.float32)
    start = loose.ctypes.data
    for index in np.flatnonzero(begins).tolist():
        _loose_box(text, index, start + 16 * index)
    first = np.maximum.accumulate(np.where(begins, np.arange(len(owners)), 0))
    return loose[first][:, [0, 2, 3, 1]].astype(np.float64)


def turn_of(page: Any) -> Array:
    """The matrix (2, 3) from page space to points as displayed (rotation, crop box)."""
    width, height = page.get_size()
    across, down = max(round(width * _UNITS), 1), max(round(height * _UNITS), 1)

    def device(x: float, y: float) -> Array:
        a, b = ctypes.c_int(), ctypes.c_int()
        pdfium_c.FPDF_PageToDevice(page.raw, 0, 0, across, down, 0, x, y, a, b)
        return np.array([a.value / _UNITS, b.value / _UNITS])

    origin = device(0, 0)
    columns = [(device(1000, 0) - origin) / 1000, (device(0, 1000) - origin) / 1000, origin]
    return np.stack(columns, axis=1)


def placed(boxes: Array, turn: Array) -> Array:
    """Boxes (left, right, bottom, top) in page space as (x0, y0, x1, y1) as displayed."""
    if not len(boxes):
        return np.zeros((0, 4))
    left, right, bottom, top = boxes.T
    (ax, bx, ox), (ay, by, oy) = turn.tolist()
    x, other_x = left * ax + bottom * bx + ox, right * ax + top * bx + ox
    y, other_y = left * ay + bottom * by + oy, right * ay + top * by + oy
    low = np.minimum(x, other_x), np.minimum(y, other_y)
    return np.stack([*low, np.maximum(x, other_x), np.maximum(y, other_y)], axis=1)

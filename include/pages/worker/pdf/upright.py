"""Pages whose text runs up, down or backwards are turned before anything is read on them."""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from itertools import repeat
from typing import Any

import pypdfium2.raw as pdfium_c

from include.pages.worker.pdf.glyphs import direct

#: Characters that are looked at, spread over the page; fewer say too little.
_SAMPLE, _ENOUGH = 200, 12
#: Share of them that has to run the same way.
_MOST = 0.75
_unicode = direct("FPDFText_GetUnicode", ctypes.c_uint, ctypes.c_void_p, ctypes.c_int)
_angle = direct("FPDFText_GetCharAngle", ctypes.c_float, ctypes.c_void_p, ctypes.c_int)


def turned_upright(page: Any) -> tuple[int, Any]:
    """Turn a pypdfium2 page so that its text runs from left to right.

    Returns degrees clockwise (0 when it does already, and when the text runs several ways), and
    the page's text page, which closes with it.
    """
    textpage = page.get_textpage()
    direction = _direction(textpage.raw)
    turn = 0 if direction is None else int((direction - page.get_rotation()) % 360)
    if turn:
        textpage.close()
        page.set_rotation(direction)
        textpage = page.get_textpage()
    return turn, textpage


def _direction(textpage: Any) -> int | None:
    """Where most of the text runs in the page's own space: degrees counter-clockwise, by 90."""
    text = ctypes.cast(textpage, ctypes.c_void_p).value
    count = pdfium_c.FPDFText_CountChars(textpage)
    sample = range(0, count, max(count // _SAMPLE, 1))
    codes = map(_unicode, repeat(text), sample)
    printed = [index for index, code in zip(sample, codes, strict=True) if code > 32]
    angles = Counter(map(_angle, repeat(text), printed))
    ways: Counter[int] = Counter()
    for angle, found in angles.items():
        ways[round(-math.degrees(angle) / 90) * 90 % 360] += found  # pdfium counts clockwise
    if ways.total() < _ENOUGH:
        return None
    way, most = ways.most_common(1)[0]
    return way if most >= _MOST * ways.total() else None

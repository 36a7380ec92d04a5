"""Pages whose text runs up, down or backwards are turned before anything is read on them."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import pypdfium2.raw as pdfium_c

#: Characters that are looked at, spread over the page; fewer say too little.
_SAMPLE, _ENOUGH = 400, 12
#: Share of them that has to run the same way.
_MOST = 0.75


def turned_upright(page: Any) -> int:
    """Turn a pypdfium2 page so that its text runs from left to right; returns degrees clockwise.

    0 when it does already, and when the text runs several ways.
    """
    textpage = page.get_textpage()
    try:
        direction = _direction(textpage.raw)
    finally:
        textpage.close()
    if direction is None:
        return 0
    turn = (direction - page.get_rotation()) % 360
    if turn:
        page.set_rotation(direction)
    return int(turn)


def _direction(text: Any) -> int | None:
    """Where most of the text runs in the page's own space: degrees counter-clockwise, by 90."""
    count = pdfium_c.FPDFText_CountChars(text)
    ways: Counter[int] = Counter()
    for index in range(0, count, max(count // _SAMPLE, 1)):
        code = pdfium_c.FPDFText_GetUnicode(text, index)
        if code > 32:
            angle = pdfium_c.FPDFText_GetCharAngle(text, index)
            ways[round(-math.degrees(angle) / 90) * 90 % 360] += 1  # pdfium counts clockwise
    if ways.total() < _ENOUGH:
        return None
    way, most = ways.most_common(1)[0]
    return way if most >= _MOST * ways.total() else None

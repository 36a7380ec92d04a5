"""Words of a PDF text layer with boxes."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium_c

from include.models import Box, Word
from include.pages.worker.layout.order import in_reading_order, rows_of

#: Gaps in units of the text height: more splits a word, more splits a line into segments.
WORD_GAP = 0.6
OTHER_OBJECT_GAP = 0.2
SEGMENT_GAP = 1.6
_HYPHENS = {0xFFFE, 0x02}
#: FPDF_PageToDevice answers in whole units; this many of them per point.
_UNITS = 64


@dataclass(frozen=True)
class _Glyph:
    char: str
    box: Box
    owner: int


def page_words(page: Any) -> tuple[Word, ...]:
    """The words of a pypdfium2 page that lie on its visible part, in reading order."""
    width, height = page.get_size()
    textpage = page.get_textpage()
    try:
        words = _group(textpage.raw, _to_top_left(page, width, height))
    finally:
        textpage.close()
    seen = [w for w in words if _is_on_page(w[0].box, width, height)]
    return in_reading_order(*_segments(seen))


def _is_on_page(box: Box, width: float, height: float) -> bool:
    return 0 <= (box.x0 + box.x1) / 2 <= width and 0 <= box.middle <= height


def _to_top_left(page: Any, width: float, height: float) -> Callable[..., Box]:
    """A function from a box in page space to points as displayed (rotation, crop box)."""
    across, down = max(round(width * _UNITS), 1), max(round(height * _UNITS), 1)

    def device(x: float, y: float) -> tuple[float, float]:
        a, b = ctypes.c_int(), ctypes.c_int()
        pdfium_c.FPDF_PageToDevice(page.raw, 0, 0, across, down, 0, x, y, a, b)
        return a.value / _UNITS, b.value / _UNITS

    ox, oy = device(0, 0)
    ax, ay = ((v - o) / 1000 for v, o in zip(device(1000, 0), (ox, oy), strict=True))
    bx, by = ((v - o) / 1000 for v, o in zip(device(0, 1000), (ox, oy), strict=True))

    def mapped(left: float, bottom: float, right: float, top: float) -> Box:
        xs = (ox + left * ax + bottom * bx, ox + right * ax + top * bx)
        ys = (oy + left * ay + bottom * by, oy + right * ay + top * by)
        return Box(min(xs), min(ys), max(xs), max(ys))

    return mapped


def _group(text: Any, mapped: Callable[..., Box]) -> list[tuple[Word, Box]]:
    """Each word with the box of its whole font height, which puts it into its row."""
    left, bottom, right, top = (ctypes.c_double() for _ in range(4))
    loose = pdfium_c.FS_RECTF()
    words: list[tuple[Word, Box]] = []
    glyphs: list[_Glyph] = []
    row = Box(0, 0, 0, 0)

    def flush() -> None:
        if glyphs:
            box = glyphs[0].box
            for glyph in glyphs[1:]:
                box = box.union(glyph.box)
            words.append((Word("".join(g.char for g in glyphs), box), row.union(box)))
            glyphs.clear()

    for index in range(pdfium_c.FPDFText_CountChars(text)):
        code = pdfium_c.FPDFText_GetUnicode(text, index)
        char = _printed(code)
        if not char:
            flush()
            continue
        pdfium_c.FPDFText_GetCharBox(text, index, left, right, bottom, top)
        box = mapped(left.value, bottom.value, right.value, top.value)
        owner = ctypes.addressof(o.contents) if (o := _owner(text, index)) else 0
        glyph = _Glyph(char, box, owner)
        if glyphs and _starts_word(glyphs[-1], glyph, row):
            flush()
        if not glyphs:
            pdfium_c.FPDFText_GetLooseCharBox(text, index, loose)
            row = mapped(loose.left, loose.bottom, loose.right, loose.top)
        glyphs.append(glyph)
    flush()
    return words


def _owner(text: Any, index: int) -> Any:
    return pdfium_c.FPDFText_GetTextObject(text, index)


def _printed(code: int) -> str:
    """The character to keep for a code point; empty where a word ends."""
    if code in _HYPHENS:
        return "-"
    if code <= 32 or 0x7F <= code <= 0xA0:
        return ""
    if 0xD800 <= code < 0xE000 or code > 0x10FFFF:
        return "\ufffd"
    char = chr(code)
    return "" if char.isspace() or char in "\u200b\u200c\u200d\ufeff" else char


def _starts_word(last: _Glyph, glyph: _Glyph, row: Box) -> bool:
    """Whether `glyph` is too far from `last` to belong to the same word (pdfium only splits
    at blanks, and cells that touch often have none)."""
    height = max(row.height, 1.0)
    a, b = last.box, glyph.box
    if row.width > 0 and abs(a.middle - b.middle) > height and abs(a.x0 - b.x0) > height:
        return True
    if abs(a.middle - b.middle) > height:
        return False  # text that runs up or down the page: blanks decide
    gap = b.x0 - a.x1
    limit = WORD_GAP if last.owner == glyph.owner else OTHER_OBJECT_GAP
    return gap > limit * height or b.x1 < a.x0 - height


def _segments(words: Sequence[tuple[Word, Box]]) -> tuple[list[list[Word]], list[Box]]:
    """Runs of words on one row without a wide gap, and the row box of each."""
    segments: list[list[Word]] = []
    boxes: list[Box] = []
    for row in rows_of([box for _, box in words]):
        last: Word | None = None
        for index in row:
            word, box = words[index]
            if last is None or word.box.x0 - last.box.x1 > SEGMENT_GAP * max(box.height, 4):
                segments.append([])
                boxes.append(box)
            segments[-1].append(word)
            boxes[-1] = boxes[-1].union(box)
            last = word
    return segments, boxes


def share_of_garbage(words: Sequence[Word]) -> float:
    """Share of characters that stand for no known character."""
    text = "".join(word.text for word in words)
    bad = sum(c in "\ufffd\ufffe\uffff" or 0xE000 <= ord(c) < 0xF900 for c in text)
    return bad / max(len(text), 1)

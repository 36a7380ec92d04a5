"""Fonts whose glyphs look other than the characters they are said to stand for."""

from __future__ import annotations

import ctypes
import functools
import string
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from include.pages.worker.pdf.glyphs import Array, Glyphs, direct, page_glyphs
from include.pages.worker.pdf.layer.sight import INVISIBLE, Sight, drawn

#: What is compared; other characters are left alone.
_CHARS = string.digits + string.ascii_letters
_ALIKE = str.maketrans("oOlIiL", "001111") | {ord(c): c.lower() for c in "CKPSUVWXZMYFJT"}
#: The fonts that pdfium brings along, as which most others look.
_REFERENCE = (
    "Helvetica", "Helvetica-Bold", "Helvetica-Oblique", "Times-Roman", "Times-Bold",
    "Times-Italic", "Courier", "Courier-Bold",
)  # fmt: skip
#: Capital and small letters looked at per font, beside all its digits.
_MAX_LETTERS = (5, 8)
_SIDE = 16
#: OpenCV knows no picture of many more colours.
_AT_ONCE = 100
#: How much better than its own character another one may fit, how badly its own, and how far
#: width to height counts.
_BETTER, _LEAST_FIT, _SHAPE = 0.12, 0.4, 0.25
#: Pixels: smaller glyphs cannot be told apart.
_LEAST_HEIGHT = 7
#: More letters than this share that do not look their part make a font doubtful; every digit does.
_MAX_ODD = 0.3

#: pdfium draws small glyphs at whole pixels: they may lie a bit beside their boxes.
_SHIFTS = tuple(
    np.array([x, y, x, y])
    for x, y in ((0, 0), (0, 0.7), (0, -0.7), (0.7, 0), (-0.7, 0), (0.6, 0.6), (-0.6, -0.6))
)
_SUBPIXEL = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP

#: Scripts from here on need fonts that a machine may not have; text modes that paint.
_EAST_ASIAN, _PAINTED = 0x2E80, (0, 1, 2)

_font_of = direct("FPDFTextObj_GetFont", ctypes.c_void_p, ctypes.c_void_p)


@dataclass(frozen=True)
class Doubt:
    """A font of a page (its address) and its characters that do not look their part."""

    font: int
    odd: frozenset[str]


def fonts_of(glyphs: Glyphs) -> Array:
    """The address of each glyph's font."""
    owners = glyphs.owners
    begins = np.ones(len(owners), bool)
    begins[1:] = owners[1:] != owners[:-1]
    fonts = [_font_of(owner) or 0 if owner else 0 for owner in owners[begins].tolist()]
    return np.asarray(np.array(fonts, np.uint64)[np.cumsum(begins) - 1])


def lacking_here(glyphs: Glyphs, sight: Sight, among: Array) -> Array:
    """Which of the unseen glyphs `among` all only lack a font: neither the file carries it nor
    does this machine have it, as is usual with Chinese, Japanese and Korean."""
    lacking = np.zeros(len(glyphs.text), bool)
    for index in np.flatnonzero(among).tolist():
        if ord(glyphs.text[index]) < _EAST_ASIAN:
            continue
        x0, y0, x1, y1 = (glyphs.boxes[index] * sight.scale).clip(0).astype(int).tolist()
        ground = sight.whole[y0 : y1 + 1, x0 : x1 + 1]
        if ground.size and int(ground.max()) - int(ground.min()) <= INVISIBLE:
            lacking[index] = _is_lacking(int(glyphs.owners[index]), float(ground.mean()))
    return lacking


def _is_lacking(owner: int, ground: float) -> bool:
    """Whether a text object would be seen on this ground if its font were there."""
    item = ctypes.cast(owner, pdfium_c.FPDF_PAGEOBJECT)
    font = pdfium_c.FPDFTextObj_GetFont(item) if owner else None
    if not font or pdfium_c.FPDFFont_GetIsEmbedded(font):
        return False
    if pdfium_c.FPDFTextObj_GetTextRenderMode(item) not in _PAINTED:
        return False
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    pdfium_c.FPDFPageObj_GetFillColor(item, red, green, blue, alpha)
    grey = 0.299 * red.value + 0.587 * green.value + 0.114 * blue.value
    return abs(grey - ground) * alpha.value / 255 > INVISIBLE


def doubtful_fonts(glyphs: Glyphs, fonts: Array, sight: Sight) -> list[Doubt]:
    """Fonts some of whose glyphs look more like another character."""
    codes = np.frombuffer(glyphs.text.encode("utf-32-le"), "<u4")
    _, kinds = np.unique(fonts, return_inverse=True)
    height = (glyphs.boxes[:, 3] - glyphs.boxes[:, 1]) * sight.scale
    order = np.flatnonzero(np.isin(codes, _CODES) & (height >= _LEAST_HEIGHT))
    _, first = np.unique(kinds[order].astype(np.int64) << 32 | codes[order], return_index=True)
    chosen: dict[int, list[int]] = {}
    counts: Counter[tuple[int, bool]] = Counter()
    for index in order[first].tolist():
        font, char = int(fonts[index]), glyphs.text[index]
        counts[font, char.islower()] += char.isalpha()
        if char.isdigit() or counts[font, char.islower()] <= _MAX_LETTERS[char.islower()]:
            chosen.setdefault(font, []).append(index)
    looked_at = [index for indexes in chosen.values() for index in indexes]
    fits = dict(zip(looked_at, _fits(looked_at, glyphs, sight).tolist(), strict=True))
    doubts = []
    for font, indexes in chosen.items():
        chars = [glyphs.text[i] for i in indexes]
        odd = {glyphs.text[i] for i in indexes if not fits[i]}
        letters = sum(c.isalpha() for c in chars)
        if any(c.isdigit() for c in odd) or len(odd) > max(_MAX_ODD * letters, 1):
            doubts.append(Doubt(font, frozenset(odd)))
    return doubts


def _fits(indexes: list[int], glyphs: Glyphs, sight: Sight) -> Array:
    """For each of the glyphs whether it looks like its character, rather than like another."""
    known, shapes, classes = references()
    boxes = glyphs.boxes[indexes] * sight.scale
    chars = [glyphs.text[i] for i in indexes]
    own = _classes(chars)[:, None] == classes
    is_digit = np.array([char.isdigit() for char in chars])
    is_rival = ~own & (is_digit[:, None] == (classes <= ord("9")))
    fits = np.zeros(len(boxes), bool)
    for shift in _SHIFTS:
        left = np.flatnonzero(~fits)
        if not len(left):
            break
        seen, proportions = _features(sight.whole, boxes[left] + shift)
        # Without its sign: white on black is as good as black on white.
        fit = np.abs(seen @ known.T) - _SHAPE * np.abs(proportions[:, None] - shapes)
        best_own = np.where(own[left], fit, -2).max(axis=1)
        best_other = np.where(is_rival[left], fit, -2).max(axis=1)
        fits[left] = (best_own >= best_other - _BETTER) & (best_own >= _LEAST_FIT)
    return fits


def _features(picture: Array, boxes: Array) -> tuple[Array, Array]:
    """Each glyph as a vector of length one, and the logarithm of its width to height."""
    small = []
    for x0, y0, x1, y1 in boxes.tolist():
        across, down = max(x1 - x0, 1.0) / _SIDE, max(y1 - y0, 1.0) / _SIDE
        where = np.array([[across, 0, x0 + across / 2 - 0.5], [0, down, y0 + down / 2 - 0.5]])
        small.append(
            cv2.warpAffine(picture, where, (_SIDE, _SIDE), flags=_SUBPIXEL, borderValue=255)
        )
    # Many at once, as if each were a colour of one picture.
    some = [small[i : i + _AT_ONCE] for i in range(0, len(small), _AT_ONCE)]
    blurred = [cv2.GaussianBlur(np.dstack(each), (3, 3), 0).reshape(_SIDE**2, -1) for each in some]
    vectors = np.ascontiguousarray(np.concatenate(blurred, axis=1).T, np.float32)
    vectors -= vectors.mean(axis=1, keepdims=True)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    sides = np.maximum(boxes[:, 2:] - boxes[:, :2], 0.5)
    return vectors, np.log(sides[:, 0] / sides[:, 1])


@functools.cache
def references() -> tuple[Array, Array, Array]:
    """How the characters look in pdfium's own fonts: vectors, proportions, character classes."""
    document = pdfium.PdfDocument.new()
    page = document.new_page(40 * len(_CHARS), 40 * len(_REFERENCE))
    for row, name in enumerate(_REFERENCE):
        for column, char in enumerate(_CHARS):
            item = pdfium_c.FPDFPageObj_NewTextObj(document.raw, name.encode(), 16.0)
            text = (ctypes.c_ushort * 2)(ord(char), 0)
            pdfium_c.FPDFText_SetText(item, text)
            pdfium_c.FPDFPageObj_Transform(item, 1, 0, 0, 1, 40 * column + 10, 40 * row + 14)
            pdfium_c.FPDFPage_InsertObject(page.raw, item)
    pdfium_c.FPDFPage_GenerateContent(page.raw)
    glyphs, scale = page_glyphs(page), 2.0
    vectors, proportions = _features(drawn(page, scale), glyphs.boxes * scale)
    page.close()
    document.close()
    return vectors, proportions, _classes(glyphs.text)


def _classes(chars: Iterable[str]) -> Array:
    """Codes of the characters, the same for those that look alike."""
    return np.array([ord(char.translate(_ALIKE)) for char in chars])


_CODES = np.array([ord(c) for c in _CHARS], np.uint32)

"""Five layouts of papers between two companies: invoice, packing list, delivery note."""

from __future__ import annotations

from collections.abc import Callable

from include.samples.papers.draft import Draft
from include.samples.papers.sheet import BLACK, GREY, WHITE
from include.samples.papers.table import Look, draw_table

LEFT = 45.0
Layout = Callable[[Draft], None]


def letter(d: Draft) -> None:
    """A business letter: letterhead, address window, reference block on the right."""
    s, width = d.sheet, d.sheet.width - 2 * LEFT
    s.value(d.sender.name, d.values[d.sender.name], LEFT, 40, size=15, bold=True, width=width * 0.6)
    d.address(d.sender, LEFT + width * 0.6, 36, width=width * 0.4, size=7.5, align="right")
    s.rule(LEFT, 84, LEFT + width, 84, 1.2)
    back = f"{d.shipment.seller.name} - {d.shipment.seller.address}"
    s.text(LEFT, 112, back, size=6, width=235, colour=GREY)
    named = d.rng.random() < 0.5
    d.party(d.recipient, LEFT, 132, width=225, size=10, label=None if named else "", bold=False)
    y = 118.0
    for name in d.shown((*d.refs, d.sender.vat_id)):
        y = d.pair(name, 320, y, label_width=118, width=LEFT + width - 320)
    y = max(y, 218) + 16
    s.text(LEFT, y, d.voice.title(), size=16, bold=True)
    y = _goods(d, y + 28, ("ruled", "open", "grid"), number=d.refs[0])
    y = _totals_right(d, y + 6, 230)
    _closing(d, y + 12)
    _footer(d)


def boxed(d: Draft) -> None:
    """The aligned export form: parties left, references right, everything in frames."""
    s, width = d.sheet, d.sheet.width - 2 * 36
    half, x = width / 2, 36.0
    top, height = 40.0, 76.0
    for i, keys in enumerate((d.sender, d.recipient)):
        s.box(x, top + i * height, half, height)
        d.party(keys, x + 4, top + 3 + i * height, width=half - 8, size=8.5)
    s.box(x + half, top, half, 34)
    s.text(x + half, top + 9, d.voice.title(), size=14, bold=True, align="center", width=half)
    y = _ref_boxes(d, x + half, top + 34, half)
    y = max(y, top + 2 * height + 34)
    s.box(x, top + 2 * height, half, y - top - 2 * height)
    s.text(x + 4, top + 2 * height + 4, "\n".join(d.closing[:1]), size=6.5, width=half - 8)
    y = _goods(d, y + 8, ("grid",), number=d.refs[0], x=x, width=width)
    y = _total_boxes(d, y + 4, x, width)
    _closing(d, y + 10, skip=1)
    _signature(d, y + 60)


def _ref_boxes(d: Draft, x: float, y: float, width: float) -> float:
    """The references two to a row, label above value."""
    names = d.shown(d.refs)
    for i in range(0, len(names), 2):
        pair = names[i : i + 2]
        each = width / len(pair)
        for j, name in enumerate(pair):
            d.sheet.box(x + j * each, y, each, 27)
            d.stacked(name, x + j * each + 4, y + 3, width=each - 8, bold=i == 0)
        y += 27
    return y


def _total_boxes(d: Draft, y: float, x: float, width: float) -> float:
    names = d.shown(d.totals)
    if len(names) > 5:
        names = names[:5]
    each = width / max(len(names), 1)
    for i, name in enumerate(names):
        d.sheet.box(x + i * each, y, each, 30)
        d.stacked(name, x + i * each + 4, y + 4, width=each - 8, bold=True, size=9.5)
    return y + 34


def band(d: Draft) -> None:
    """A modern form: coloured band, columns of label above value, zebra table."""
    s, width = d.sheet, d.sheet.width
    colour = d.rng.choice(((0.11, 0.28, 0.45), (0.13, 0.38, 0.31), (0.45, 0.2, 0.16)))
    s.box(0, 0, width, 70, fill=colour, border=0)
    s.text(LEFT, 24, d.voice.title(), size=20, bold=True, colour=WHITE, width=300)
    s.text(
        width - 250, 28, d.shipment.seller.name, size=10, bold=True, align="right", width=205,
        colour=WHITE,
    )  # fmt: skip
    inner = width - 2 * LEFT
    third = inner / 3
    left = d.party(d.sender, LEFT, 88, width=third - 12, size=8.5, label_size=8)
    middle = d.party(d.recipient, LEFT + third, 88, width=third - 12, size=8.5, label_size=8)
    right = 88.0
    names = d.shown(d.refs)
    for name in names[:4]:
        right = d.stacked(name, LEFT + 2 * third, right, width=third, bold=True) + 3
    y = max(left, middle, right) + 8
    y = _stacked_columns(d, names[4:], y, inner)
    look = Look("zebra", 8.5, (0.93, 0.95, 0.98), dark_header=d.rng.random() < 0.6)
    y = _table(d, look, y + 8, LEFT, inner, d.refs[0])
    rows = d.shown(d.totals)
    s.box(width - LEFT - 240, y + 4, 240, 15 * len(rows) + 10, fill=(0.93, 0.95, 0.98), border=0)
    y = _totals_right(d, y + 9, 228, right=width - LEFT - 6)
    _closing(d, y + 14)
    _footer(d)


def _stacked_columns(d: Draft, names: list[str], y: float, width: float) -> float:
    below = y
    for i, name in enumerate(names):
        column = i % 4
        if i and not column:
            y = below + 3
        x = LEFT + column * width / 4
        below = max(below, d.stacked(name, x, y, width=width / 4 - 8))
    return below


def typed(d: Draft) -> None:
    """A typewriter form: centred heading, labels with colons, dashed rules."""
    s, width = d.sheet, d.sheet.width - 2 * LEFT
    sender = d.values[d.sender.name]
    y = s.value(d.sender.name, sender, LEFT, 42, size=13, bold=True, align="center", width=width)
    y = d.address(d.sender, LEFT, y + 2, width=width, size=8, align="center", flat=True)
    tel = f"TEL: {_phone(d)}   FAX: {_phone(d)}"
    y = s.text(LEFT, y, tel, size=8, align="center", width=width) + 8
    y = s.text(LEFT, y, d.voice.title(), size=14, bold=True, align="center", width=width)
    s.dashes(LEFT, y, LEFT + width, "=")
    y += 14
    left = d.party(d.recipient, LEFT, y, width=width / 2 - 20, size=9, label_size=9, bold=False)
    if d.sender.vat_id and d.has(d.sender.vat_id):
        left = d.pair(
            d.sender.vat_id, LEFT, left + 6, label_width=100, width=width / 2 - 10, size=8
        )
    for name in d.shown(d.refs):
        y = d.pair(name, LEFT + width / 2, y, label_width=118, width=width / 2, size=8.5)
    y = max(left, y) + 10
    y = _table(d, Look("dashes", 8), y, LEFT, width, d.refs[0])
    y += 10
    for name in d.shown(d.totals):
        y = d.pair(name, LEFT + width * 0.42, y, label_width=170, width=width * 0.58, size=9)
    s.dashes(LEFT, y + 2, LEFT + width, "=")
    _closing(d, y + 16)
    _signature(d, y + 70)


def cells(d: Draft) -> None:
    """The print of a business system: grey label cells beside value cells."""
    s, width = d.sheet, d.sheet.width - 2 * LEFT
    y = s.text(LEFT, 38, d.voice.title(), size=15, bold=True) + 8
    half = width / 2
    height = 78.0
    for i, keys in enumerate((d.sender, d.recipient)):
        s.box(LEFT + i * half, y, half, 15, fill=(0.85, 0.85, 0.85))
        s.text(LEFT + i * half + 4, y + 3, d.label(keys.name), size=8, bold=True)
        s.box(LEFT + i * half, y + 15, half, height - 15)
        d.party(keys, LEFT + i * half + 4, y + 18, width=half - 8, size=8.5, label="")
    y += height + 8
    y = _label_cells(d, d.shown(d.refs), y, width)
    y = _goods(d, y + 10, ("grid", "ruled"), number=d.refs[0])
    y = _label_cells(d, d.shown(d.totals), y + 6, width)
    _closing(d, y + 10)
    _footer(d)


def _label_cells(d: Draft, names: list[str], y: float, width: float) -> float:
    for i in range(0, len(names), 2):
        for j, name in enumerate(names[i : i + 2]):
            x = LEFT + j * width / 2
            d.sheet.box(x, y, width * 0.2, 18, fill=(0.92, 0.92, 0.92))
            d.sheet.text(x + 3, y + 5, d.label(name), size=7.5, width=width * 0.2 - 6)
            d.sheet.box(x + width * 0.2, y, width * 0.3, 18)
            d.sheet.value(name, d.values[name], x + width * 0.2 + 4, y + 4.5, width=width * 0.3 - 8)
        y += 18
    return y


def _goods(
    d: Draft,
    y: float,
    styles: tuple[str, ...],
    *,
    number: str,
    x: float = LEFT,
    width: float | None = None,
) -> float:
    return _table(d, d.look(*styles), y, x, width or d.sheet.width - 2 * x, number)


def _table(d: Draft, look: Look, y: float, x: float, width: float, number: str) -> float:
    bottom = d.sheet.height - 150
    return draw_table(
        d.sheet, d.columns, d.rows, x=x, y=y, width=width, bottom=bottom, look=look,
        next_page=d.pages(80, number),
    )  # fmt: skip


def _totals_right(d: Draft, y: float, width: float, right: float | None = None) -> float:
    right = right or d.sheet.width - LEFT
    names = d.shown(d.totals)
    for i, name in enumerate(names):
        last = i == len(names) - 1
        y = d.pair(
            name, right - width, y, label_width=width * 0.55, width=width, align="right", bold=last,
            colon=d.rng.choice(("", ":")),
        )  # fmt: skip
    return y


def _closing(d: Draft, y: float, skip: int = 0) -> None:
    if d.has("iban"):
        bank = d.voice.say(en="Bank", de="Bankverbindung", fr="Banque", es="Banco")
        d.sheet.text(LEFT, y, f"{bank}: {d.shipment.seller.name}", size=8)
        y = d.pair("iban", LEFT, y + 11, label_width=40, width=260, size=8.5) + 3
    d.sheet.paragraphs(LEFT, y, d.closing[skip:], d.sheet.width - 2 * LEFT, 7.5)


def _footer(d: Draft) -> None:
    s = d.sheet
    y = s.height - 56
    s.rule(LEFT, y - 6, s.width - LEFT, y - 6, 0.4)
    each = (s.width - 2 * LEFT) / max(len(d.footer), 1)
    for i, text in enumerate(d.footer):
        s.text(LEFT + i * each, y, text, size=6.5, width=each - 8, colour=GREY)


def _signature(d: Draft, y: float) -> None:
    s = d.sheet
    y = min(y, s.height - 90)
    x = s.width - LEFT - 190
    s.rule(x, y, x + 190, y, 0.5)
    if d.rng.random() < 0.6:
        s.scribble(x + 20, y - 8, d.rng.uniform(60, 110), d.rng)
    words = d.voice.say(
        en="Authorised signature", de="Unterschrift und Stempel", fr="Signature et cachet",
        es="Firma y sello",
    )  # fmt: skip
    s.text(x, y + 3, words, size=7, colour=BLACK)


def _phone(d: Draft) -> str:
    return f"+{d.rng.randint(20, 98)} {d.rng.randint(100, 999)} {d.rng.randint(1000000, 9999999)}"


LAYOUTS: dict[str, Layout] = {
    "letter": letter, "boxed": boxed, "band": band, "typed": typed, "cells": cells,
}  # fmt: skip

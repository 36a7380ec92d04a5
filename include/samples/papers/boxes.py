"""Forms made of framed boxes with a small label above each value."""

from __future__ import annotations

from collections.abc import Sequence

from include.samples.papers.draft import SMALL, Draft, PartyKeys
from include.samples.papers.sheet import GREY

#: A box: a field, several fields sharing it (`vessel_name+voyage_number`), or a party.
Box = str | PartyKeys
#: Height and the boxes of one row with their shares of the width.
Row = tuple[float, Sequence[tuple[float, Box]]]


def grid(
    d: Draft, x: float, y: float, width: float, rows: Sequence[Row], *, border: float = 0.6
) -> float:
    """Draws the rows of boxes one under another; returns the y below."""
    for height, boxes in rows:
        left = x
        for share, box in boxes:
            if border:
                d.sheet.box(left, y, width * share, height, border=border)
            _fill(d, box, left + 4, y + 3, width * share - 8)
            left += width * share
        y += height
    return y


def _fill(d: Draft, box: Box, x: float, y: float, width: float) -> None:
    if isinstance(box, PartyKeys):
        d.party(box, x, y, width=width, size=8.5, bold=False)
        return
    names = d.shown(box.split("+"))
    if names:
        _values(d, names, x, y, width)
    elif box:
        d.sheet.text(x, y, d.label(box.split("+")[0]), size=SMALL, colour=GREY, width=width)


def _values(d: Draft, names: Sequence[str], x: float, y: float, width: float) -> None:
    """The values of one box in a size that fits, labels and values joined by a slash."""
    label = " / ".join(d.label(name) for name in names)
    y = d.sheet.text(x, y, label, size=SMALL, colour=GREY, width=width) + 1
    size, slash = 9.0, "  /  "
    length = d.sheet.measure(slash.join(d.values[n].text for n in names), size)
    size = min(size, size * width / length)
    for i, name in enumerate(names):
        if i:
            d.sheet.text(x, y, slash, size=size)
            x += d.sheet.measure(slash, size)
        d.sheet.value(name, d.values[name], x, y, size=size)
        x += d.sheet.measure(d.values[name].text, size)


def pairs(
    d: Draft,
    x: float,
    y: float,
    width: float,
    names: Sequence[str],
    *,
    label_width: float,
    size: float = 8.5,
    colon: str = ":",
) -> float:
    """Labels left of their values, one row each; returns the y below."""
    for name in d.shown(names):
        y = d.pair(name, x, y, label_width=label_width, width=width, size=size, colon=colon)
    return y

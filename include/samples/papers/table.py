"""Tables of goods: several styles, wrapped cells, page breaks with a repeated header."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from include.samples.papers.sheet import BLACK, LEADING, WHITE, Colour, Sheet
from include.samples.voice import Printed

PADDING = 3.0
#: Columns that take the room that the others leave.
WIDE = ("description", "marks", "shipper_name", "consignee_name")


@dataclass(frozen=True)
class Column:
    """`keys`: line fields shown in this column, one under another."""

    header: str
    keys: tuple[str, ...]
    align: str = "left"

    @property
    def is_wide(self) -> bool:
        return self.keys[0] in WIDE


@dataclass(frozen=True)
class Look:
    """How a table is drawn; `tint` fills headers and every second row of a zebra."""

    style: str = "grid"
    size: float = 8.5
    tint: Colour = (0.88, 0.88, 0.88)
    dark_header: bool = False


Row = Mapping[str, Printed]


def draw_table(
    sheet: Sheet,
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    x: float,
    y: float,
    width: float,
    bottom: float,
    look: Look,
    next_page: Callable[[], float],
) -> float:
    """Draws and remembers the rows; `next_page` starts a page and returns the y to go on at."""
    look = _that_fits(sheet, columns, rows, width, look)
    widths = _widths(sheet, columns, rows, width, look)
    top = y
    y = _header(sheet, columns, widths, x, y, look)
    for number, row in enumerate(rows):
        cells = [_cell(sheet, c, row, w, look) for c, w in zip(columns, widths, strict=True)]
        height = max(len(c) for c in cells) * look.size * LEADING + 2 * PADDING
        if y + height > bottom:
            _close(sheet, widths, x, top, y, look)
            top = next_page()
            y = _header(sheet, columns, widths, x, top, look)
        if look.style == "zebra" and number % 2:
            sheet.box(x, y, sum(widths), height, fill=look.tint, border=0)
        _row(sheet, columns, cells, widths, x, y, look)
        y += height
        if look.style in ("grid", "ruled"):
            sheet.rule(x, y, x + sum(widths), y, 0.4)
        sheet.lines.append({key: row[key].truth for c in columns for key in c.keys if key in row})
    _close(sheet, widths, x, top, y, look)
    return y + 4


def _that_fits(
    sheet: Sheet, columns: Sequence[Column], rows: Sequence[Row], width: float, look: Look
) -> Look:
    """The look in a size at which the narrow columns leave room for the wide ones."""
    size = look.size
    wanted = 75 * sum(c.is_wide for c in columns)
    while size > 5.5:
        look = Look(look.style, size, look.tint, look.dark_header)
        narrow = sum(_natural(sheet, c, rows, look) for c in columns if not c.is_wide)
        if narrow + wanted <= width:
            break
        size -= 0.5
    return look


def _natural(sheet: Sheet, column: Column, rows: Sequence[Row], look: Look) -> float:
    words = column.header.split(" ")
    cells = [row[key].text for row in rows for key in column.keys if key in row]
    longest = [sheet.measure(word, look.size, True) for word in words]
    longest += [sheet.measure(cell, look.size) for cell in cells]
    return max(longest) + 2 * PADDING + 1


def _widths(
    sheet: Sheet, columns: Sequence[Column], rows: Sequence[Row], width: float, look: Look
) -> list[float]:
    natural = [_natural(sheet, c, rows, look) for c in columns]
    wide = [n for c, n in zip(columns, natural, strict=True) if c.is_wide]
    rest = width - sum(natural) + sum(wide)
    if not wide:
        return [n + rest / len(columns) for n in natural]
    return [rest * n / sum(wide) if c.is_wide else n for c, n in zip(columns, natural, strict=True)]


def _cell(sheet: Sheet, column: Column, row: Row, width: float, look: Look) -> list[str]:
    shown = [row[key].text for key in column.keys if key in row]
    lines = [x for text in shown for x in sheet.wrap(text, width - 2 * PADDING, look.size)]
    return lines or [""]


def _header(
    sheet: Sheet, columns: Sequence[Column], widths: Sequence[float], x: float, y: float, look: Look
) -> float:
    wrapped = [
        sheet.wrap(c.header, w - 2 * PADDING, look.size, True)
        for c, w in zip(columns, widths, strict=True)
    ]
    height = max(len(lines) for lines in wrapped) * look.size * LEADING + 2 * PADDING
    dark = (0.2, 0.27, 0.38)
    if look.style == "dashes":
        sheet.dashes(x, y - look.size * 0.5, x + sum(widths))
        y += look.size * 0.5
    elif look.dark_header:
        sheet.box(x, y, sum(widths), height, fill=dark, border=0)
    elif look.style in ("grid", "zebra"):
        sheet.box(
            x, y, sum(widths), height, fill=look.tint, border=0.6 if look.style == "grid" else 0
        )
    left = x
    colour = WHITE if look.dark_header and look.style != "dashes" else BLACK
    for column, width, lines in zip(columns, widths, wrapped, strict=True):
        sheet.text(
            left + PADDING,
            y + PADDING,
            "\n".join(lines),
            size=look.size,
            bold=True,
            align=column.align,
            width=width - 2 * PADDING,
            colour=colour,
        )
        left += width
    if look.style == "dashes":
        sheet.dashes(x, y + height - look.size * 0.4, x + sum(widths))
        return y + height + look.size * 0.6
    if look.style in ("ruled", "open"):
        sheet.rule(x, y + height, x + sum(widths), y + height, 1.0)
    return y + height


def _row(
    sheet: Sheet,
    columns: Sequence[Column],
    cells: Sequence[Sequence[str]],
    widths: Sequence[float],
    x: float,
    y: float,
    look: Look,
) -> None:
    for column, lines, width in zip(columns, cells, widths, strict=True):
        sheet.text(
            x + PADDING,
            y + PADDING,
            "\n".join(lines),
            size=look.size,
            align=column.align,
            width=width - 2 * PADDING,
        )
        x += width


def _close(
    sheet: Sheet, widths: Sequence[float], x: float, top: float, y: float, look: Look
) -> None:
    """The frame of a grid, the last rule of the other styles."""
    right = x + sum(widths)
    if look.style == "grid":
        sheet.box(x, top, right - x, y - top)
        for width in widths[:-1]:
            x += width
            sheet.rule(x, top, x, y, 0.4)
    elif look.style == "dashes":
        sheet.dashes(x, y, right)
    else:
        sheet.rule(x, y, right, y, 0.8)

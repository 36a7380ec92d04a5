"""A page to draw on, in points from the top left, that remembers which values it shows."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from reportlab.lib.pagesizes import A4, LETTER, landscape
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from include.samples.voice import Printed

FONTS = {
    "sans": ("Helvetica", "Helvetica-Bold"),
    "serif": ("Times-Roman", "Times-Bold"),
    "mono": ("Courier", "Courier-Bold"),
}
SIZES = {"a4": A4, "letter": LETTER, "a4-landscape": landscape(A4)}
LEADING = 1.22
Colour = tuple[float, float, float]
BLACK: Colour = (0, 0, 0)
GREY: Colour = (0.35, 0.35, 0.35)
WHITE: Colour = (1, 1, 1)


@dataclass(frozen=True)
class Place:
    """Where a value stands: page from 0, box in points from the top left."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass
class Sheet:
    """Draws text, rules and boxes; `fields`, `lines` and `places` collect what was shown.

    `unscored`: names whose value is on the paper in a way that has no single right answer."""

    size: str = "a4"
    font: str = "sans"
    fields: dict[str, str] = field(default_factory=dict)
    lines: list[dict[str, str]] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    unscored: set[str] = field(default_factory=set)
    page: int = 0

    def __post_init__(self) -> None:
        self.width, self.height = SIZES[self.size]
        self._buffer = io.BytesIO()
        self._canvas = Canvas(self._buffer, pagesize=(self.width, self.height), invariant=1)
        self._canvas.setTitle("Document")

    def new_page(self) -> None:
        self._canvas.showPage()
        self.page += 1

    def finish(self) -> bytes:
        self._canvas.showPage()
        self._canvas.save()
        return self._buffer.getvalue()

    def measure(self, text: str, size: float = 9, bold: bool = False) -> float:
        return float(stringWidth(text, FONTS[self.font][bold], size))

    def wrap(self, text: str, width: float, size: float = 9, bold: bool = False) -> list[str]:
        """The text in lines no wider than `width`; a longer word keeps a line of its own."""
        lines: list[str] = []
        for paragraph in text.split("\n"):
            line = ""
            for word in paragraph.split(" "):
                longer = f"{line} {word}" if line else word
                if line and self.measure(longer, size, bold) > width:
                    lines.append(line)
                    line = word
                else:
                    line = longer
            lines.append(line)
        return lines

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 9,
        bold: bool = False,
        align: str = "left",
        width: float | None = None,
        colour: Colour = BLACK,
    ) -> float:
        """Writes wrapped text with its top at `y`; returns the y below it.

        `align` right or center refers to the box from x to x + width.
        """
        lines = self.wrap(text, width, size, bold) if width else text.split("\n")
        for line in lines:
            drawn = self._fitting(line, width, size, bold)
            self._canvas.setFillColorRGB(*colour)
            self._canvas.setFont(FONTS[self.font][bold], drawn)
            left = x + self._offset(line, drawn, bold, align, width)
            self._canvas.drawString(left, self.height - y - size * 0.8, line)
            y += size * LEADING
        return y

    def _fitting(self, line: str, width: float | None, size: float, bold: bool) -> float:
        natural = self.measure(line, size, bold)
        return size * width / natural if width and natural > width else size

    def _offset(self, line: str, size: float, bold: bool, align: str, width: float | None) -> float:
        free = (width or 0) - self.measure(line, size, bold)
        return free if align == "right" else free / 2 if align == "center" else 0

    def value(
        self,
        name: str,
        printed: Printed,
        x: float,
        y: float,
        *,
        size: float = 9,
        bold: bool = False,
        align: str = "left",
        width: float | None = None,
    ) -> float:
        """Writes a field's value and remembers it; returns the y below it."""
        below = self.text(x, y, printed.text, size=size, bold=bold, align=align, width=width)
        lines = self.wrap(printed.text, width, size, bold) if width else [printed.text]
        length = max(self.measure(line, size, bold) for line in lines)
        left = x + self._offset(max(lines, key=len), size, bold, align, width)
        self.remember(name, printed, Place(self.page, left, y, left + length, below))
        return below

    def remember(self, name: str, printed: Printed, place: Place) -> None:
        known = self.fields.setdefault(name, printed.truth)
        if known != printed.truth:
            raise AssertionError(f"{name} printed as {known!r} and as {printed.truth!r}")
        self.places.setdefault(name, place)

    def rule(self, x0: float, y0: float, x1: float, y1: float, weight: float = 0.6) -> None:
        self._canvas.setStrokeColorRGB(*BLACK)
        self._canvas.setLineWidth(weight)
        self._canvas.line(x0, self.height - y0, x1, self.height - y1)

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: Colour | None = None,
        border: float = 0.6,
    ) -> None:
        """A rectangle; `border` 0 draws none."""
        self._canvas.setStrokeColorRGB(*BLACK)
        self._canvas.setLineWidth(border)
        if fill:
            self._canvas.setFillColorRGB(*fill)
        bottom = self.height - y - height
        self._canvas.rect(x, bottom, width, height, stroke=int(border > 0), fill=int(bool(fill)))

    def scribble(self, x: float, y: float, width: float, rng: Random) -> None:
        """A signature: a few loops in ink."""
        self._canvas.setStrokeColorRGB(0.1, 0.15, 0.45)
        self._canvas.setLineWidth(1.1)
        path = self._canvas.beginPath()
        path.moveTo(x, self.height - y)
        step = width / 5
        for i in range(5):
            ends = [(x + step * (i + part), y + rng.uniform(-11, 7)) for part in (0.3, 0.5, 1)]
            path.curveTo(*(v for px, py in ends for v in (px, self.height - py)))
        self._canvas.drawPath(path, stroke=1, fill=0)

    def dashes(self, x0: float, y: float, x1: float, sign: str = "-", size: float = 8) -> None:
        """A rule made of typed signs, as line printers draw it."""
        count = int((x1 - x0) / self.measure(sign, size))
        self.text(x0, y, sign * count, size=size)

    def paragraphs(
        self, x: float, y: float, texts: Iterable[str], width: float, size: float
    ) -> float:
        for text in texts:
            y = self.text(x, y, text, size=size, width=width, colour=GREY) + 2
        return y

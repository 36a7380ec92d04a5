"""Drawn lines of PDFs and of pictures."""

from __future__ import annotations

import io
import math
import time

import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageDraw
from reportlab.pdfgen.canvas import Canvas

from include.models import Box
from include.pages.worker.tables.rulings import image_rulings, pdf_rulings
from tests import papers
from tests.ruled import pdf, read

SCALE = 200 / 72


def near(box: Box, *values: float, within: float = 2.0) -> bool:
    pairs = zip((box.x0, box.y0, box.x1, box.y1), values, strict=True)
    return all(abs(a - b) <= within for a, b in pairs)


def test_lines_and_thin_rectangles_lie_where_they_are_drawn() -> None:
    _, rulings = read(pdf([(60, 60, "x")], lines=[(60, 100, 500, 100)], boxes=[(80, 200, 81, 300)]))
    assert any(near(box, 60, 100, 500, 100) for box in rulings)
    assert any(near(box, 80, 200, 81, 300) for box in rulings)


def test_an_outline_gives_its_four_sides() -> None:
    _, rulings = read(pdf([(60, 60, "x")], boxes=[(60, 100, 500, 160)]))
    assert len(rulings) == 4
    assert any(near(box, 60, 100, 60, 160) for box in rulings)
    assert any(near(box, 60, 160, 500, 160) for box in rulings)


# Turned, the line that ran across near the top runs down near an edge.
@pytest.mark.parametrize(
    ("rotate", "expected"),
    [(90, (742, 60, 742, 500)), (180, (95, 742, 535, 742)), (270, (100, 95, 100, 535))],
)
def test_lines_of_a_turned_page_lie_as_displayed(rotate: int, expected: tuple[float, ...]) -> None:
    _, [line] = read(pdf([(60, 60, "x")], lines=[(60, 100, 500, 100)], rotate=rotate))
    assert near(line, *expected)


def test_lines_are_counted_from_the_crop_box() -> None:
    _, [line] = read(pdf([(160, 160, "x")], lines=[(160, 200, 500, 200)], crop=(50, 42, 545, 742)))
    assert near(line, 110, 100, 450, 100)


def test_a_drawing_of_very_many_paths_has_no_lines_and_costs_little() -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842))
    for n in range(100_000):
        canvas.line(n % 500, n % 800, n % 500 + 20, n % 800)
    canvas.showPage()
    canvas.save()
    document = pypdfium2.PdfDocument(out.getvalue())
    page = document[0]
    page.get_size()
    begun = time.process_time()
    assert pdf_rulings(page) == ()
    assert time.process_time() - begun < 0.5
    page.close()
    document.close()


def drawn(*lines: tuple[float, float, float, float], texts: bool = True) -> Image.Image:
    """An A4 scan at 200 dpi with lines in points."""
    image = papers.picture(papers.INVOICE if texts else (), dpi=200)
    draw = ImageDraw.Draw(image)
    for line in lines:
        draw.line([v * SCALE for v in line], fill="black", width=3)
    return image


def found(image: Image.Image, skew: float = 0.0) -> list[Box]:
    boxes = image_rulings(np.asarray(image), SCALE, skew)
    return [Box(*(v / SCALE for v in (b.x0, b.y0, b.x1, b.y1))) for b in boxes]


def test_lines_of_a_scan_are_found_among_its_text() -> None:
    boxes = found(drawn((60, 205, 500, 205), (290, 205, 290, 270)))
    assert any(near(box, 60, 205, 500, 205, within=4) for box in boxes)
    assert any(near(box, 290, 205, 290, 270, within=4) for box in boxes)


def test_letters_are_no_lines() -> None:
    assert len(found(drawn())) <= 1


def test_a_broken_line_is_one_line() -> None:
    pieces = [(x, 400.0, x + 38.5, 400.0) for x in range(60, 460, 40)]
    [box] = found(drawn(*pieces, texts=False))
    assert near(box, 60, 400, 458.5, 400, within=4)


def test_lines_of_a_slightly_turned_scan_are_levelled_as_its_words_are() -> None:
    slope = math.tan(math.radians(0.6))
    image = drawn((60, 400, 500, 400 + 440 * slope), texts=False)
    [box] = found(image, skew=0.6)
    assert box.height < 1
    assert box.width == pytest.approx(440, abs=6)


def test_finding_the_lines_of_a_scan_is_cheap() -> None:
    array = np.asarray(drawn((60, 205, 500, 205)))
    image_rulings(array, SCALE)
    begun = time.process_time()
    for _ in range(3):
        image_rulings(array, SCALE)
    assert (time.process_time() - begun) / 3 < 0.12  # measured: 0.016 s


def test_an_empty_picture_has_no_lines() -> None:
    assert image_rulings(np.full((64, 256, 3), 255, np.uint8), SCALE) == ()

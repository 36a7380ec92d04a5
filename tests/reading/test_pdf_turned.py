"""PDF pages that lie on their side are read upright, whatever turned them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from include.models import Page
from include.pages.reader import read_file, render_page
from tests import papers

pytestmark = pytest.mark.usefixtures("reader")


def read(folder: Path, data: bytes) -> tuple[Path, Page]:
    path = folder / "file.pdf"
    path.write_bytes(data)
    [page] = read_file(path, "file.pdf").pages
    return path, page


def places(page: Page) -> dict[str, tuple[float, float]]:
    return {word.text: (word.box.x0, word.box.y0) for word in page.words}


def drawn_turned(degrees: int) -> bytes:
    """The page drawn sideways, without saying so."""
    out = io.BytesIO()
    size = (595, 842) if degrees == 180 else (842, 595)
    canvas = Canvas(out, pagesize=size)
    canvas.translate(size[0] / 2, size[1] / 2)
    canvas.rotate(degrees)
    canvas.translate(-595 / 2, -842 / 2)
    canvas.setFont("Vera", 11)
    for x, y, text in papers.INVOICE:
        canvas.drawString(x, 842 - y, text)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


@pytest.mark.parametrize("degrees", [90, 180, 270])
@pytest.mark.parametrize("how", ["page", "content"])
def test_words_stand_where_they_stand_on_the_upright_page(
    tmp_path: Path, how: str, degrees: int
) -> None:
    _, upright = read(tmp_path, papers.pdf())
    turned = papers.pdf(rotate=degrees) if how == "page" else drawn_turned(degrees)
    path, page = read(tmp_path, turned)
    assert [word.text for word in page.words] == [word.text for word in upright.words]
    assert (page.width, page.height) == (595, 842)
    assert page.rotation != 0 and "rotated" in page.flags
    for text, place in places(upright).items():
        assert places(page)[text] == pytest.approx(place, abs=2)
    picture = Image.open(io.BytesIO(render_page(path, "file.pdf", page, dpi=72)))
    box = next(word.box for word in page.words if word.text == "INV-2026-00417")
    ink = picture.convert("L").crop((round(box.x0), round(box.y0), round(box.x1), round(box.y1)))
    assert ink.getextrema()[0] < 128  # the picture is turned as the words are


def test_a_few_upright_words_beside_a_long_text_on_its_side_do_not_turn_the_page(
    tmp_path: Path,
) -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842))
    for x, y, text in papers.INVOICE:
        canvas.drawString(x, 842 - y, text)
    canvas.translate(20, 100)
    canvas.rotate(90)
    canvas.drawString(0, 0, "General terms apply to all deliveries")
    canvas.showPage()
    canvas.save()
    _, page = read(tmp_path, out.getvalue())
    assert page.rotation == 0
    assert "INV-2026-00417" in places(page)

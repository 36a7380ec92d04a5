"""Tables, blocks and language come out of files through the reader's own process."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from include.models import Page
from include.pages.reader import read_file
from tests import papers
from tests.ruled import grid, pdf, rows

pytestmark = pytest.mark.usefixtures("reader")

XS, YS = [60, 90, 300, 380, 460], [100, 124, 148, 172]
TEXTS = [
    (60, 60, "Commercial invoice for the goods that were shipped with the vessel named below"),
    (64, 116, "Pos"), (94, 116, "Description"), (304, 116, "Quantity"), (384, 116, "Amount"),
    (64, 140, "1"), (94, 140, "Hex bolt M8 x 40"), (304, 140, "120 pcs"), (384, 140, "1,234.50"),
    (64, 164, "2"), (94, 164, "Bearing housing"), (304, 164, "7 pcs"), (384, 164, "985.21"),
    (60, 220, "Please pay this amount within thirty days to the account of the seller"),
]  # fmt: skip
EXPECTED = [
    ["Pos", "Description", "Quantity", "Amount"],
    ["1", "Hex bolt M8 x 40", "120 pcs", "1,234.50"],
    ["2", "Bearing housing", "7 pcs", "985.21"],
]


def paper() -> bytes:
    return pdf(TEXTS, grid(XS, YS), size=11)


def scan(degrees: float = 0.0) -> Image.Image:
    document = pypdfium2.PdfDocument(paper())
    try:
        image = document[0].render(scale=200 / 72).to_pil().convert("RGB")
    finally:
        document.close()
    return image.rotate(degrees, fillcolor="white", resample=Image.Resampling.BICUBIC)


@pytest.fixture
def read(tmp_path: Path):
    def read_bytes(data: bytes, name: str) -> Page:
        path = tmp_path / "file"
        path.write_bytes(data)
        [page] = read_file(path, name).pages
        return page

    return read_bytes


def test_a_pdf_brings_its_tables_blocks_and_language(read) -> None:
    page = read(paper(), "invoice.pdf")
    [table] = page.tables
    assert rows(table) == EXPECTED
    assert (table.is_ruled, table.header_rows) == (True, 1)
    assert page.language == "en"
    assert [word.block for word in page.words] == sorted(word.block for word in page.words)
    assert len({word.block for word in page.words}) == 3


# Skewed as by a feeder: below the limit the boxes are levelled, above it the picture is turned.
@pytest.mark.parametrize("degrees", [0.0, 0.5, -1.5])
def test_a_scan_brings_the_same_table(read, degrees: float) -> None:
    page = read(papers.encoded(scan(degrees), dpi=(200, 200)), "scan.png")
    [table] = page.tables
    assert rows(table) == EXPECTED
    assert table.is_ruled
    assert page.language == "en"


def test_a_scan_inside_a_pdf_brings_its_table_too(read) -> None:
    page = read(papers.encoded(scan(), "PDF", resolution=200), "scan.pdf")
    [table] = page.tables
    assert rows(table) == EXPECTED
    assert "ocr" in page.flags


def test_a_scan_upside_down_has_its_lines_where_its_words_are(read) -> None:
    turned = Image.fromarray(np.ascontiguousarray(np.rot90(np.asarray(scan()), 2)))
    page = read(papers.encoded(turned, dpi=(200, 200)), "scan.png")
    [table] = page.tables
    assert page.rotation == 180
    assert rows(table) == EXPECTED
    assert table.is_ruled

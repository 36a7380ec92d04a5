"""Scans however they lie become the words of the upright page, through the reader's own process."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from PIL import Image, ImageFilter

from include.models import Page
from include.pages.reader import read_file
from tests import papers

pytestmark = pytest.mark.usefixtures("reader")


@pytest.fixture
def read(tmp_path: Path):
    def read_image(image: Image.Image, dpi: int) -> Page:
        path = tmp_path / "scan.png"
        path.write_bytes(papers.encoded(image, dpi=(dpi, dpi)))
        [page] = read_file(path, "scan.png").pages
        return page

    return read_image


def places(page: Page) -> dict[str, tuple[float, float]]:
    """The middle of every word that is printed once, in points."""
    count = Counter(word.text for word in page.words)
    return {
        word.text: ((word.box.x0 + word.box.x1) / 2, word.box.middle)
        for word in page.words
        if count[word.text] == 1
    }


def is_at_the_same_places(page: Page, upright: Page, points: float) -> bool:
    here, there = places(page), places(upright)
    return here.keys() == there.keys() and all(
        here[word] == pytest.approx(there[word], abs=points) for word in there
    )


@pytest.mark.parametrize("dpi", [150, 200])
def test_words_of_turned_pages_stand_where_those_of_the_upright_page_do(read, dpi: int) -> None:
    sheet = papers.picture(dpi=dpi)
    upright = read(sheet, dpi)
    assert len(places(upright)) > 30
    for turns in (1, 2, 3):
        page = read(sheet.rotate(90 * turns, expand=True), dpi)
        assert (page.rotation, "rotated" in page.flags) == (90 * turns, True)
        assert is_at_the_same_places(page, upright, points=2)


@pytest.mark.parametrize("degrees", [0.5, -2, 5, -10])
def test_a_crooked_page_is_straightened(read, degrees: float) -> None:
    sheet = papers.picture(dpi=150)
    crooked = sheet.rotate(degrees, fillcolor="white", resample=Image.Resampling.BICUBIC)
    assert is_at_the_same_places(read(crooked, 150), read(sheet, 150), points=3.5)


def test_a_page_that_lies_on_its_side_and_crooked_is_put_right(read) -> None:
    sheet = papers.picture(dpi=150)
    crooked = sheet.rotate(92, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC)
    page = read(crooked, 150)
    assert page.rotation == 90
    assert {"INV-2026-00417", "1,234.50", "Hamburg"} <= {word.text for word in page.words}


@pytest.mark.parametrize("dpi", [72, 100])
def test_a_coarse_scan_is_enlarged_and_read(read, dpi: int) -> None:
    fine = {word.text for word in read(papers.picture(dpi=200), 200).words}
    coarse = {word.text for word in read(papers.picture(dpi=dpi), dpi).words}
    assert len(fine & coarse) >= 0.9 * len(fine)
    assert {"INV-2026-00417", "1,234.50", "2,219.71"} <= coarse


def test_confidence_is_a_probability_that_falls_with_legibility(read) -> None:
    sheet = papers.picture(dpi=100)
    clear = [word.confidence for word in read(sheet, 100).words]
    blurred = sheet.filter(ImageFilter.GaussianBlur(1.4))
    poor = [word.confidence for word in read(blurred, 100).words]
    assert all(0 < value < 1 for value in [*clear, *poor])
    assert sum(clear) / len(clear) > 0.9
    assert sum(poor) / len(poor) < sum(clear) / len(clear) - 0.05


def test_a_page_says_which_engine_of_which_version_read_it(read) -> None:
    from include.pages.worker.engines.registry import engine_version

    assert read(papers.picture(), 150).engine == engine_version("rapidocr")

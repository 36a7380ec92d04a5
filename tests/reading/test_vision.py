"""Poor pages of real files get another look: shown to a model on loopback, or read once more."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from include.document_types.catalogue import Catalogue, load_catalogue
from include.document_types.schema import ReadingEntry
from include.models import Page
from include.pages.reader import read_file
from include.pages.vision.escalate import MAX_SIDE, SKIPPED, escalate, is_better
from include.pages.vision.improve import REFUSED, UNAVAILABLE
from include.settings import Settings, load_settings
from tests import papers
from tests.model_server import Answer, ModelServer, serving

pytestmark = pytest.mark.usefixtures("reader")

CATALOGUE = load_catalogue()
LINES = [
    "COMMERCIAL INVOICE",
    *(text for _, _, text in papers.INVOICE[1:5]),
    "Item Quantity Amount",
    "Hex bolt M8 x 40 120 1,234.50",
    "Bearing housing 7 985.21",
    "Total EUR 2,219.71",
]


@pytest.fixture
def scan(tmp_path: Path) -> tuple[Path, tuple[Page, ...]]:
    """A scan of two pages and what was read of it; its second page is marked poor."""
    path = tmp_path / "scan.tif"
    frames = [papers.picture(), papers.picture()]
    frames[0].save(path, save_all=True, append_images=frames[1:], dpi=(150, 150))
    first, second = read_file(path, "scan.tif").pages
    words = tuple(replace(word, confidence=0.5) for word in second.words)
    return path, (first, replace(second, words=words, flags=(*second.flags, "poor")))


def _settings(server: ModelServer | None = None, **more: str) -> Settings:
    if server:
        more |= {"LADING_LLM_BASE_URL": server.base_url, "LADING_VISION_MODEL": "eye"}
    return load_settings({"LADING_HOME": "nowhere", **more})


def _typed(engine: str, below: float) -> Catalogue:
    """The catalogue with a word about reading invoices."""
    entry = ReadingEntry.model_validate({"engine": engine, "below": below})
    invoice = replace(CATALOGUE.types["invoice"], reading=entry)
    return replace(CATALOGUE, types={**CATALOGUE.types, "invoice": invoice})


def _answer(*lines: str) -> Answer:
    return Answer(json.dumps({"lines": list(lines or LINES)}))


def test_only_the_poor_page_is_shown_and_its_words_become_surer(scan) -> None:
    path, pages = scan
    with serving(_answer()) as server:
        improved, calls = escalate(pages, path, path.name, CATALOGUE, _settings(server))
    assert improved[0] == pages[0]
    assert improved[1].engine == f"{pages[1].engine}+vision:eye"
    assert "poor" not in improved[1].flags
    assert [w.box for w in improved[1].words] == [w.box for w in pages[1].words]
    assert sum(w.confidence > 0.8 for w in improved[1].words) > 0.9 * len(pages[1].words)
    assert [call.purpose for call in calls] == ["vision"]
    [request] = server.requests
    url = request["messages"][1]["content"][1]["image_url"]["url"]
    picture = Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))
    assert max(picture.size) <= MAX_SIDE
    assert max(picture.size) > 0.9 * MAX_SIDE


def test_without_a_model_the_pages_are_the_same(scan) -> None:
    path, pages = scan
    assert escalate(pages, path, path.name, CATALOGUE, _settings()) == (pages, ())


def test_a_document_type_may_have_every_scan_of_it_shown(scan) -> None:
    path, pages = scan
    with serving(_answer()) as server:
        settings = _settings(server)
        improved, calls = escalate(pages, path, path.name, _typed("vision", 1.0), settings)
    assert all("vision" in page.flags for page in improved)
    assert len(calls) == 2


@pytest.mark.parametrize(
    ("answer", "flag"),
    [(Answer(status=503), UNAVAILABLE), (Answer(status=401), REFUSED)],
)
def test_a_model_that_is_down_is_asked_once_and_fails_nothing(
    scan, answer: Answer, flag: str
) -> None:
    path, pages = scan
    with serving(answer) as server:
        settings = _settings(server)
        told, calls = escalate(pages, path, path.name, _typed("vision", 1.0), settings)
    assert [page.words for page in told] == [page.words for page in pages]
    assert all(flag in page.flags for page in told)
    assert len(calls) == len(server.requests) == 1


def test_so_many_pages_and_no_more_are_shown(scan, monkeypatch: pytest.MonkeyPatch) -> None:
    path, pages = scan
    monkeypatch.setattr("include.pages.vision.escalate.MAX_PAGES", 1)
    with serving(_answer()) as server:
        settings = _settings(server)
        told, calls = escalate(pages, path, path.name, _typed("vision", 1.0), settings)
    assert "vision" in told[0].flags
    assert SKIPPED in told[1].flags
    assert len(calls) == 1


def test_a_page_without_a_picture_keeps_its_words(scan) -> None:
    path, pages = scan
    path.write_bytes(b"gone")
    with serving(_answer()) as server:
        told, calls = escalate(pages, path, path.name, CATALOGUE, _settings(server))
    assert told[1].words == pages[1].words
    assert UNAVAILABLE in told[1].flags
    assert calls == ()
    assert server.requests == []


def test_a_poor_page_is_read_again_by_the_other_engine_and_the_better_reading_kept(scan) -> None:
    path, pages = scan
    settings = _settings(LADING_OCR_ESCALATE="tesseract")
    read, calls = escalate(pages, path, path.name, CATALOGUE, settings)
    assert read[0] == pages[0]
    assert "reread:tesseract" in read[1].flags
    assert read[1].engine.startswith("tesseract")
    assert read[1].number == 2
    assert sum(w.confidence for w in read[1].words) > sum(w.confidence for w in pages[1].words)
    assert read[1].seconds > pages[1].seconds
    assert calls == ()


def test_a_good_page_is_kept_when_the_second_reading_is_no_better(scan) -> None:
    path, pages = scan
    sure = tuple(replace(word, confidence=1.0) for word in pages[0].words)
    first = replace(pages[0], words=sure)
    [read], _ = escalate([first], path, path.name, _typed("tesseract", 1.0), _settings())
    assert read.words == sure
    assert "reread:tesseract" in read.flags


def test_an_engine_that_overstates_itself_has_to_be_clearly_surer(scan) -> None:
    _, (page, _) = scan
    first = replace(page, words=tuple(replace(w, confidence=0.60) for w in page.words))
    for confidence, expected in ((0.70, False), (0.95, True)):
        words = tuple(replace(w, confidence=confidence) for w in page.words)
        again = replace(page, words=words, engine="tesseract-2.13.0")
        assert is_better(again, first) is expected
        assert not is_better(replace(again, words=words[: len(words) // 2]), first)


def test_a_file_with_a_text_layer_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "invoice.pdf"
    path.write_bytes(papers.pdf())
    pages = read_file(path, path.name).pages
    with serving(_answer()) as server:
        same, _ = escalate(pages, path, path.name, _typed("vision", 1.0), _settings(server))
    assert same == pages
    assert server.requests == []

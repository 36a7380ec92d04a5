"""Words of a PDF's text layer: where they end, where they stand, in which order."""

from __future__ import annotations

import pypdfium2
import pytest

from include.models import Word
from include.pages.worker.pdf.words import page_words, share_of_garbage
from tests import papers


def words_of(data: bytes) -> tuple[Word, ...]:
    document = pypdfium2.PdfDocument(data)
    try:
        page = document[0]
        try:
            return page_words(page)
        finally:
            page.close()
    finally:
        document.close()


def texts(words: tuple[Word, ...]) -> list[str]:
    return [word.text for word in words]


def lines(words: tuple[Word, ...]) -> list[str]:
    numbers = sorted({word.line for word in words})
    return [" ".join(w.text for w in words if w.line == n) for n in numbers]


def test_words_stand_where_they_were_drawn_counted_from_the_top_left() -> None:
    [word] = words_of(papers.pdf([(100, 200, "Hamburg")], size=12))
    assert word.text == "Hamburg"
    assert word.box.x0 == pytest.approx(100, abs=2)
    assert word.box.y1 == pytest.approx(203, abs=2)  # the g hangs below the baseline
    assert word.box.height == pytest.approx(11, abs=2)
    assert word.confidence == 1.0


def test_cells_of_a_row_are_lines_of_their_own_read_from_left_to_right() -> None:
    read = lines(words_of(papers.pdf()))
    at = read.index("Hex bolt M8 x 40")
    assert read[at : at + 3] == ["Hex bolt M8 x 40", "120", "1,234.50"]
    assert read[0] == "COMMERCIAL INVOICE"


def test_cells_that_nearly_touch_are_not_glued() -> None:
    read = words_of(
        papers.pdf([(60, 100, "KEY-MECH-006"), (60 + papers.width("KEY-MECH-006") + 3, 100, "4")])
    )
    assert texts(read) == ["KEY-MECH-006", "4"]


def test_accents_and_umlauts_come_through() -> None:
    assert texts(words_of(papers.pdf([(60, 100, "Präzision à Málaga")]))) == [
        "Präzision", "à", "Málaga",
    ]  # fmt: skip


# The words of a page that its PDF shows turned are upright for a person, and so are the boxes.
@pytest.mark.parametrize(
    ("rotate", "x", "y"),
    [(90, 842 - 200, 100), (180, 595 - 100, 842 - 200), (270, 200, 595 - 100)],
)
def test_a_turned_page_has_its_words_where_they_are_displayed(
    rotate: int, x: float, y: float
) -> None:
    [word] = words_of(papers.pdf([(100, 200, "X")], rotate=rotate))
    assert (word.box.x0 + word.box.x1) / 2 == pytest.approx(x, abs=8)
    assert word.box.middle == pytest.approx(y, abs=8)


def test_words_outside_the_crop_box_are_not_read_and_the_rest_is_counted_from_it() -> None:
    data = papers.pdf([(100, 200, "inside"), (100, 700, "outside")], crop=(50, 442, 545, 842))
    [word] = words_of(data)
    assert word.text == "inside"
    assert word.box.x0 == pytest.approx(50, abs=2)


def test_a_text_layer_without_known_characters_is_recognised_as_garbage() -> None:
    box = words_of(papers.pdf([(60, 100, "x")]))[0].box
    assert share_of_garbage([Word("\ue012\ue044", box), Word("ab", box)]) == 0.5
    assert share_of_garbage([Word("Rechnung", box)]) == 0

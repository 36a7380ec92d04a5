"""A model's lines held against the words read here: what agrees, what is corrected, what is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from include.models import Box, Cell, Element, Page, Table, Word
from include.pages.vision.align import align
from include.pages.vision.merge import merge
from include.pages.vision.need import GOOD_WORD, needs_help
from tests.drawn import drawn_page


def scanned(drawing: str, *poor: str, confidence: float = 0.8, flags=("ocr",)) -> Page:
    """A drawn page as OCR would give it; the words in `poor` are likely wrong."""
    page = drawn_page(drawing, confidence=confidence)
    words = tuple(replace(w, confidence=0.4) if w.text in poor else w for w in page.words)
    return replace(page, words=words, engine="rapidocr-small", flags=flags)


def word(page: Page, text: str) -> Word:
    [found] = [word for word in page.words if word.text == text]
    return found


def places(page: Page) -> list[Box]:
    return [word.box for word in page.words]


TEXT = """
                    INVOICE
Invoice No: 4711-88            Date: 14.02.2026
We thank you for your order
Total EUR   1.234,50
"""
SAID = [
    "INVOICE",
    "Invoice No: 4711-88 Date: 14.02.2026",
    "We thank you for your order",
    "Total EUR 1.234,50",
]


def test_words_that_the_model_reads_too_gain_confidence_but_stay_below_a_text_layer() -> None:
    page = scanned(TEXT)
    merged = merge(page, SAID)
    assert [w.text for w in merged.words] == [w.text for w in page.words]
    assert places(merged) == places(page)
    assert all(0.9 < w.confidence < 1.0 for w in merged.words)
    assert merged.flags == ("ocr", "vision")


def test_the_order_of_the_lines_does_not_matter() -> None:
    page = scanned(TEXT)
    assert merge(page, SAID[::-1]).words == merge(page, SAID).words
    split = ["Invoice No: 4711-88", "Date: 14.02.2026", SAID[0], *SAID[2:]]
    assert merge(page, split).words == merge(page, SAID).words


def test_a_line_that_runs_over_several_rows_is_found_on_all_of_them() -> None:
    merged = merge(scanned(TEXT), [" ".join(SAID[:2]), " ".join(SAID[2:])])
    assert all(w.confidence > 0.9 for w in merged.words)
    assert merged.flags == ("ocr", "vision")


def test_a_poor_word_takes_the_models_text_at_its_own_place() -> None:
    page = scanned(TEXT.replace("thank", "th4nk"), "th4nk")
    merged = merge(page, SAID)
    corrected = word(merged, "thank")
    assert corrected.box == word(page, "th4nk").box
    assert GOOD_WORD < corrected.confidence < 0.9
    assert "vision_corrected:1" in merged.flags


def test_a_confident_word_keeps_its_text_and_is_doubted() -> None:
    merged = merge(scanned(TEXT.replace("order", "ardor"), confidence=0.95), SAID)
    assert word(merged, "ardor").confidence == pytest.approx(0.7)
    assert "order" not in [w.text for w in merged.words]


@pytest.mark.parametrize("said", ["1.234,58", "1.284,50", "1,234.50", "1.234,5"])
def test_confident_digits_are_never_replaced_but_become_doubtful(said: str) -> None:
    lines = [*SAID[:3], f"Total EUR {said}"]
    merged = merge(scanned(TEXT, confidence=0.95), lines)
    assert word(merged, "1.234,50").confidence < GOOD_WORD
    assert "vision_conflicts:1" in merged.flags
    assert said not in [w.text for w in merged.words]


def test_poor_digits_are_corrected_but_stay_doubtful() -> None:
    merged = merge(scanned(TEXT.replace("1.234,50", "1.Z34,5O"), "1.Z34,5O"), SAID)
    assert word(merged, "1.234,50").confidence < GOOD_WORD


def test_what_the_model_could_not_read_itself_replaces_nothing() -> None:
    merged = merge(
        scanned(TEXT.replace("thank", "thamk"), "thamk"), ["We th?nk you for your order"]
    )
    assert word(merged, "thamk").confidence == pytest.approx(0.4)


def test_lines_that_stand_nowhere_are_dropped_and_counted() -> None:
    page = scanned(TEXT)
    merged = merge(page, [*SAID, "IBAN DE89 3704 0044", "Approved"])
    assert [w.text for w in merged.words] == [w.text for w in page.words]
    assert "vision_ungrounded:5" in merged.flags


def test_a_word_invented_within_a_line_is_dropped() -> None:
    merged = merge(scanned(TEXT), [*SAID[:2], "We thank you kindly for your order", SAID[3]])
    assert "kindly" not in [w.text for w in merged.words]
    assert "vision_ungrounded:1" in merged.flags


def test_words_that_the_model_leaves_out_stay_as_they_are() -> None:
    page = scanned(TEXT)
    merged = merge(page, SAID[:1])
    assert [w for w in merged.words if w.text != "INVOICE"] == [
        w for w in page.words if w.text != "INVOICE"
    ]


def test_rows_that_are_nearly_the_same_are_not_mixed_up() -> None:
    page = scanned("""
Bolt M8    12 pcs    1.50    18.00
Bolt M8    12 pcs    1.50    18.80
Bolt M8    15 pcs    1.50    22.50
""")
    said = ["Bolt M8 12 pcs 1.50 18.00", "Bolt M8 12 pcs 1.50 18.80", "Bolt M8 15 pcs 1.50 22.50"]
    merged = merge(page, said)
    assert all(w.confidence > 0.9 for w in merged.words)
    swapped = merge(page, [said[2], said[1], said[0]])
    assert "vision_conflicts" not in " ".join(swapped.flags)


def moved(page: Page, text: str, points: float) -> Page:
    """The page with one word so much further to the left."""
    box = word(page, text).box
    nearer = Box(box.x0 - points, box.y0, box.x1 - points, box.y1)
    words = tuple(replace(w, box=nearer) if w.text == text else w for w in page.words)
    return replace(page, words=words)


def test_words_of_the_same_signs_get_the_models_blanks() -> None:
    page = moved(scanned("InvoiceNo: 4711\nGross wei ght 12 kg"), "ght", 4)
    merged = merge(page, ["Invoice No: 4711", "Gross weight 12 kg"])
    said = " ".join(w.text for w in merged.words)
    assert said == "Invoice No: 4711 Gross weight 12 kg"
    assert all(w.confidence > 0.9 for w in merged.words)
    assert word(merged, "weight").box == word(page, "wei").box.union(word(page, "ght").box)


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("qty 12 31.00 each", "qty 1231.00 each"),  # two columns are not one number
        ("qty 1231.00 each", "qty 12 31.00 each"),  # nor is one number two
        ("net    weight of all", "netweight of all"),  # a wide gap stays a gap
    ],
)
def test_numbers_and_columns_are_neither_joined_nor_torn(printed: str, said: str) -> None:
    page = scanned(printed)
    assert [w.text for w in merge(page, [said]).words] == [w.text for w in page.words]


def test_a_poor_word_that_is_two_shares_its_box_out() -> None:
    page = scanned("Invoice Nunber4711 of today", "Nunber4711")
    merged = merge(page, ["Invoice Number 4711 of today"])
    left, right = word(merged, "Number").box, word(merged, "4711").box
    whole = word(page, "Nunber4711").box
    assert (left.x0, right.x1) == pytest.approx((whole.x0, whole.x1))
    assert left.x1 < right.x0


def test_two_poor_halves_of_a_word_become_one() -> None:
    page = scanned("the consi gnec of today", "consi", "gnec")
    merged = merge(page, ["the consignee of today"])
    assert word(merged, "consignee").box == word(page, "consi").box.union(word(page, "gnec").box)


def test_a_text_layer_is_left_alone() -> None:
    page = replace(drawn_page(TEXT), flags=("ocr",))
    assert merge(page, [line.replace("4711", "4712") for line in SAID]).words == page.words


def test_elements_and_cells_say_what_their_words_say() -> None:
    page = scanned("Gross wcight 12 kg", "wcight")
    box = Box(0, 30, 200, 60)
    table = Table(box, (Cell("Gross wcight 12 kg", box, 0, 0), Cell("", Box(300, 0, 400, 9), 0, 1)))
    page = replace(page, elements=(Element("Text", "Gross wcight 12 kg", box),), tables=(table,))
    merged = merge(page, ["Gross weight 12 kg"])
    assert merged.elements[0].text == "Gross weight 12 kg"
    assert [cell.text for cell in merged.tables[0].cells] == ["Gross weight 12 kg", ""]


def test_a_page_stops_being_poor_when_enough_of_its_words_are_good() -> None:
    page = scanned(TEXT, confidence=0.5, flags=("ocr", "poor"))
    assert needs_help(page)
    merged = merge(page, SAID)
    assert "poor" not in merged.flags
    assert not needs_help(merged)
    assert "poor" in merge(page, SAID[:1]).flags


def test_nothing_is_grounded_on_an_empty_page() -> None:
    found = align((), ["ghost words"])
    assert (found.matches, found.ungrounded) == ((), ("ghost", "words"))


@pytest.mark.parametrize(
    ("confidence", "flags", "below", "expected"),
    [
        (0.9, ("ocr",), 0.75, False),  # a good scan
        (0.5, ("ocr",), 0.75, True),  # too few good words
        (0.9, ("ocr", "poor"), 0.75, True),  # its reader says so
        (0.9, ("ocr",), 1.0, True),  # every scan of this type
        (0.5, (), 0.75, False),  # a text layer
        (0.5, ("partly_ocr",), 0.75, True),  # what the text layer left out is poor
        (0.5, ("ocr", "blank"), 1.0, False),  # nothing to see
    ],
)
def test_only_scans_with_poor_words_need_help(
    confidence: float, flags: tuple[str, ...], below: float, expected: bool
) -> None:
    assert needs_help(scanned(TEXT, confidence=confidence, flags=flags), below) is expected

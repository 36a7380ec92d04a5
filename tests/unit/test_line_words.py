"""Where the words of a recognised line end, and how likely each is right."""

from __future__ import annotations

import numpy as np
import pytest

from include.pages.worker.engines.rapid import confidence
from include.pages.worker.engines.rapid.ctc import Alphabet, ReadLine, is_han, is_latin
from include.pages.worker.engines.rapid.line_words import Span, spans_of

STEP = 8


def line(chars: str, columns: list[int], steps: int, blanks: dict[int, float] | None = None):
    """A line that was read without doubt; `blanks`: probability of a blank behind a character."""
    seen = np.zeros(len(chars) - 1, np.float32)
    for index, probability in (blanks or {}).items():
        seen[index] = probability
    return ReadLine(chars, np.array(columns), np.full(len(chars), 1e-6), seen, steps)


def crop(columns: list[int], steps: int, width: int = 5) -> np.ndarray:
    """The image of a line with a black stroke `width` pixels wide at each of these steps."""
    image = np.full((30, steps * STEP, 3), 255, np.uint8)
    for column in columns:
        middle = int((column + 0.5) * STEP)
        image[4:26, middle - width // 2 : middle + width // 2 + 1] = 0
    return image


def words(read: ReadLine, image: np.ndarray) -> list[str]:
    return [read.chars[span.first : span.last] for span in spans_of(read, image)]


def test_a_blank_that_was_read_parts_words() -> None:
    columns = [1, 2, 3, 5, 6, 7]
    assert words(line("TAXINV", columns, 9, {2: 0.99}), crop(columns, 9)) == ["TAX", "INV"]


def test_white_as_wide_as_a_cell_parts_words_without_a_blank_read() -> None:
    columns = [1, 2, 3, 9, 10, 11]
    assert words(line("120985", columns, 13), crop(columns, 13)) == ["120", "985"]


def test_a_likely_blank_with_white_beside_it_parts_a_colon_from_its_label() -> None:
    columns = [1, 2, 3, 5, 7, 8]
    read = line("TEL:03", columns, 10, {2: 0.3, 3: 0.3})
    assert words(read, crop(columns, 10)) == ["TEL", ":", "03"]


def test_letters_that_touch_stay_one_word() -> None:
    columns = [1, 2, 3, 4, 5, 6]
    assert words(line("BATCHE", columns, 8), crop(columns, 8, width=7)) == ["BATCHE"]


def test_words_end_where_their_ink_ends() -> None:
    columns = [1, 2, 3, 9, 10, 11]
    first, second = spans_of(line("120985", columns, 13), crop(columns, 13))
    length = 13 * STEP
    assert first.start * length == pytest.approx(1.5 * STEP - 2, abs=1)
    assert first.end * length == pytest.approx(3.5 * STEP + 3, abs=1)
    assert second.start * length == pytest.approx(9.5 * STEP - 2, abs=1)
    assert second.end * length == pytest.approx(11.5 * STEP + 3, abs=1)


def test_a_doubtful_bound_makes_both_words_less_likely() -> None:
    columns = [1, 2, 3, 5, 6, 7]
    image = crop(columns, 9)
    sure, unsure = (spans_of(line("TAXINV", columns, 9, {2: p}), image)[0] for p in (0.99, 0.25))
    assert sure.bounds > unsure.bounds


def test_repeated_and_empty_steps_are_no_characters() -> None:
    alphabet = Alphabet(np.eye(4) * 9, np.zeros(4), ["", "A", "B", " "])
    steps = np.eye(4)[[0, 1, 1, 0, 1, 3, 2]]
    read = alphabet.read(steps)
    assert (read.chars, read.columns.tolist(), read.steps) == ("AAB", [1, 4, 6], 7)
    assert read.blanks[0] < 0.01 < 0.9 < read.blanks[1]
    assert (read.doubt < 0.01).all()


def test_fewer_letters_leave_the_others_out() -> None:
    alphabet = Alphabet(np.eye(4), np.zeros(4), ["", "\u5bb6", "A", " "])
    seen = np.array([[0.0, 3.0, 2.0, 0.0]])
    assert alphabet.read(seen).chars == "\u5bb6"
    assert alphabet.only(is_latin).read(seen).chars == "A"


def test_a_line_without_characters_has_no_words() -> None:
    empty = line("A", [1], 3).emptied()
    assert spans_of(empty, crop([], 3)) == []
    assert empty.score == 0.0


def test_latin_and_chinese_letters_are_told_apart() -> None:
    assert all(map(is_latin, "Az9ÄéŁ€–№×("))
    assert not any(map(is_latin, ("\u5bb6", "\uff08", "Ж", "")))
    assert is_han("\u5bb6")
    assert not is_han("A")


def chance(text: str, odds: float = 9.0, bounds: float = 1.0, doubtful: float = 0.02) -> float:
    word = confidence.Evidence(text, odds, -0.001, bounds)
    return confidence.probability(confidence.WEIGHTS, confidence.clues(word, doubtful))


def test_what_speaks_against_a_word_makes_it_less_likely() -> None:
    plain = chance("Invoice")
    assert 0.9 < plain < 1.0
    assert chance("Invoice", odds=2.0) < plain
    assert chance("Invoice", bounds=0.6) < plain
    assert chance("Invoice", doubtful=0.4) < plain
    assert chance("Inv0ice") < plain
    assert chance("12") < chance("12.50")


def test_a_word_read_without_any_doubt_may_still_be_wrong() -> None:
    assert chance("Invoice", odds=12.0, doubtful=0.0) < 1.0


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("TOTAL 80.90", [1.0, 0.0]),
        ("total: 8O.9O 80.90", [1.0, 0.0]),  # the word stands there, whatever else does
        ("TOTAL80.90", [0.0, 1.0]),  # the same characters, parted otherwise
        ("TOTAL 80.98", [0.0, 0.0]),
        ("", [0.0, 0.0]),
    ],
)
def test_a_second_reader_agrees_or_not(said: str, expected: list[float]) -> None:
    read = line("TOTAL80.90", list(range(10)), 12)
    assert confidence.opinion(read, Span(5, 10, 0.5, 1.0, 1.0), said) == expected


def test_a_second_reader_that_knows_no_accents_agrees_without_them() -> None:
    read = line("Müller", list(range(6)), 8)
    assert confidence.opinion(read, Span(0, 6, 0.0, 1.0, 1.0), "Muller GmbH") == [1.0, 0.0]

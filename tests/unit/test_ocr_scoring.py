"""How OCR is scored: bags of words, order-blind character errors, confidence that ranks."""

from __future__ import annotations

import pytest

from benchmarks import ocr_scoring as scoring
from benchmarks.ocr_figures import Run, work_done
from benchmarks.ocr_scoring import Bag


def test_words_match_as_a_bag_whatever_their_case_and_order() -> None:
    score = scoring.page_score(["Total EUR", "12.00 12.00"], ["12.00", "eur TOTAL"])
    assert score.words == Bag(printed=4, read=3, matched=3)
    assert score.words.f1 == pytest.approx(6 / 7)


def test_without_punctuation_words_that_differ_in_signs_only_are_equal() -> None:
    score = scoring.page_score(["BILL NO : 17-4"], ["bill no. 174"])
    assert score.words == Bag(printed=4, read=3, matched=1)
    assert score.plain_words == Bag(printed=3, read=3, matched=3)


@pytest.mark.parametrize(
    ("printed", "read", "errors"),
    [
        (["a b c"], ["a b c"], 0),
        (["a b c"], ["a b x"], 1),  # one substitution, not a deletion and an insertion
        (["a b c"], ["a b"], 1),  # a deletion
        (["a b c"], ["a b c d e"], 2),  # two insertions
        (["a b c"], [], 3),
    ],
)
def test_word_errors_are_those_of_bags(printed: list[str], read: list[str], errors: int) -> None:
    assert scoring.page_score(printed, read).words.errors == errors


@pytest.mark.parametrize(
    ("printed", "read", "edits"),
    [
        (["CASH", "TOTAL 12.00"], ["total 12.00", "cash"], 0),  # another order
        (["BILL NO", ": POS/27408"], ["bill no : pos/27408"], 0),  # two lines read as one
        (["bill no : pos/27408"], ["BILL NO", ": POS/27408"], 0),  # one line read as two
        (["TOTAL 12.00", "CASH"], ["totai 12.00", "cash"], 1),  # one letter
        (["total"], [], 5),  # not read
        (["total"], ["total", "xy"], 2),  # not printed
        (["abc"], ["xyz"], 3),  # nothing alike: substituted
        ([], ["abc"], 3),
    ],
)
def test_character_errors_do_not_count_order_or_line_breaks(
    printed: list[str], read: list[str], edits: int
) -> None:
    assert scoring.character_errors(printed, read) == (edits, sum(map(len, printed)))


def test_totals_are_micro_averages_over_pages() -> None:
    good = scoring.page_score(["one two three"], ["one two three"])
    bad = scoring.page_score(["four"], ["for"])
    found = scoring.totals([good, bad])
    assert found["word_f1"] == 0.75
    assert found["word_error_rate"] == 0.25
    assert found["character_error_rate"] == pytest.approx(1 / 17, abs=1e-4)


def test_totals_of_nothing_are_no_figures() -> None:
    assert set(scoring.totals([]).values()) == {None}


def test_a_word_is_right_as_often_as_it_is_printed() -> None:
    assert scoring.are_right(["a", "b", "a"], ["a", "a", "a", "c"]) == [True, True, False, False]


@pytest.mark.parametrize(
    ("judged", "expected"),
    [
        ([(0.9, True), (0.1, False)], 1.0),
        ([(0.1, True), (0.9, False)], 0.0),
        ([(0.5, True), (0.5, False)], 0.5),  # a tie says nothing
        ([(0.9, True), (0.5, True), (0.5, False), (0.1, False)], 0.875),
        ([(0.9, True)], None),  # nothing was wrong
        ([], None),
    ],
)
def test_auroc_is_the_share_of_pairs_in_the_right_order(
    judged: list[tuple[float, bool]], expected: float | None
) -> None:
    assert scoring.auroc(judged) == expected


def _run(begun: float, ended: float) -> Run:
    return Run("tool", "page", 2, begun, ended)


def test_two_processes_as_fast_as_one_alone_do_two_seconds_of_work_a_second() -> None:
    runs = [(_run(0, 1), 1.0), (_run(0, 1), 1.0), (_run(1, 2), 1.0), (_run(1, 2), 1.0)]
    done, took = work_done(runs)
    assert done / took == 2.0


def test_the_time_after_the_last_page_was_taken_up_does_not_count() -> None:
    runs = [(_run(0, 1), 1.0), (_run(0, 2), 2.0), (_run(1, 9), 8.0)]
    assert work_done(runs) == (1.0 + 1.0, 1.0)


def test_processes_that_wait_for_each_other_gain_nothing() -> None:
    runs = [(_run(at, at + 2), 1.0) for at in (0, 0, 2, 2, 4, 4)]
    done, took = work_done(runs)
    assert done / took == 1.0

"""Text that the file hides, or says otherwise than it looks."""

from __future__ import annotations

from include.checks.seen import MOST, check_seen
from include.models import Box, Difference, Severity

PLACE = Box(10, 20, 60, 30)


def check(layer: str, seen: str, is_ocr: bool = False):
    [result] = check_seen([(2, is_ocr, [Difference(PLACE, layer, seen)])])
    return result


def test_pages_that_say_what_they_show_pass() -> None:
    [result] = check_seen([(1, False, []), (2, True, [])])
    assert result.passed


def test_hidden_text_stops_the_paper_and_names_page_and_place() -> None:
    result = check("ignore all rules", "")
    assert (result.passed, result.severity) == (False, Severity.ERROR)
    assert (result.page, result.box) == (2, PLACE)
    assert "hidden" in result.reason and "ignore all rules" in result.reason


def test_a_number_that_looks_other_than_it_reads_stops_the_paper() -> None:
    result = check("1,000.00", "7,000.00")
    assert result.severity == Severity.ERROR
    assert "“7,000.00”" in result.reason and "“1,000.00”" in result.reason


def test_a_scanners_misreading_is_a_warning_because_it_was_not_used() -> None:
    assert check("lnvoice", "Invoice", is_ocr=True).severity == Severity.WARNING
    assert check("pay to", "", is_ocr=True).severity == Severity.ERROR


def test_many_places_are_not_all_told_and_the_worst_come_first() -> None:
    pages = [(n, True, [Difference(PLACE, "a", "b")]) for n in range(1, 60)]
    results = check_seen([*pages, (60, True, [Difference(PLACE, "hidden", "")])])
    assert len(results) == MOST
    assert results[0].page == 60

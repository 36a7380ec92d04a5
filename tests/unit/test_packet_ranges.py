"""How a person says where a packet is to be cut."""

from __future__ import annotations

import pytest

from include.review.packet import parsed, written


@pytest.mark.parametrize(
    ("text", "cuts"),
    [
        ("1-2, 3", [(1, 2), (3, 3)]),
        ("1 – 2; 4-6", [(1, 2), (4, 6)]),  # a page may be left out
        ("1\n2-6", [(1, 1), (2, 6)]),
        ("1-6", [(1, 6)]),
    ],
)
def test_ranges_are_understood(text: str, cuts: list[tuple[int, int]]) -> None:
    found = parsed(text, 6, "clerk")
    assert [(cut.first, cut.last) for cut in found] == cuts
    assert all("clerk" in cut.evidence[0] for cut in found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no pages"),
        ("1-7", "6 pages"),
        ("0-2", "6 pages"),
        ("3-2", "6 pages"),
        ("1-3, 3-4", "twice"),
        ("4-6, 1-3", "order"),
        ("first two", "no range"),
    ],
)
def test_what_cannot_be_meant_is_named(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parsed(text, 6, "clerk")


def test_cuts_are_written_as_they_are_read() -> None:
    assert written(parsed("1-2,3,4-6", 6, "clerk")) == "1-2, 3, 4-6"

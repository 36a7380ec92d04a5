"""Turns to do OCR are never more than the workers, and go round fairly."""

from __future__ import annotations

from include.pages.server.turns import Turns


def asked(turns: Turns, *documents: int) -> list[tuple[int, int]]:
    for document in documents:
        turns.ask(document)
    return list(turns.granted())


def test_a_document_alone_is_told_that_it_may_have_more() -> None:
    assert asked(Turns(3), 1) == [(1, 2)]


def test_no_more_turns_than_workers_are_given() -> None:
    turns = Turns(2)
    assert [document for document, _ in asked(turns, 1, 1, 2, 3)] == [1, 2]
    assert list(turns.granted()) == []


def test_whoever_has_fewest_turns_comes_first_then_whoever_waits_longest() -> None:
    turns = Turns(2)
    assert asked(turns, 1, 1) == [(1, 0), (1, 0)]
    assert asked(turns, 1, 2, 3) == []
    turns.give_back(1)
    assert list(turns.granted()) == [(2, 0)]
    turns.give_back(1)
    assert list(turns.granted()) == [(1, 0)]


def test_a_document_that_ends_leaves_its_turns_to_others() -> None:
    turns = Turns(1)
    asked(turns, 1, 1, 2)
    assert turns.is_concerned(1)
    turns.forget(1)
    assert not turns.is_concerned(1)
    assert list(turns.granted()) == [(2, 0)]


def test_a_turn_given_back_twice_makes_no_new_one() -> None:
    turns = Turns(1)
    asked(turns, 1)
    turns.give_back(1)
    turns.give_back(1)
    assert asked(turns, 2, 3) == [(2, 0)]

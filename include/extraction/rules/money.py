"""Amounts beside their labels: the last on the row, or the last under a caption."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from include.document_types.catalogue import FieldSpec
from include.extraction.finders.found import Habits
from include.extraction.labels.board import Board
from include.extraction.labels.match import LabelHit
from include.extraction.normalise import find
from include.extraction.rules.candidates import Candidate, as_candidate

#: Rows under a caption that are still its column of amounts.
COLUMN_ROWS = 5
#: The first of them may stand this many text heights under it.
FIRST_GAP = 5.0


def money_candidates(
    spec: FieldSpec, board: Board, hit: LabelHit, habits: Habits
) -> Iterator[Candidate]:
    """On a row such as `VAT 19 % on 100.00: 19.00` the amount is the last one."""
    on_row: list[Candidate] = []
    after = board.after(hit)
    for found in find(spec, after, habits):
        on_row.append(
            as_candidate(
                spec,
                replace(found, start=0),
                after[found.start :],
                board.sheet.number,
                hit,
                "after",
            )
        )
    reached = after
    if len(hit.segment.words) == hit.end + len(after):
        for segment in board.sheet.rows[hit.row].segments:
            if segment.box.x0 < hit.segment.box.x1:
                continue
            words = board.free(segment)
            for found in find(spec, words, habits):
                candidate = as_candidate(
                    spec,
                    replace(found, start=0, end=found.end - found.start),
                    words[found.start :],
                    board.sheet.number,
                    hit,
                    "right",
                )
                on_row.append(candidate)
            if len(words) < len(segment.words):
                break
            reached = words
    if on_row:
        best = max(candidate.score for candidate in on_row)
        good = [candidate for candidate in on_row if candidate.score >= 0.75 * best]
        for candidate in good[:-1]:
            yield replace(candidate, score=0.6 * candidate.score)
        yield good[-1]
        return
    if reached and not hit.is_alone:
        return
    yield from _under(spec, board, hit, habits)


def _under(spec: FieldSpec, board: Board, hit: LabelHit, habits: Habits) -> Iterator[Candidate]:
    """A caption over a column of amounts: the last is the sum."""
    column: list[Candidate] = []
    for segment in board.below(hit, COLUMN_ROWS, FIRST_GAP):
        found = find(spec, segment.words, habits)
        if not found:
            break
        column.append(
            as_candidate(
                spec,
                replace(found[-1], start=0, end=found[-1].end - found[-1].start),
                segment.words[found[-1].start :],
                board.sheet.number,
                hit,
                "below",
            )
        )
    for candidate in column[:-1]:
        yield replace(candidate, score=0.6 * candidate.score)
    yield from column[-1:]

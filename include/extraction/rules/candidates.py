"""Candidates for a field: values right of its label, or below it in the same column or box."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from include.document_types.catalogue import FieldSpec
from include.extraction.finders.found import Found, Habits
from include.extraction.labels.board import Board
from include.extraction.labels.match import LabelHit
from include.extraction.layout.page import cut
from include.extraction.layout.text import squash
from include.extraction.normalise import find
from include.models import Word

PLACES = {
    "after": 1.0,
    "right": 0.97,
    "below": 0.96,
    "far": 0.75,
    "table": 0.9,
    "title": 0.85,
    "pattern": 0.85,
    "letterhead": 0.92,
    "first": 0.5,
}


#: Between the two values of a combined label.
_PARTING = frozenset(("/", "-", "–", "|", ",", "V.", "V", "VOY", "VOY."))


@dataclass(frozen=True)
class Candidate:
    """One possible value of a field; `score` 0..1 joins label, place and type."""

    name: str
    value: str
    normalised: str
    words: tuple[Word, ...]
    page: int
    score: float
    label: str = ""
    place: str = "after"
    note: str = ""
    hit: LabelHit | None = None
    shared: bool = False
    is_weaker: bool = False

    @property
    def ocr(self) -> float:
        return min((word.confidence for word in self.words), default=1.0)


def candidates_for(
    spec: FieldSpec, board: Board, hit: LabelHit, habits: Habits
) -> Iterator[Candidate]:
    """All values that label `hit` may announce for a field that is no name or address."""
    after = board.after(hit)
    if after:
        yield from _typed(spec, hit, after, habits, "after", board)
        if spec.kind == "text":
            return
    if spec.kind == "date":
        yield from _over_two_lines(spec, board, hit, habits)
    right = list(_right(spec, board, hit, habits))
    below = list(_below(spec, board, hit, habits, bool(after)))
    for place, found in (("right", right), ("below", below)):
        liked = board.prefers(hit, place) if right and below else 1.0
        yield from (_worse(candidate, liked) for candidate in found)


def _right(spec: FieldSpec, board: Board, hit: LabelHit, habits: Habits) -> Iterator[Candidate]:
    for number, segment in enumerate(board.right(hit)):
        place = "far" if number else "right"
        fit = board.fit(hit, segment, place)
        for candidate in _typed(spec, hit, segment.words, habits, place, board):
            yield _worse(candidate, fit)


def _below(
    spec: FieldSpec, board: Board, hit: LabelHit, habits: Habits, is_second: bool
) -> Iterator[Candidate]:
    for depth, segment in enumerate(board.below(hit, 2)):
        fit = board.fit(hit, segment, "below") * (0.85 if depth or is_second else 1.0)
        for candidate in _typed(spec, hit, segment.words, habits, "below", board):
            yield _worse(candidate, fit)


def _over_two_lines(
    spec: FieldSpec, board: Board, hit: LabelHit, habits: Habits
) -> Iterator[Candidate]:
    """A date that ends in the next line: `Savannah, 5 de mayo de` / `2026`."""
    first = next(iter(board.right(hit)), None)
    if first is None or find(spec, first.words, habits):
        return
    for line in board.under(first, 1, hit):
        if len(line.words) <= 2:
            yield from _typed(spec, hit, first.words + line.words, habits, "right", board)


def _typed(
    spec: FieldSpec,
    hit: LabelHit,
    words: tuple[Word, ...],
    habits: Habits,
    place: str,
    board: Board,
) -> Iterator[Candidate]:
    words, is_part = _own_part(spec, hit, words)
    for found in find(spec, words, habits):
        candidate = as_candidate(spec, found, words, board.sheet.number, hit, place)
        yield candidate if not is_part else replace(candidate, shared=True)


def _own_part(
    spec: FieldSpec, hit: LabelHit, words: tuple[Word, ...]
) -> tuple[tuple[Word, ...], bool]:
    """`Vessel / Voyage: MSC ANNA / 123W` announces a text and a code: each takes its part."""
    if len(hit.names) < 2 or spec.kind not in ("text", "name", "code") or not words:
        return words, False
    head, tail = _parted(words)
    if tail:
        return (tail if spec.kind == "code" else head), True
    return words, False


def _parted(words: tuple[Word, ...]) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
    """The words before and behind a sign that parts them, or a last word with digits."""
    for n, word in enumerate(words):
        if n and (word.text in _PARTING or word.text.upper() in _PARTING):
            return words[:n], words[n + 1 :]
        glued = re.fullmatch(r"(.*[^\W\d])[/,](\S*\d\S*)?", word.text)
        if glued and (glued[2] or n + 1 < len(words)):
            left, right = cut(word, len(glued[1]) + 1)
            behind = (right,) if glued[2] else ()
            return (*words[:n], replace(left, text=glued[1])), (*behind, *words[n + 1 :])
    if any(c.isdigit() for c in words[-1].text):
        return words[:-1], words[-1:]
    return words, ()


def as_candidate(
    spec: FieldSpec,
    found: Found,
    words: Sequence[Word],
    page: int,
    hit: LabelHit | None,
    place: str,
) -> Candidate:
    """A found value as a candidate; the nearer to its label and the surer its type, the better."""
    score = PLACES[place] * found.quality * (hit.quality if hit else 1.0)
    skipped = found.start
    if hit is not None and skipped:
        score *= max(0.94**skipped, 0.6)
    return Candidate(
        spec.name,
        found.value,
        found.normalised,
        tuple(words[found.start : found.end]),
        page,
        score,
        hit.text if hit else "",
        place,
        found.note,
        hit,
        is_weaker=hit is not None and _is_weaker(spec, hit),
    )


def _is_weaker(spec: FieldSpec, hit: LabelHit) -> bool:
    text = squash(hit.text)
    return any(text.startswith(squash(beginning)) for beginning in spec.weaker_labels)


def _worse(candidate: Candidate, factor: float) -> Candidate:
    return candidate if factor == 1.0 else replace(candidate, score=candidate.score * factor)

"""Where on a page a model's lines stand: rows by their letters, words by the letters they share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from include.models import Word
from include.pages.vision.pairs import Match, matched
from include.pages.worker.layout.order import rows_of

#: Share of a line's letter pairs that a row must have; less between the rows of its neighbours.
ROW_SHARE, GAP_SHARE = 0.35, 0.1
#: What is left of a line is looked for in so many rows above and below, if it has so many signs.
NEAR_ROWS, NEAR_SIGNS, HOME_SIGNS = 3, 4, 2
#: Letter pairs that a row at the other end of the page must have more than one at the same height.
_FAR = 2.0
_PASSES = 4


@dataclass(frozen=True)
class Alignment:
    """What the model read of which words, and its words that stand nowhere on the page."""

    matches: tuple[Match, ...]
    ungrounded: tuple[str, ...]


@dataclass(frozen=True)
class _Piece:
    """A line of the model, or what is left of one; `home`: the row where the rest of it stands."""

    order: int
    tokens: tuple[str, ...]
    home: int | None = None

    @property
    def signs(self) -> int:
        return sum(map(len, self.tokens))


@dataclass
class _Board:
    """The rows of the page with the words that nothing has been matched with yet."""

    words: Sequence[Word]
    lines: int
    rows: list[list[int]]
    matches: list[Match] = field(default_factory=list)
    #: The row of each line of the model that has been found.
    homes: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.pairs = [self._pairs_of(row) for row in self.rows]

    def _pairs_of(self, row: Sequence[int]) -> Counter[str]:
        return letter_pairs([self.words[index].text for index in row])

    def place(self, pieces: Sequence[_Piece]) -> list[_Piece]:
        """Match what can be matched; returns what is left."""
        left: dict[int, list[_Piece]] = {n: [piece] for n, piece in enumerate(pieces)}
        placed: set[int] = set()
        for _, number, row in sorted(self._candidates(pieces), reverse=True):
            if number in placed:
                continue
            rest = self._match(pieces[number], row)
            if rest is not None:
                placed.add(number)
                left[number] = rest
        return [piece for number in range(len(pieces)) for piece in left[number]]

    def _candidates(self, pieces: Sequence[_Piece]) -> Iterator[tuple[float, int, int]]:
        """Weight, piece and row for every row where a piece may stand."""
        for number, piece in enumerate(pieces):
            wanted = letter_pairs(piece.tokens)
            total = max(wanted.total(), 1)
            low, high = self._gap(piece.order)
            for row, present in enumerate(self.pairs):
                shared = (wanted & present).total()
                least = GAP_SHARE if low <= row <= high else ROW_SHARE
                if shared and shared >= least * total and self._may_stand(piece, row):
                    away = abs(piece.order / max(self.lines, 1) - row / len(self.rows))
                    cover = shared / max(present.total(), 1)
                    yield shared * shared / total + cover - _FAR * away, number, row

    def _gap(self, order: int) -> tuple[int, int]:
        """The rows between those of the lines before and after, when they are known."""
        before = self.homes.get(order - 1, 0 if order == 0 else None)
        after = self.homes.get(order + 1, len(self.rows) - 1 if order == self.lines - 1 else None)
        if order in self.homes or before is None or after is None:
            return 0, -1
        return before, after

    def _may_stand(self, piece: _Piece, row: int) -> bool:
        if piece.home is None:
            return True
        if piece.home == row:
            return piece.signs >= HOME_SIGNS
        return abs(piece.home - row) <= NEAR_ROWS and piece.signs >= NEAR_SIGNS

    def _match(self, piece: _Piece, row: int) -> list[_Piece] | None:
        """What is left of the piece after matching it with the row; None when it is not there."""
        low, high = self._gap(piece.order)
        found = matched(self.words, self.rows[row], piece.tokens, low <= row <= high)
        if not found:
            return None
        self.matches += found
        used = {index for match in found for index in match.words}
        self.rows[row] = [index for index in self.rows[row] if index not in used]
        self.pairs[row] = self._pairs_of(self.rows[row])
        self.homes.setdefault(piece.order, row)
        taken = sorted(number for match in found for number in match.numbers)
        runs = (piece.tokens[a + 1 : b] for a, b in pairwise([-1, *taken, len(piece.tokens)]))
        return [replace(piece, tokens=run, home=row) for run in runs if run]


def align(words: Sequence[Word], lines: Sequence[str]) -> Alignment:
    """Match the model's lines with the words of a page, whatever order the lines come in."""
    if not words:
        return Alignment((), tuple(token for line in lines for token in line.split()))
    pieces = [
        _Piece(order, tokens) for order, line in enumerate(lines) if (tokens := tuple(line.split()))
    ]
    board = _Board(words, len(lines), rows_of([word.box for word in words]))
    for _ in range(_PASSES):
        before = len(board.matches)
        pieces = board.place(pieces)
        if not pieces or len(board.matches) == before:
            break
    pieces.sort(key=lambda piece: piece.order)
    return Alignment(
        tuple(board.matches), tuple(token for piece in pieces for token in piece.tokens)
    )


def letter_pairs(tokens: Sequence[str]) -> Counter[str]:
    """Pairs of neighbouring signs, the blank around each word among them."""
    padded = (f" {token.lower()} " for token in tokens)
    return Counter(text[n : n + 2] for text in padded for n in range(len(text) - 1))

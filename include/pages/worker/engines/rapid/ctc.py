"""From the recogniser's features to characters: which, where along the line, how sure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from include.pages.worker.engines.contract import Image

#: In the recogniser's alphabet: nothing, or the same character as before.
_NOTHING = 0


@dataclass(frozen=True)
class ReadLine:
    """The printed characters of one line.

    Per character: `columns`, at which of the line's `steps` it was first seen; `doubt`, the
    probability of all others where it was seen best. `blanks`, one less: the greatest probability
    of a blank between a character and the next.
    """

    chars: str
    columns: Image
    doubt: Image
    blanks: Image
    steps: int

    @property
    def score(self) -> float:
        """How sure the recogniser is of the characters on average; 0 without any."""
        return float(1 - self.doubt.mean()) if self.chars else 0.0

    def emptied(self) -> ReadLine:
        """The same line without characters."""
        return ReadLine("", self.columns[:0], self.doubt[:0], self.blanks[:0], self.steps)


class Alphabet:
    """The last layer of the recogniser, for all of its characters or for some of them."""

    def __init__(self, weights: Image, bias: Image, chars: Sequence[str]) -> None:
        self._weights, self._bias = weights, bias
        self._chars = chars
        self._blank = chars.index(" ")

    def only(self, is_kept: Callable[[str], bool]) -> Alphabet:
        """The same with only some of the characters, which is much less to compute."""
        kept = [i for i, char in enumerate(self._chars) if i == _NOTHING or is_kept(char)]
        weights = np.ascontiguousarray(self._weights[:, kept])
        return Alphabet(weights, self._bias[kept], [self._chars[i] for i in kept])

    def read(self, features: Image) -> ReadLine:
        """The most likely characters; `features` (steps, n)."""
        scores = features @ self._weights + self._bias
        best = scores.argmax(axis=1)
        scores -= scores.max(axis=1, keepdims=True)
        np.exp(scores, out=scores)
        total = scores.sum(axis=1)
        blank = scores[:, self._blank] / total
        doubt = (total - 1) / total  # where a probability itself would be rounded to 1
        begins = np.flatnonzero(np.diff(best, prepend=-1))
        doubt = np.minimum.reduceat(doubt, begins)
        printed = (best[begins] != _NOTHING) & (best[begins] != self._blank)
        columns = begins[printed]
        return ReadLine(
            "".join(self._chars[best[i]] for i in columns),
            columns,
            doubt[printed],
            np.array([blank[a : b + 1].max() for a, b in pairwise(columns)], np.float32),
            len(scores),
        )


def is_latin(char: str) -> bool:
    """Latin letters, digits, and the signs that are printed with them."""
    return len(char) == 1 and (char < "\u0250" or "\u2010" <= char <= "\u2044" or char in "€™№√×")


def is_han(char: str) -> bool:
    """Chinese characters, and those of Japanese that are as wide."""
    return "\u3000" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff"

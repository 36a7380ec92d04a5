"""What a finder answers, and how it looks at a run of words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from include.models import Word


@dataclass(frozen=True)
class Found:
    """A value in a run of words: `start`..`end` are word positions; `quality` 0..1 is how well
    it fits its type, `note` why it is not sure."""

    value: str
    normalised: str
    start: int
    end: int
    quality: float = 1.0
    note: str = ""


@dataclass(frozen=True)
class Habits:
    """How this document writes: what its unambiguous values and its labels show.

    `decimal`: "." or "," or "" when nothing shows it; `day_first`: None when nothing shows it.
    `is_american`: the sender's address is in the United States, where the month comes first.
    """

    language: str = "en"
    decimal: str = ""
    day_first: bool | None = None
    is_american: bool = False
    currency: str = ""
    is_scan: bool = False


@dataclass
class Run:
    """Words as one text with single blanks, and the way back from characters to words."""

    words: Sequence[Word]
    text: str = ""
    starts: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        for word in self.words:
            self.starts.append(len(self.text))
            self.text += word.text + " "
        self.text = self.text[:-1]

    def matches(self, pattern: re.Pattern[str]) -> Iterator[tuple[re.Match[str], int, int]]:
        """Each match with the positions of its first word and after its last."""
        for match in pattern.finditer(self.text):
            if match.end() > match.start():
                yield match, self.word_at(match.start()), self.word_at(match.end() - 1) + 1

    def word_at(self, offset: int) -> int:
        position = 0
        for index, start in enumerate(self.starts):
            if start > offset:
                break
            position = index
        return position

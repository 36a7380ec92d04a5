"""Whether what was seen on pages is text, and not only shapes that the engine took for words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

#: With fewer good words than this, what the engine saw is no text. The share is low on purpose: of
#: a bad scan a person should see what there is.
MIN_GOOD_SHARE, MIN_GOOD_WORDS = 0.15, 3


@dataclass(frozen=True)
class Seen:
    """What is on a page: how many words, how many of them surely, and whether as a text layer."""

    words: int
    good_words: int
    is_text: bool


def is_legible(pages: Iterable[Seen]) -> bool:
    """Whether a document with these pages can be used."""
    pages = tuple(pages)
    if any(page.is_text for page in pages):
        return True
    good = sum(page.good_words for page in pages)
    return good >= MIN_GOOD_WORDS and good >= MIN_GOOD_SHARE * sum(page.words for page in pages)

"""What a second reading of a page's words is worth: agreement, correction, conflict; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from include.document_types.schema import GOOD_SHARE
from include.models import Box, Page, Word
from include.pages.vision.align import align
from include.pages.vision.need import GOOD_WORD, POOR, good_share
from include.pages.vision.pairs import Match, alike

#: What remains of the doubt about a word when the model reads the same.
AGREED = 0.2
#: OCR words stay below 1: that is how they are told from a text layer.
MOST = 0.99
#: A word taken from the model; with digits it stays below what counts as good.
TAKEN, TAKEN_DIGITS = 0.75, 0.5
#: A good word of letters, or of digits, that the model reads otherwise.
DOUBTED, CONFLICT = 0.7, 0.4
#: A word is only replaced by a text so alike, and at most so many times as long or short.
REPLACEABLE, LONGER = 0.5, 1.6
#: Text heights between two words that may be one after all.
LETTER_GAP, FIGURE_GAP = 0.6, 0.3
UNGROUNDED, CORRECTED, CONFLICTS, VISION = (
    "vision_ungrounded", "vision_corrected", "vision_conflicts", "vision",
)  # fmt: skip
_DIGITS = re.compile(r"[\d.,]")


@dataclass(frozen=True)
class _Judged:
    """The words that stand for some of the page's words from now on."""

    words: tuple[Word, ...]
    is_corrected: bool = False
    is_conflict: bool = False


def merge(page: Page, lines: Sequence[str]) -> Page:
    """The page with its words weighed against the model's lines; no word gets a new place.

    Flags: `vision`, and how many words were corrected, are in conflict, or were said by the model
    but stand nowhere on the page (these are dropped).
    """
    found = align(page.words, lines)
    instead: dict[int, tuple[Word, ...]] = {}
    judged = []
    for match in found.matches:
        words = [page.words[index] for index in match.words]
        if any(word.confidence >= 1.0 for word in words):
            continue  # a text layer: nothing to gain
        judged.append(verdict := _judge(words, match))
        instead |= {index: () for index in match.words[1:]}
        instead[match.words[0]] = verdict.words
    now = tuple(word for index, old in enumerate(page.words) for word in instead.get(index, (old,)))
    counts = (
        (UNGROUNDED, len(found.ungrounded)),
        (CORRECTED, sum(verdict.is_corrected for verdict in judged)),
        (CONFLICTS, sum(verdict.is_conflict for verdict in judged)),
    )
    told = [f"{name}:{count}" for name, count in counts if count]
    flags = tuple(flag for flag in page.flags if flag != POOR)
    improved = replace(page, words=now, flags=(*flags, VISION, *told))
    if POOR in page.flags and good_share(improved) < GOOD_SHARE:
        improved = replace(improved, flags=(*improved.flags, POOR))
    return _retold(improved, page.words)


def _judge(words: Sequence[Word], match: Match) -> _Judged:
    ours, theirs = "".join(word.text for word in words), "".join(match.tokens)
    lowest = min(word.confidence for word in words)
    if ours == theirs:
        return _Judged(_spaced(tuple(map(_surer, words)), match.tokens))
    is_number = _number(ours) != _number(theirs)
    if lowest < GOOD_WORD and _may_replace(ours, theirs) and "?" not in theirs:
        has_digits = any(map(str.isdigit, theirs))
        taken = _taken(words, match.tokens, TAKEN_DIGITS if has_digits else TAKEN)
        if taken:
            return _Judged(taken, is_corrected=True)
    if is_number:
        return _Judged(tuple(_at_most(word, CONFLICT) for word in words), is_conflict=True)
    if _letters(ours) == _letters(theirs):
        return _Judged(tuple(words))  # signs and capitals: no reason to doubt
    return _Judged(tuple(_at_most(word, DOUBTED) for word in words))


def _surer(word: Word) -> Word:
    return replace(word, confidence=min(1 - (1 - word.confidence) * AGREED, MOST))


def _at_most(word: Word, confidence: float) -> Word:
    return replace(word, confidence=min(word.confidence, confidence))


def _number(text: str) -> str:
    """The digits with their separators; a sign at either end is not part of a number."""
    return "".join(_DIGITS.findall(text)).strip(".,")


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def _may_replace(ours: str, theirs: str) -> bool:
    ratio = max(len(ours), len(theirs)) / min(len(ours), len(theirs))
    is_long = ratio > LONGER and abs(len(ours) - len(theirs)) > 1
    return not is_long and alike(ours, theirs) >= REPLACEABLE


def _taken(words: Sequence[Word], tokens: Sequence[str], confidence: float) -> tuple[Word, ...]:
    """The model's texts at the places of the words; empty when they cannot be told apart.

    A word that was good keeps its confidence where the model reads it alike.
    """
    if len(words) == len(tokens):
        return tuple(
            _surer(word) if word.text == token else _put(word, token, confidence)
            for word, token in zip(words, tokens, strict=True)
        )
    if len(tokens) == 1 and len({word.line for word in words}) == 1:
        box = words[0].box
        for word in words[1:]:
            box = box.union(word.box)
        return (_put(replace(words[0], box=box), tokens[0], confidence),)
    if len(words) == 1:
        return tuple(
            _put(replace(words[0], box=box), token, confidence)
            for token, box in zip(tokens, _shares(words[0].box, tokens), strict=True)
        )
    return ()


def _spaced(words: tuple[Word, ...], tokens: Sequence[str]) -> tuple[Word, ...]:
    """Words of the same signs with the model's blanks, where these may well be right."""
    texts = [word.text for word in words]
    if texts == list(tokens) or (len(words) > 1 and len(tokens) > 1):
        return words
    are_digits = any(a[-1].isdigit() and b[0].isdigit() for a, b in pairwise(tokens))
    if are_digits or any(_are_apart(a, b) for a, b in pairwise(words)):
        return words
    return _taken(words, tokens, min(word.confidence for word in words)) or words


def _are_apart(a: Word, b: Word) -> bool:
    """Whether a gap is too wide for one word; that between figures may part two numbers."""
    are_figures = _DIGITS.match(a.text[-1]) and _DIGITS.match(b.text[0])
    gap = b.box.x0 - a.box.x1
    return gap > (FIGURE_GAP if are_figures else LETTER_GAP) * min(a.box.height, b.box.height)


def _put(word: Word, text: str, confidence: float) -> Word:
    return replace(word, text=text, confidence=confidence)


def _shares(box: Box, tokens: Sequence[str]) -> list[Box]:
    """A box in pieces as wide as the texts are long, with a blank between two."""
    step = box.width / (sum(map(len, tokens)) + len(tokens) - 1)
    boxes, at = [], box.x0
    for token in tokens:
        boxes.append(Box(at, box.y0, at + step * len(token), box.y1))
        at += step * (len(token) + 1)
    return boxes


def _retold(page: Page, before: Sequence[Word]) -> Page:
    """The page with the texts of elements and cells anew where their words have changed."""
    known = {(word.text, word.box) for word in before}
    changed = [word for word in page.words if (word.text, word.box) not in known]
    if not changed:
        return page

    def text_in(box: Box | None, text: str) -> str:
        if box is None or not any(_is_in(word, box) for word in changed):
            return text
        return " ".join(word.text for word in page.words if _is_in(word, box))

    return replace(
        page,
        elements=tuple(replace(e, text=text_in(e.box, e.text)) for e in page.elements),
        tables=tuple(
            replace(
                table, cells=tuple(replace(c, text=text_in(c.box, c.text)) for c in table.cells)
            )
            for table in page.tables
        ),
    )


def _is_in(word: Word, box: Box) -> bool:
    middle = (word.box.x0 + word.box.x1) / 2
    return box.x0 <= middle <= box.x1 and box.y0 <= word.box.middle <= box.y1

"""How words that were read are compared with what is printed; reading order does not count; pure.

Words: every page is a bag (multiset) of words, case-blind. F1 is micro-averaged over the pages.
The word error rate is that of bags, as in Vidal, Toselli, Ríos-Vila and Calvo-Zaragoza,
"End-to-End page-Level assessment of handwritten text recognition" (Pattern Recognition 142, 2023):
an unmatched word printed and an unmatched word read are one substitution, what is left over on
either side are deletions or insertions: (max(printed, read) - matched) / printed.

Characters: printed lines and lines read are matched greedily, and either may be part of the other,
after Clausner, Pletschacher and Antonacopoulos, "Flexible character accuracy measure for
reading-order-independent evaluation" (Pattern Recognition Letters 131, 2020). Equal lines go first,
then the longest printed line takes the piece of a read line that is most like it; what remains of
the longer one stays in play. Edits within the pairs, printed characters without a partner and
read ones without a partner, over all printed characters, are the character error rate.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein, ScoreAlignment

#: Shares of likeness at which lines are paired: first what is clearly the same, then the rest.
_CUTOFFS = (60.0, 0.0)
#: Characters by which the part of a line that matches may be longer than it first seems.
_MARGIN = 3
_ONE_SIDED = ("insert", "delete")
Span = tuple[int, int]


@dataclass(frozen=True)
class Bag:
    """Words printed, read, and matched one to one."""

    printed: int = 0
    read: int = 0
    matched: int = 0

    def __add__(self, other: Bag) -> Bag:
        return Bag(
            self.printed + other.printed, self.read + other.read, self.matched + other.matched
        )

    @property
    def f1(self) -> float | None:
        total = self.printed + self.read
        return 2 * self.matched / total if total else None

    @property
    def errors(self) -> int:
        """Substitutions, deletions and insertions when order does not count."""
        return max(self.printed, self.read) - self.matched


@dataclass(frozen=True)
class PageScore:
    """What one reading of one page got right; error rates are over the printed ones."""

    words: Bag
    plain_words: Bag
    character_edits: int
    characters: int


def page_score(printed: Sequence[str], read: Sequence[str]) -> PageScore:
    """One page: the lines that are printed on it and the lines that a tool read."""
    true, found = words_of(printed), words_of(read)
    edits, characters = character_errors(printed, read)
    return PageScore(bag(true, found), bag(plain(true), plain(found)), edits, characters)


def totals(scores: Sequence[PageScore]) -> dict[str, float | None]:
    """Micro averages over pages, as shares."""
    words = sum((score.words for score in scores), Bag())
    bare = sum((score.plain_words for score in scores), Bag())
    characters = sum(score.characters for score in scores)
    edits = sum(score.character_edits for score in scores)
    return {
        "word_f1": _rounded(words.f1),
        "word_f1_without_punctuation": _rounded(bare.f1),
        "word_error_rate": _rounded(words.errors / words.printed) if words.printed else None,
        "character_error_rate": _rounded(edits / characters) if characters else None,
    }


def words_of(lines: Iterable[str]) -> list[str]:
    """The words of lines in lower case."""
    return [word for line in lines for word in line.casefold().split()]


def plain(words: Iterable[str]) -> list[str]:
    """Words without punctuation; those that were nothing else are gone."""
    bare = ("".join(filter(str.isalnum, word)) for word in words)
    return [word for word in bare if word]


def bag(printed: Sequence[str], read: Sequence[str]) -> Bag:
    matched = (Counter(printed) & Counter(read)).total()
    return Bag(len(printed), len(read), matched)


def are_right(printed: Sequence[str], read: Sequence[str]) -> list[bool]:
    """For each word read, in that order, whether a printed word is left for it."""
    left = Counter(printed)
    right = []
    for word in read:
        right.append(left[word] > 0)
        left[word] -= 1
    return right


def auroc(judged: Sequence[tuple[float, bool]]) -> float | None:
    """How often a right word has a higher confidence than a wrong one; ties count half."""
    wrong_all = sum(not is_right for _, is_right in judged)
    right_all = len(judged) - wrong_all
    if not wrong_all or not right_all:
        return None
    by_confidence: dict[float, list[int]] = {}
    for confidence, is_right in judged:
        by_confidence.setdefault(confidence, [0, 0])[is_right] += 1
    better, wrong_below = 0.0, 0
    for confidence in sorted(by_confidence):
        wrong, right = by_confidence[confidence]
        better += right * (wrong_below + wrong / 2)
        wrong_below += wrong
    return better / (wrong_all * right_all)


def character_errors(printed: Sequence[str], read: Sequence[str]) -> tuple[int, int]:
    """Edits that turn what was read into what is printed, and how many characters are printed."""
    true, found = _lines(printed), _lines(read)
    size = sum(map(len, true))
    same = Counter(true) & Counter(found)
    true, found = (list((Counter(side) - same).elements()) for side in (true, found))
    edits = 0
    for cutoff in _CUTOFFS:
        paired, true, found = _paired(true, found, cutoff)
        edits += paired
    return edits + sum(map(len, true)) + sum(map(len, found)), size


def _lines(lines: Iterable[str]) -> list[str]:
    return [text for line in lines if (text := " ".join(line.casefold().split()))]


def _paired(printed: list[str], read: list[str], cutoff: float) -> tuple[int, list[str], list[str]]:
    """The edits within pairs at least `cutoff` percent alike, and what found no partner."""
    queue = [(-len(line), line) for line in printed]
    heapq.heapify(queue)
    edits = 0
    alone: list[str] = []
    while queue:
        line = heapq.heappop(queue)[1]
        best = max(
            ((hit.score, min(len(line), len(piece)), at, hit)
             for at, piece in enumerate(read)
             if (hit := fuzz.partial_ratio_alignment(line, piece, score_cutoff=cutoff))),
            key=lambda one: (one[0] * one[1], -one[2]),
            default=None,
        )  # fmt: skip
        if best is None:
            alone.append(line)
            continue
        piece = read.pop(best[2])
        cost, own, other = _place(line, piece, best[3])
        edits += cost
        read += _rest(piece, *other)
        for part in _rest(line, *own):
            heapq.heappush(queue, (-len(part), part))
    return edits, alone, read


def _place(line: str, piece: str, hit: ScoreAlignment) -> tuple[int, Span, Span]:
    """The edits between the parts of both that belong together, and these parts.

    The place found has the length of the shorter text, and an edge may lie a little beside it.
    """
    own, other = (hit.src_start, hit.src_end), (hit.dest_start, hit.dest_end)
    exact = (Levenshtein.distance(line[slice(*own)], piece[slice(*other)]), own, other)
    wide_own, wide_other = _wider(own, len(line)), _wider(other, len(piece))
    changes = list(Levenshtein.opcodes(line[slice(*wide_own)], piece[slice(*wide_other)]))
    while changes and changes[0].tag in _ONE_SIDED:
        changes.pop(0)
    while changes and changes[-1].tag in _ONE_SIDED:
        changes.pop()
    if not changes:
        return exact
    first, last = changes[0], changes[-1]
    cost = sum(
        max(one.src_end - one.src_start, one.dest_end - one.dest_start)
        for one in changes
        if one.tag != "equal"
    )
    own = (wide_own[0] + first.src_start, wide_own[0] + last.src_end)
    other = (wide_other[0] + first.dest_start, wide_other[0] + last.dest_end)
    return min(
        (exact, (cost, own, other)),
        key=lambda one: (one[0], len(line) + len(piece) - sum(b - a for a, b in one[1:])),
    )


def _wider(span: Span, length: int) -> Span:
    return max(span[0] - _MARGIN, 0), min(span[1] + _MARGIN, length)


def _rest(text: str, start: int, end: int) -> list[str]:
    """What is left of a text on both sides of its matched part."""
    return [part for part in (text[:start].strip(), text[end:].strip()) if part]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)

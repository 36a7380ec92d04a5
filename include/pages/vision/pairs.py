"""Which words of a row and which words of a model's line are the same print, sign by sign."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from include.models import Word

#: Share of the shorter side's signs that must be the same; less where nothing else can stand.
SAME_SIGNS, SAME_SIGNS_IN_GAP = 0.5, 0.25
#: Two readings less alike than this are not of the same print.
ALIKE = 0.4
#: A sign in the same place that is read as another counts half.
_REPLACED = 0.5
_LONGER = 1.2


@dataclass(frozen=True)
class Match:
    """Words by index and what the model read there; `numbers`: the tokens' places in its line."""

    words: tuple[int, ...]
    tokens: tuple[str, ...]
    numbers: tuple[int, ...]


def matched(
    words: Sequence[Word], row: Sequence[int], tokens: Sequence[str], is_gap: bool = False
) -> list[Match]:
    """The words of a row that the line reads too; empty when too little of it stands there."""
    seen = [words[index].text for index in row]
    here, there = _windows(seen, tokens)
    links, same = _links(seen, tokens, here, there)
    shorter = min(sum(len(seen[n]) for n in here), sum(len(tokens[n]) for n in there))
    if not links or same < (SAME_SIGNS_IN_GAP if is_gap else SAME_SIGNS) * shorter:
        return []
    found = []
    for left, right in _components(links):
        texts = "".join(seen[n] for n in left), "".join(tokens[n] for n in right)
        if alike(*texts) >= ALIKE:
            found.append(
                Match(
                    tuple(row[n] for n in left),
                    tuple(tokens[n] for n in right),
                    tuple(right),
                )
            )
    return found


def alike(a: str, b: str) -> float:
    """How alike two readings are, 0 to 1; capitals do not count."""
    from rapidfuzz.distance import Levenshtein

    return float(Levenshtein.normalized_similarity(_low(a), _low(b)))


def _low(text: str) -> str:
    """Lower case, sign for sign."""
    return "".join(low if len(low := sign.lower()) == 1 else sign for sign in text)


def _windows(seen: Sequence[str], tokens: Sequence[str]) -> tuple[list[int], list[int]]:
    """The stretch of the longer side where the shorter one stands, and all of the shorter."""
    a, b = _low("".join(seen)), _low("".join(tokens))
    here, there = list(range(len(seen))), list(range(len(tokens)))
    if len(a) > _LONGER * len(b):
        return _stretch(seen, a, b), there
    if len(b) > _LONGER * len(a):
        return here, _stretch(tokens, b, a)
    return here, there


def _stretch(texts: Sequence[str], whole: str, part: str) -> list[int]:
    """The texts of which at least half lies where `part` fits best into `whole`."""
    from rapidfuzz.fuzz import partial_ratio_alignment

    best = partial_ratio_alignment(part, whole)
    if best is None:
        return []
    start, end = best.dest_start, best.dest_end
    kept, at = [], 0
    for number, text in enumerate(texts):
        inside = min(end, at + len(text)) - max(start, at)
        if inside * 2 >= len(text):
            kept.append(number)
        at += len(text)
    return kept


def _links(
    seen: Sequence[str], tokens: Sequence[str], here: Sequence[int], there: Sequence[int]
) -> tuple[set[tuple[int, int]], int]:
    """Pairs of word and token that share at least half of the shorter one, and the equal signs."""
    from rapidfuzz.distance import Levenshtein

    a, owners = _flat(seen, here)
    b, others = _flat(tokens, there)
    weights: dict[tuple[int, int], float] = defaultdict(float)
    same = 0
    for step in Levenshtein.opcodes(a, b):
        if step.tag not in ("equal", "replace"):
            continue
        worth = 1.0 if step.tag == "equal" else _REPLACED
        for offset in range(step.src_end - step.src_start):
            pair = owners[step.src_start + offset], others[step.dest_start + offset]
            weights[pair] += worth
            same += step.tag == "equal"
    links = {
        pair
        for pair, weight in weights.items()
        if weight >= 0.5 * min(len(seen[pair[0]]), len(tokens[pair[1]]))
    }
    return links, same


def _flat(texts: Sequence[str], numbers: Sequence[int]) -> tuple[str, list[int]]:
    """The texts as one string, and for every sign the number of its text."""
    owners = [number for number in numbers for _ in texts[number]]
    return "".join(_low(texts[number]) for number in numbers), owners


def _components(links: set[tuple[int, int]]) -> list[tuple[list[int], list[int]]]:
    """Words and tokens that hang together, in the order of the words."""
    groups: list[tuple[set[int], set[int]]] = []
    for word, token in sorted(links):
        joined = [group for group in groups if word in group[0] or token in group[1]]
        groups = [group for group in groups if group not in joined]
        left = {word}.union(*(group[0] for group in joined))
        right = {token}.union(*(group[1] for group in joined))
        groups.append((left, right))
    return [(sorted(left), sorted(right)) for left, right in groups]

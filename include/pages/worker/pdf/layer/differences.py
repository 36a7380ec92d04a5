"""Where a text layer says what nobody sees, or something else than is seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from include.models import Box, Difference, Word
from include.pages.worker.pdf.layer.likeness import SAME, digits, likeness, plain
from include.pages.worker.pdf.words import lined_up

#: More differences say nothing more, and longer ones neither.
MAX_DIFFERENCES, MAX_TEXT = 50, 500
#: Hidden text of fewer letters, without a digit, is a slip.
MIN_LETTERS = 2
#: The invisible text under a scan: so many words, of which so many agree with the picture, are a
#: scanner's; then only what stands on empty paper and numbers that are other ones count.
SCANNER_WORDS, SCANNER_AGREES = 5, 0.6
MIN_LETTERS_BESIDE_SCAN, MIN_DIGITS, SURE = 5, 3, 0.9


@dataclass(frozen=True)
class Claim:
    """A word that the text layer has and that is not taken from it; `is_seen`: by a person there
    is something to see at its place."""

    word: Word
    is_seen: bool


@dataclass(frozen=True)
class _Verdict:
    claim: Claim
    seen: tuple[Word, ...]
    agrees: bool


def differences_of(claims: Sequence[Claim], seen: Sequence[Word]) -> tuple[Difference, ...]:
    """What the claims of the text layer say other than the words that are `seen`."""
    verdicts = [_verdict(claim, seen) for claim in claims]
    judged = [v for v in verdicts if v.claim.is_seen and len(plain(v.claim.word.text)) > 1]
    is_scanner = len(judged) >= SCANNER_WORDS and (
        sum(v.agrees for v in judged) >= SCANNER_AGREES * len(judged)
    )
    wrong = [v for v in verdicts if not v.agrees and (not is_scanner or _counts(v))]
    least = MIN_LETTERS_BESIDE_SCAN if is_scanner else MIN_LETTERS
    return tuple(_grouped(wrong, least))[:MAX_DIFFERENCES]


def _verdict(claim: Claim, seen: Sequence[Word]) -> _Verdict:
    text = claim.word.text
    there = [word for word in seen if _shares_place(claim.word.box, word.box)]
    together = "".join(word.text for word in there)
    best = max((likeness(text, word.text) for word in there), default=0.0)
    agrees = max(best, likeness(text, together) if there else 0.0) >= SAME
    if not agrees and there:
        agrees = len(plain(text)) > 2 and plain(text).lower() in plain(together).lower()
    if _has_other_number(text, there):
        agrees = False
    if not plain(text):
        agrees = True
    return _Verdict(claim, tuple(there), agrees)


def _counts(verdict: _Verdict) -> bool:
    """Whether a difference under a scan is more than a scanner's misreading."""
    if not verdict.seen:
        return not verdict.claim.is_seen
    is_number = len(digits(verdict.claim.word.text)) >= MIN_DIGITS
    return is_number and _has_other_number(verdict.claim.word.text, verdict.seen)


def _has_other_number(text: str, there: Sequence[Word]) -> bool:
    """Whether a number of as many digits is seen for sure, but another one."""
    said, seen = digits(text), digits("".join(word.text for word in there))
    is_sure = bool(there) and min(word.confidence for word in there) >= SURE
    return is_sure and len(said) == len(seen) and said != seen


def _shares_place(a: Box, b: Box) -> bool:
    across = min(a.x1, b.x1) - max(a.x0, b.x0)
    down = min(a.y1, b.y1) - max(a.y0, b.y0)
    return across > 0.3 * min(a.width, b.width) and down > 0.4 * min(a.height, b.height)


def _grouped(wrong: Sequence[_Verdict], least: int) -> list[Difference]:
    """One difference per line; short ones are left out."""
    places = {_key(v.claim.word): v for v in wrong}
    lines: dict[int, list[_Verdict]] = {}
    for word in lined_up([(v.claim.word, v.claim.word.box) for v in wrong]):
        verdict = places.get(_key(word))
        if verdict is not None:
            lines.setdefault(word.line, []).append(verdict)
    found = []
    for line in lines.values():
        said = " ".join(v.claim.word.text for v in line)
        if len(plain(said)) < least and not digits(said):
            continue
        box = line[0].claim.word.box
        for verdict in line[1:]:
            box = box.union(verdict.claim.word.box)
        seen = " ".join(w.text for w in dict.fromkeys(word for v in line for word in v.seen))
        found.append(Difference(box, said[:MAX_TEXT], seen[:MAX_TEXT]))
    return found


def _key(word: Word) -> tuple[str, Box]:
    return word.text, word.box

"""Whether a label begins at a word of a segment, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from include.extraction.labels.index import SHORT, LabelIndex
from include.extraction.layout.page import Segment, box_of
from include.extraction.layout.text import squash
from include.models import Box, Word

#: Longest label in words.
MAX_WORDS = 9
_PREPOSITIONS = frozenset(("to", "from", "by", "an", "von", "a", "par", "por", "de", "durch"))
#: Behind a label of an amount: it is the amount of something else (`Total of discounts`).
_NOT_AMOUNT = re.compile(
    r"^(?!(?:in|inkl?|incl|excl?|exkl|EUR|USD|GBP|CHF|JPY|CNY|RM|TTC|HT)\b)[^\W\d_]{2,}"
)
_ENUMERATION = re.compile(r"^[(\[]?(\d{1,2}[a-z]?|[a-z])[.)\]:]*$", re.IGNORECASE)
#: In brackets behind a total: it is the one without tax.
_EXCLUDES = re.compile(r"exc|without|before|ohne|netto|hors|sans|sin |ht\b", re.IGNORECASE)
_RATE = re.compile(r"\(?\d{1,2}(?:[.,]\d{1,2})?%\)?[:：]?")
_BULLET = re.compile(r"^[\W_]+$")
_COLONS = (":", "：")


@dataclass(frozen=True)
class LabelHit:
    """A label on the page. `names` are the fields it may announce; none: a value only ends here.

    `quality` 0..1 is how sure it is that these words are this label, standing as one.
    """

    names: tuple[str, ...]
    segment: Segment
    start: int
    end: int
    quality: float
    text: str
    language: str = ""
    has_colon: bool = False
    is_alone: bool = False
    is_party: bool = False

    @property
    def box(self) -> Box:
        return box_of(self.segment.words[self.start : self.end])

    @property
    def row(self) -> int:
        return self.segment.row

    @property
    def page(self) -> int:
        return self.segment.page


def label_at(segment: Segment, start: int, index: LabelIndex, is_scan: bool) -> LabelHit | None:
    """The longest label that begins at word `start`; None when none does."""
    hit = _one_label(segment, start, index, is_scan)
    if hit is not None:
        hit = _with_second_language(hit, index, is_scan)
    if hit is not None and not index.is_header and _is_part_of_name(hit):
        return None
    return hit


def _one_label(segment: Segment, start: int, index: LabelIndex, is_scan: bool) -> LabelHit | None:
    first = segment.words[start].text
    if not any(c.isalpha() for c in first) and first[:1] not in "№#":
        return None
    keys = _keys_from(segment.words, start, index)
    for end, key in reversed(keys):
        if key in index.names:
            hit = _hit(segment, start, end, key, 1.0, index)
            if hit is not None:
                return hit
    if is_scan and begins(segment, start):
        near = [(match[1], end, match[0]) for end, key in keys if (match := index.fuzzy(key))]
        if near:
            alike, end, label = max(near)
            return _hit(segment, start, end, label, 0.95 * alike, index)
    return _unknown_label(segment, start, index)


def _keys_from(words: Sequence[Word], start: int, index: LabelIndex) -> list[tuple[int, str]]:
    """(end, squashed words from `start` to `end`), growing up to a colon."""
    keys: list[tuple[int, str]] = []
    key = ""
    for end in range(start + 1, min(start + MAX_WORDS, len(words)) + 1):
        word = words[end - 1]
        if index.is_header and key and _is_column_gap(words[end - 2], word):
            break
        key += squash(word.text)
        if not key or len(key) > index.longest + 2:
            break
        keys.append((end, key))
        if word.text.endswith(_COLONS):
            break
    return keys


def _is_column_gap(last: Word, word: Word) -> bool:
    """On scans captions of neighbouring columns are read as one line; the gap tells."""
    gap = word.box.x0 - last.box.x1
    return word.confidence < 1.0 and word.box.middle < last.box.y1 and gap > 0.7 * word.box.height


def begins(segment: Segment, start: int) -> bool:
    """Whether a label at `start` begins its segment, numbering and bullets aside."""
    return all(_ENUMERATION.match(w.text) or _BULLET.match(w.text) for w in segment.words[:start])


def _hit(
    segment: Segment, start: int, end: int, key: str, quality: float, index: LabelIndex
) -> LabelHit | None:
    words = segment.words
    end, in_brackets = _past_brackets(words, end)
    if index.is_kind(key, "money"):
        end = _past_rate(words, end)
    colon = words[end - 1].text.rstrip()[-1:] in (*_COLONS, "=") or (
        end < len(words) and words[end].text[:1] in _COLONS
    )
    if end < len(words) and words[end].text in (*_COLONS, ".", "=", "-", "#"):
        end += 1
    if not colon and start == 0:
        longer = _up_to_colon(words, end)
        if longer:
            end, colon, quality = longer, True, 0.9 * quality
    hit = LabelHit(
        names=index.names[key],
        segment=segment,
        start=start,
        end=end,
        quality=quality,
        text=" ".join(word.text for word in words[start:end]),
        language=language[0] if len(language := index.languages.get(key, ())) == 1 else "",
        has_colon=colon,
        is_alone=end == len(words) and begins(segment, start),
        is_party=index.is_kind(key, "name", "address"),
    )
    standing = _standing(hit, key, index, in_brackets)
    return replace(hit, quality=quality * standing) if standing else None


def _standing(hit: LabelHit, key: str, index: LabelIndex, in_brackets: bool) -> float:
    """0..1: how much the words stand as a label here; 0 when they are ordinary words."""
    words, at_head = hit.segment.words, begins(hit.segment, hit.start)
    behind = words[hit.end].text if hit.end < len(words) else ""
    standing = 1.0
    if index.is_kind(key, "money") and _EXCLUDES.search(hit.text) and not _EXCLUDES.search(key):
        standing = 0.5
    if "%" in hit.text and at_head:
        return standing
    if len(key) <= SHORT and not (hit.has_colon or hit.is_alone):
        is_date = index.is_kind(key, "date") and behind[:1].isdigit()
        if not is_date and not (index.is_header and (at_head or behind[:1].isdigit())):
            return 0.0
        standing *= 0.95 if is_date else 0.7
    if not at_head:
        after_mark = words[hit.start - 1].text[-1:] in ":;,|/–-"
        return standing * (0.9 if hit.has_colon else 0.75 if after_mark else 0.6)
    if hit.has_colon or hit.is_alone or in_brackets:
        return standing
    is_other = index.is_kind(key, "money") and _NOT_AMOUNT.match(behind)
    return standing * (0.65 if is_other else 0.95)


def _up_to_colon(words: Sequence[Word], end: int) -> int | None:
    """`Ware erhalten durch:`: one or two more words belong to a label when a colon ends them."""
    for stop in range(end + 1, min(end + 2, len(words)) + 1):
        text = words[stop - 1].text
        if any(c.isdigit() for c in text):
            return None
        if text.endswith(_COLONS):
            return stop
    return None


def _past_rate(words: Sequence[Word], end: int) -> int:
    """`VAT 19 %:`: the rate belongs to the label of the amount."""
    rate = ""
    for stop in range(end, min(end + 2, len(words))):
        rate += words[stop].text
        if _RATE.fullmatch(rate):
            return stop + 1
    return end


def _past_brackets(words: Sequence[Word], end: int) -> tuple[int, bool]:
    """Skip an explanation in brackets after a label, unless it holds the value itself."""
    if end >= len(words) or not words[end].text.startswith("("):
        return end, False
    for stop in range(end, min(end + 14, len(words))):
        if ")" in words[stop].text:
            inside = " ".join(word.text for word in words[end : stop + 1])
            is_value = bool(re.search(r"\d{3}", inside)) and stop + 1 == len(words)
            return (end, False) if is_value else (stop + 1, True)
    has_digits = any(c.isdigit() for word in words[end:] for c in word.text)
    return (end, False) if has_digits else (len(words), True)


def _is_part_of_name(hit: LabelHit) -> bool:
    """`Lieferant GmbH`, `Container Line Ltd`: no colon, nothing that leads on to a name."""
    if hit.has_colon or hit.is_alone or not hit.is_party:
        return False
    if squash(hit.text.split()[-1]) not in _PREPOSITIONS:
        return True
    behind = hit.segment.words[hit.end : hit.end + 1]
    return bool(behind) and behind[0].text[:1].islower()


def _unknown_label(segment: Segment, start: int, index: LabelIndex) -> LabelHit | None:
    """Words with a colon at the head of a segment are a label, if not one that we know."""
    if not begins(segment, start):
        return None
    words = segment.words
    for end in range(start + 1, min(start + 5, len(words)) + 1):
        text = words[end - 1].text
        if text.endswith(_COLONS) and not text[:-1].isdigit():
            tails = ("".join(squash(w.text) for w in words[n:end]) for n in range(start + 1, end))
            if any(len(tail) > SHORT and tail in index.names for tail in tails):
                return None
            return LabelHit((), segment, start, end, 0.9, text, "", True, end == len(words))
        if any(c.isdigit() for c in text):
            return None
    return None


def _with_second_language(hit: LabelHit, index: LabelIndex, is_scan: bool) -> LabelHit:
    """`Rechnung Nr. / Invoice No.`: two labels that announce the same value are one."""
    words, start = hit.segment.words, hit.end
    behind = words[start].text if start < len(words) else ""
    if behind in ("/", "|", "-", "–"):
        start += 1
    elif not (words[hit.end - 1].text.endswith("/") or behind.startswith(("/", "("))):
        return hit
    second = _one_label(hit.segment, start, index, is_scan) if start < len(words) else None
    if second is None or second.start != start:
        return hit
    shared = tuple(name for name in hit.names if name in second.names)
    both = tuple(dict.fromkeys(hit.names + second.names))
    return replace(
        hit,
        names=shared or (both if second.names else hit.names),
        end=second.end,
        quality=max(hit.quality, second.quality),
        text=f"{hit.text} {second.text}",
        language=hit.language or second.language,
        has_colon=second.has_colon,
        is_alone=second.end == len(words) and begins(hit.segment, hit.start),
        is_party=hit.is_party or second.is_party,
    )

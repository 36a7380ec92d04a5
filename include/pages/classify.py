"""Which type of paper: by titles, best in large type at the top, and by the labels on the pages."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from include.document_types.catalogue import Catalogue
from include.extraction.labels.hits import find_labels
from include.extraction.labels.index import FUZZY_LETTERS, LabelIndex, build_index
from include.extraction.layout.page import Row, Segment, Sheet
from include.extraction.layout.text import squash
from include.models import Word

UNKNOWN = "unknown"
#: Weight of a title over all labels together; a page without a title may still be known by these.
LABEL_WEIGHT = 3.0
#: What an unknown paper would score: titles and labels have to beat it.
BACKGROUND = 1.1
MINIMUM = 0.5
#: `Seefracht-Konnossement`, `Warenrechnung`: a word that ends with a title of this many letters.
COMPOUND = 7
#: Type so much larger than the rest of the page is a heading, however it is spelt.
LARGE = 1.3
#: What a strip of paper says for a receipt; a line of it is shorter than so many text heights.
NARROW, NARROW_LINE = 2.0, 35
#: No other paper is as narrow as this: a receipt may call itself an invoice.
STRIP, STRIP_LINE = 3.5, 24
#: A till prints more words than this.
FEW_WORDS = 12


@dataclass(frozen=True)
class Verdict:
    """The type, how sure, and the words that speak for it."""

    document_type: str
    confidence: float
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Title:
    """A title on a page; `weight` grows with its size and place, `behind` follows it in its line.

    A page that goes on with a document often names it in small type at its head: about half the
    weight of a first page's title.
    """

    document_type: str
    weight: float
    text: str
    behind: tuple[Word, ...] = ()


@lru_cache(maxsize=4)
def _titles(catalogue: Catalogue) -> dict[str, list[str]]:
    """Types by squashed title."""
    out: dict[str, list[str]] = defaultdict(list)
    for kind in catalogue.types.values():
        for title in kind.titles:
            out[squash(title)].append(kind.name)
    return dict(out)


@lru_cache(maxsize=4)
def _labels(catalogue: Catalogue) -> tuple[LabelIndex, dict[str, list[str]]]:
    """An index of every type's labels, and the types that use each."""
    specs = [
        spec
        for kind in catalogue.types.values()
        for spec in (*kind.fields.values(), *kind.lines.values())
    ]
    evidence = [word for kind in catalogue.types.values() for word in kind.evidence]
    users: dict[str, set[str]] = defaultdict(set)
    for kind in catalogue.types.values():
        for spec in (*kind.fields.values(), *kind.lines.values()):
            for label in spec.labels:
                users[squash(label)].add(kind.name)
        for word in kind.evidence:
            users[squash(word)].add(kind.name)
    return build_index(specs, evidence), {key: sorted(names) for key, names in users.items()}


def classify(sheets: Sequence[Sheet], catalogue: Catalogue) -> Verdict:
    """The most likely type of a document; "unknown" when the evidence is thin or divided."""
    scores: dict[str, float] = defaultdict(float)
    evidence: dict[str, list[str]] = defaultdict(list)
    for name, weight, words in (
        *_best_titles(sheets, catalogue),
        *_label_weights(sheets, catalogue),
    ):
        scores[name] += weight
        evidence[name] += words[:4]
    for kind in catalogue.types.values():
        if kind.shape == "narrow" and kind.name in scores:
            scores[kind.name] += _narrowness(sheets)
    if not scores:
        return Verdict(UNKNOWN, 0.0)
    total = math.exp(BACKGROUND) + sum(math.exp(score) for score in scores.values())
    name = max(scores, key=lambda key: scores[key])
    confidence = round(math.exp(scores[name]) / total, 4)
    known = name if confidence >= MINIMUM else UNKNOWN
    return Verdict(known, confidence, tuple(evidence[name]))


def _best_titles(
    sheets: Sequence[Sheet], catalogue: Catalogue
) -> Iterator[tuple[str, float, list[str]]]:
    """The weightiest title of each type on the first page."""
    for sheet in sheets[:1]:
        for title in titles_on(sheet, catalogue):
            yield title.document_type, title.weight, [title.text]


def titles_on(sheet: Sheet, catalogue: Catalogue) -> tuple[Title, ...]:
    """The weightiest title of each type on a page, the weightiest first."""
    best: dict[str, Title] = {}
    spaced = filter(None, map(_letter_spaced, sheet.rows))
    for segment in (*spaced, *(segment for row in sheet.rows for segment in row.segments)):
        for title in _titles_in(segment, sheet, catalogue):
            known = best.get(title.document_type)
            if known is None or title.weight > known.weight:
                best[title.document_type] = title
    return tuple(sorted(best.values(), key=lambda title: -title.weight))


def _letter_spaced(row: Row) -> Segment | None:
    """A title set with blanks between its letters: `R E C H N U N G`."""
    letters = [word for word in row.words if len(word.text) == 1 and word.text.isalpha()]
    return Segment(tuple(letters), row.page, row.number) if len(letters) >= 6 else None


def _narrowness(sheets: Sequence[Sheet]) -> float:
    """For or against a strip of paper: how narrow lines are for the height of their letters."""
    if not sheets or not sheets[0].rows:
        return -NARROW
    sheet = sheets[0]
    left = min(row.box.x0 for row in sheet.rows)
    right = max(row.box.x1 for row in sheet.rows)
    if sum(len(row.words) for row in sheet.rows) < FEW_WORDS:
        return -NARROW
    letters = (right - left) / max(sheet.height, 1.0)
    if letters < STRIP_LINE:
        return STRIP
    return NARROW if letters < NARROW_LINE else -NARROW


def _titles_in(segment: Segment, sheet: Sheet, catalogue: Catalogue) -> Iterator[Title]:
    """Titles that a segment begins with, weighted by size, place and what else is in it."""
    titles = _titles(catalogue)
    words = segment.words[:24]
    size = max(word.box.height for word in words) / max(sheet.height, 1)
    place = max(0.0, 1.0 - segment.box.y0 / max(sheet.page.height, 1))
    for start in range(min(len(words), 4)):
        key = ""
        for end in range(start + 1, len(words) + 1):
            key += squash(words[end - 1].text)
            share, names = _known(key, titles, sheet.is_scan, end == start + 1)
            if not names:
                continue
            rest = sum(len(squash(w.text)) for w in (*segment.words[:start], *segment.words[end:]))
            cover = len(key) / max(len(key) + rest, 1)
            weight = (1.2 + 1.6 * min(size - 0.6, 2.5)) * (0.35 + 0.65 * place) * share
            weight *= (0.15 + 0.85 * cover) * (1.0 if start == 0 else 0.7)
            weight *= 0.7 + 0.3 * min(len(key) / 12, 1.4)
            text = " ".join(word.text for word in words[start:end])
            weight *= _manner(text, size)
            for name in names:
                yield Title(name, 2.2 * weight, text, segment.words[end:])


def _manner(text: str, size: float) -> float:
    """How a title is not written: as a label, at the end of a sentence, or as a word in one."""
    if text.endswith(":"):
        return 0.25
    ends_sentence = text.endswith((".", ",", ";")) and len(squash(text.split()[-1])) > 3
    return 0.4 if ends_sentence or (text.islower() and size < LARGE) else 1.0


def _known(
    key: str, titles: dict[str, list[str]], is_scan: bool, is_one_word: bool
) -> tuple[float, list[str]]:
    if key in titles:
        return 1.0, titles[key]
    if is_one_word and len(key) > COMPOUND:
        tails = (title for title in titles if len(title) >= COMPOUND and key.endswith(title))
        tail = next(tails, None)
        if tail:
            return 0.9, titles[tail]
    if is_scan and len(key) >= FUZZY_LETTERS + 1:
        from rapidfuzz.distance import Indel
        from rapidfuzz.process import extractOne

        best = extractOne(key, titles.keys(), scorer=Indel.normalized_similarity, score_cutoff=0.88)
        if best:
            return best[1] * 0.95, titles[best[0]]
    return 0.0, []


def _label_weights(
    sheets: Sequence[Sheet], catalogue: Catalogue
) -> Iterator[tuple[str, float, list[str]]]:
    """Labels that few types use speak for those types."""
    index, users = _labels(catalogue)
    count = len(catalogue.types)
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for sheet in sheets[:2]:
        for hit in find_labels(sheet, index):
            key = squash(hit.text)
            names = users.get(key, ())
            if not names or len(names) > 0.6 * count:
                continue
            for name in names:
                worth = hit.quality * math.log(count / len(names)) / math.log(count)
                found[name][key] = max(found[name].get(key, 0.0), worth)
    for name, worths in found.items():
        words = sorted(worths, key=lambda key: -worths[key])
        yield name, LABEL_WEIGHT * (1 - math.exp(-sum(worths.values()) / 3)), words

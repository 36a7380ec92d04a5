"""Where labels stand on the pages: exact after folding, or nearly so on scans."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from include.document_types.catalogue import Catalogue, DocumentType, FieldSpec
from include.extraction.layout.page import Segment, Sheet, box_of
from include.extraction.layout.text import fold, squash
from include.models import Box, Word

#: Longest label in words, and the shortest (in letters) that may be matched with misread signs.
MAX_WORDS = 9
FUZZY_LETTERS = 6
#: Labels this short are ordinary words too; they count only with a colon or alone in their place.
SHORT = 4
_UNITS = {
    "weight": ("kg", "kgs", "in kg", "in kgs", "kilos"),
    "volume": ("m3", "cbm", "in m3", "in cbm"),
}
_NUMBER_WORDS = ("no", "nr", "number", "num", "nos", "numero", "nummer")
_OF = ("de", "du", "del", "de la")
_PREPOSITIONS = frozenset(("to", "from", "by", "an", "von", "a", "par", "por", "de", "durch"))
#: Behind a label of an amount: it is the amount of something else (`Total of discounts`).
_NOT_AMOUNT = re.compile(
    r"^(?!(?:in|inkl?|incl|excl?|exkl|EUR|USD|GBP|CHF|JPY|CNY|RM|TTC|HT)\b)[^\W\d_]{2,}"
)
_ENUMERATION = re.compile(r"^[(\[]?(\d{1,2}[a-z]?|[a-z])[.)\]:]*$", re.IGNORECASE)
_BULLET = re.compile(r"^[\W_]+$")


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


@dataclass(frozen=True)
class LabelIndex:
    """Squashed labels with the fields that use them and their language."""

    names: Mapping[str, tuple[str, ...]]
    languages: Mapping[str, tuple[str, ...]]
    by_length: Mapping[int, tuple[str, ...]]
    longest: int
    parties: frozenset[str] = frozenset()
    dates: frozenset[str] = frozenset()
    money: frozenset[str] = frozenset()
    is_header: bool = False

    def fuzzy(self, key: str) -> tuple[str, float] | None:
        """The label that `key` most likely is with misread signs, and how alike they are."""
        from rapidfuzz.distance import Levenshtein
        from rapidfuzz.process import extractOne

        if len(key) < FUZZY_LETTERS:
            return None
        slack = 1 if len(key) < 9 else 2
        choices = [
            label
            for length in range(len(key) - slack, len(key) + slack + 1)
            for label in self.by_length.get(length, ())
        ]
        best = extractOne(key, choices, scorer=Levenshtein.distance, score_cutoff=slack)
        return (best[0], 1 - best[1] / len(key)) if best else None


def build_index(
    specs: Iterable[FieldSpec],
    others: Iterable[str] = (),
    columns: Iterable[FieldSpec] = (),
    is_header: bool = False,
) -> LabelIndex:
    """An index of the labels of `specs`; `others` and `columns` only end values.

    `is_header`: for captions of tables, where a short word counts without a colon.
    """
    names: dict[str, dict[str, None]] = defaultdict(dict)
    languages: dict[str, dict[str, None]] = defaultdict(dict)
    parties: set[str] = set()
    dates: set[str] = set()
    money: set[str] = set()
    for spec in specs:
        for language, labels in spec.labels_by_language.items():
            for label in labels:
                for key in _keys(label, spec.kind, language):
                    names[key][spec.name] = None
                    languages[key][language] = None
                    if spec.kind in ("name", "address"):
                        parties.add(key)
                    if spec.kind == "date":
                        dates.add(key)
                    if spec.kind == "money":
                        money.add(key)
    for label in others:
        names.setdefault(squash(label), {})
    for spec in columns:
        for label in spec.labels:
            if len(squash(label)) > SHORT:
                names.setdefault(squash(label), {})
    names.pop("", None)
    by_length: dict[int, list[str]] = defaultdict(list)
    for key in names:
        if len(key) >= FUZZY_LETTERS - 1:
            by_length[len(key)].append(key)
    return LabelIndex(
        {key: tuple(fields) for key, fields in names.items()},
        {key: tuple(values) for key, values in languages.items()},
        {length: tuple(keys) for length, keys in by_length.items()},
        max(map(len, names), default=0),
        frozenset(parties),
        frozenset(dates),
        frozenset(money),
        is_header,
    )


@lru_cache(maxsize=32)
def type_index(catalogue: Catalogue, name: str) -> LabelIndex:
    """The labels of one document type."""
    kind: DocumentType = catalogue.types[name]
    return build_index(kind.fields.values(), catalogue.other_labels, kind.lines.values())


def _keys(label: str, kind: str, language: str) -> set[str]:
    """Squashed spellings of a label: with units, with the other words for "number"."""
    spellings = {label}
    bare = re.sub(r"\s*\([^)]*\)\s*$", "", label)
    if bare and kind != "money":
        spellings.add(bare)
    for unit in _UNITS.get(kind, ()):
        spellings.add(f"{label} {unit}")
    core = _core(label) if kind == "code" else ""
    if core:
        cores = (core, f"{core}s") if language == "de" else (core,)
        spellings.update(f"{one} {word}" for one in cores for word in _NUMBER_WORDS)
        if language not in ("en", "de"):
            spellings.update(f"{word} {core}" for word in ("no", "numero", "num"))
            spellings.update(f"{word} {of} {core}" for word in ("no", "numero") for of in _OF)
    words = label.lower().replace(".", "").split()
    if len(words) > 1 and words[-1] in _NUMBER_WORDS:
        spellings.update(" ".join([*words[:-1], other]) for other in _NUMBER_WORDS[:5])
    return {squash(spelling) for spelling in spellings}


def _core(label: str) -> str:
    """`N.º de factura`, `Rechnungs-Nr.`, `B/L No`: the word that the number is of, else ""."""
    words = [w for w in re.split(r"[\s\-]+", fold(label).replace(".", "")) if w]
    if len(words) > 1 and words[-1] in _NUMBER_WORDS:
        return " ".join(words[:-1])
    if len(words) > 1 and words[0] in ("no", "numero", "num"):
        return " ".join(w for w in words[1:] if w not in _OF)
    return ""


def find_labels(sheet: Sheet, index: LabelIndex) -> list[LabelHit]:
    """All labels of a page, in reading order; they do not overlap."""
    hits: list[LabelHit] = []
    for row in sheet.rows:
        for segment in row.segments:
            wrapped = _wrapped(sheet, segment, index)
            hits += [wrapped] if wrapped else labels_in(segment, index, sheet.is_scan)
    return hits


def _wrapped(sheet: Sheet, segment: Segment, index: LabelIndex) -> LabelHit | None:
    """A label that goes on in the next line of its column: `N° de liste de` / `colisage:`."""
    if ":" in segment.text or any(c.isdigit() for c in segment.text):
        return None
    for row in sheet.rows[segment.row + 1 : segment.row + 3]:
        for below in row.segments:
            near = abs(below.box.x0 - segment.box.x0) < 0.6 * sheet.height
            close = below.box.y0 - segment.box.y1 < 0.9 * sheet.height
            if not (near and close):
                continue
            if not below.text.rstrip().endswith(":") or len(below.words) > 3:
                return None
            both = Segment(segment.words + below.words, segment.page, segment.row)
            hit = _label_at(both, 0, index, sheet.is_scan)
            if hit is None or not hit.names or hit.start > 0 or hit.end < len(segment.words):
                return None
            return replace(
                hit, segment=segment, end=len(segment.words), has_colon=True, is_alone=True,
                quality=hit.quality if hit.end == len(both.words) else 0.9 * hit.quality,
            )  # fmt: skip
    return None


def labels_in(segment: Segment, index: LabelIndex, is_scan: bool) -> list[LabelHit]:
    hits: list[LabelHit] = []
    position = 0
    words = segment.words
    while position < len(words):
        hit = _label_at(segment, position, index, is_scan)
        if hit is not None:
            hit = _with_second_language(hit, index, is_scan)
        if hit is None or (not index.is_header and _is_part_of_name(hit)):
            position += 1
            continue
        hits.append(hit)
        position = hit.end
    return hits


def _is_part_of_name(hit: LabelHit) -> bool:
    """`Lieferant GmbH`, `Container Line Ltd`: no colon, nothing that leads on to a name."""
    if hit.has_colon or hit.is_alone or not hit.is_party:
        return False
    follows = hit.segment.words[hit.end : hit.end + 1]
    if squash(hit.text.split()[-1]) not in _PREPOSITIONS:
        return True
    return bool(follows) and follows[0].text[:1].islower()


def _label_at(segment: Segment, start: int, index: LabelIndex, is_scan: bool) -> LabelHit | None:
    words = segment.words
    if not any(c.isalpha() for c in words[start].text) and words[start].text[:1] not in "№#":
        return None
    keys: list[tuple[int, str]] = []
    key = ""
    for end in range(start + 1, min(start + MAX_WORDS, len(words)) + 1):
        piece = squash(words[end - 1].text)
        if not piece and end == start + 1:
            return None
        if index.is_header and key and _is_column_gap(words[end - 2], words[end - 1]):
            break
        key += piece
        if len(key) > index.longest + 2:
            break
        keys.append((end, key))
        if words[end - 1].text.endswith((":", "：")):
            break
    for end, key in reversed(keys):
        if key in index.names:
            hit = _hit(segment, start, end, key, 1.0, index)
            if hit is not None:
                return hit
    if is_scan and _begins(segment, start):
        best: tuple[float, int, str] | None = None
        for end, key in keys:
            match = index.fuzzy(key)
            if match and (best is None or match[1] > best[0]):
                best = (match[1], end, match[0])
        if best:
            return _hit(segment, start, best[1], best[2], 0.95 * best[0], index)
    return _unknown_label(segment, start, index)


def _is_column_gap(last: Word, word: Word) -> bool:
    """On scans captions of neighbouring columns are read as one line; the gap tells."""
    gap = word.box.x0 - last.box.x1
    return word.confidence < 1.0 and word.box.middle < last.box.y1 and gap > 0.7 * word.box.height


def _begins(segment: Segment, start: int) -> bool:
    """Whether a label at `start` begins its segment, numbering and bullets aside."""
    return all(_ENUMERATION.match(w.text) or _BULLET.match(w.text) for w in segment.words[:start])


def _hit(
    segment: Segment, start: int, end: int, key: str, quality: float, index: LabelIndex
) -> LabelHit | None:
    words = segment.words
    end, in_brackets = _past_brackets(words, end)
    colon = words[end - 1].text.rstrip()[-1:] in (":", "：", "=") or (
        end < len(words) and words[end].text[:1] in (":", "：")
    )
    if end < len(words) and words[end].text in (":", "：", ".", "=", "-", "#"):
        end += 1
    if not colon and start == 0:
        longer = _up_to_colon(words, end, index)
        if longer:
            end, colon, quality = longer, True, 0.9 * quality
    alone = end == len(words) and _begins(segment, start)
    begins = _begins(segment, start)
    after_mark = start > 0 and words[start - 1].text[-1:] in ":;,|/–-"
    if len(key) <= SHORT and not (colon or alone):
        is_followed = end < len(words) and words[end].text[:1].isdigit()
        is_date = key in index.dates and is_followed
        if not is_date and not (index.is_header and (begins or is_followed)):
            return None
        quality *= 0.95 if is_date else 0.7
    if not begins:
        quality *= 0.9 if colon else 0.75 if after_mark else 0.6
    elif not (colon or alone or in_brackets):
        behind = words[end].text if end < len(words) else ""
        is_other = key in index.money and _NOT_AMOUNT.match(behind)
        quality *= 0.65 if is_other else 0.95
    languages = index.languages.get(key, ())
    return LabelHit(
        index.names[key],
        segment,
        start,
        end,
        quality,
        " ".join(word.text for word in words[start:end]),
        languages[0] if len(languages) == 1 else "",
        colon,
        alone,
        key in index.parties,
    )


def _up_to_colon(words: Sequence[Word], end: int, index: LabelIndex) -> int | None:
    """`Ware erhalten durch:`: one or two more words belong to a label when a colon ends them."""
    for stop in range(end + 1, min(end + 2, len(words)) + 1):
        text = words[stop - 1].text
        if any(c.isdigit() for c in text):
            return None
        if text.endswith((":", "：")):
            return stop
    return None


def _past_brackets(words: Sequence[Word], end: int) -> tuple[int, bool]:
    """Skip an explanation in brackets after a label, unless it holds the value itself."""
    if end < len(words) and words[end].text.startswith("("):
        for stop in range(end, min(end + 14, len(words))):
            if ")" in words[stop].text:
                inside = " ".join(word.text for word in words[end : stop + 1])
                is_last = stop + 1 == len(words)
                if not re.search(r"\d{3}", inside) or not is_last:
                    return stop + 1, True
                break
        else:
            if not any(c.isdigit() for w in words[end:] for c in w.text):
                return len(words), True
    return end, False


def _unknown_label(segment: Segment, start: int, index: LabelIndex) -> LabelHit | None:
    """Words with a colon at the head of a segment are a label, if not one that we know."""
    if not _begins(segment, start):
        return None
    words = segment.words
    for end in range(start + 1, min(start + 5, len(words)) + 1):
        text = words[end - 1].text
        if text.endswith((":", "：")) and not text[:-1].isdigit():
            alone = end == len(words)
            tails = ("".join(squash(w.text) for w in words[n:end]) for n in range(start + 1, end))
            if any(len(tail) > SHORT and tail in index.names for tail in tails):
                return None
            return LabelHit((), segment, start, end, 0.9, text, "", True, alone)
        if any(c.isdigit() for c in text):
            return None
    return None


def _with_second_language(hit: LabelHit, index: LabelIndex, is_scan: bool) -> LabelHit:
    """`Rechnung Nr. / Invoice No.`: two labels that announce the same value are one."""
    words = hit.segment.words
    start = hit.end
    if start < len(words) and words[start].text in ("/", "|", "-", "–"):
        start += 1
    elif not (
        words[hit.end - 1].text.endswith("/")
        or (start < len(words) and words[start].text.startswith(("/", "(")))
    ):
        return hit
    if start >= len(words):
        return hit
    second = _label_at(hit.segment, start, index, is_scan)
    if second is None or second.start != start:
        return hit
    shared = tuple(name for name in hit.names if name in second.names)
    names = shared or (
        hit.names
        if hit.names and not second.names
        else tuple(dict.fromkeys(hit.names + second.names))
    )
    return LabelHit(
        names, hit.segment, hit.start, second.end, max(hit.quality, second.quality),
        f"{hit.text} {second.text}", hit.language or second.language,
        second.has_colon, second.end == len(words) and _begins(hit.segment, hit.start),
        hit.is_party or second.is_party,
    )  # fmt: skip


def language_of(hits: Iterable[LabelHit]) -> str:
    """The language most labels are printed in; English when nothing shows."""
    votes: dict[str, float] = defaultdict(float)
    for hit in hits:
        if hit.language:
            votes[hit.language] += hit.quality * min(len(hit.text), 12)
    return max(votes, key=lambda language: votes[language]) if votes else "en"

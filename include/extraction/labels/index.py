"""Which squashed words are a label, of which fields, in which language."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from include.document_types.catalogue import Catalogue, DocumentType, FieldSpec
from include.extraction.layout.text import fold, squash

#: Shortest label, in letters, that may be matched with misread signs.
FUZZY_LETTERS = 6
#: Labels this short are ordinary words too; they count only with a colon or alone in their place.
SHORT = 4
_UNITS = {
    "weight": ("kg", "kgs", "in kg", "in kgs", "kilos"),
    "volume": ("m3", "cbm", "in m3", "in cbm"),
}
_NUMBER_WORDS = ("no", "nr", "number", "num", "nos", "numero", "nummer")
_OF = ("de", "du", "del", "de la")


@dataclass
class LabelIndex:
    """Squashed labels with the fields that use them (none: a value only ends there), their
    languages and the kinds of those fields.

    `is_header`: for captions of tables, where a short word counts without a colon.
    """

    is_header: bool = False
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    languages: dict[str, tuple[str, ...]] = field(default_factory=dict)
    kinds: dict[str, frozenset[str]] = field(default_factory=dict)
    longest: int = 0
    _by_length: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, key: str, spec: FieldSpec | None = None, language: str = "") -> None:
        if not key:
            return
        if key not in self.names:
            self.names[key] = ()
            self.longest = max(self.longest, len(key))
            self._by_length[len(key)].append(key)
        if spec is not None:
            self.names[key] = tuple(dict.fromkeys((*self.names[key], spec.name)))
            known = self.languages.get(key, ())
            self.languages[key] = tuple(dict.fromkeys((*known, language)))
            self.kinds[key] = self.kinds.get(key, frozenset()) | {spec.kind}

    def is_kind(self, key: str, *kinds: str) -> bool:
        return not self.kinds.get(key, frozenset()).isdisjoint(kinds)

    def fuzzy(self, key: str) -> tuple[str, float] | None:
        """The label that `key` most likely is with misread signs, and how alike they are."""
        from rapidfuzz.distance import Levenshtein
        from rapidfuzz.process import extractOne

        if len(key) < FUZZY_LETTERS:
            return None
        slack = 1 if len(key) < 9 else 2
        choices = [
            label
            for length in range(max(len(key) - slack, FUZZY_LETTERS - 1), len(key) + slack + 1)
            for label in self._by_length.get(length, ())
        ]
        best = extractOne(key, choices, scorer=Levenshtein.distance, score_cutoff=slack)
        return (best[0], 1 - best[1] / len(key)) if best else None


def build_index(
    specs: Iterable[FieldSpec],
    others: Iterable[str] = (),
    columns: Iterable[FieldSpec] = (),
    is_header: bool = False,
) -> LabelIndex:
    """An index of the labels of `specs`; `others` and `columns` only end values."""
    index = LabelIndex(is_header)
    for spec in specs:
        for language, labels in spec.labels_by_language.items():
            for label in labels:
                for key in _keys(label, spec.kind, language):
                    index.add(key, spec, language)
    for label in others:
        index.add(squash(label))
    for spec in columns:
        for label in spec.labels:
            if len(squash(label)) > SHORT:
                index.add(squash(label))
    return index


@lru_cache(maxsize=32)
def type_index(catalogue: Catalogue, name: str) -> LabelIndex:
    """The labels of one document type."""
    kind: DocumentType = catalogue.types[name]
    return build_index(kind.fields.values(), catalogue.other_labels, kind.lines.values())


@lru_cache(maxsize=32)
def column_index(catalogue: Catalogue, name: str) -> LabelIndex:
    """Header words of a type's table, and of columns that it does not want."""
    kind = catalogue.types[name]
    return build_index((*kind.lines.values(), *catalogue.other_columns), is_header=True)


@lru_cache(maxsize=32)
def embedded_index(catalogue: Catalogue, name: str) -> LabelIndex:
    """The labels of line fields that may stand inside a text cell."""
    lines = catalogue.types[name].lines.values()
    wanted = [spec for spec in lines if {"hs_code", "country"} & set(spec.checks)]
    return build_index(wanted, is_header=True)


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

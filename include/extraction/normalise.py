"""Values as printed to values by type: ISO dates, plain decimals, codes without blanks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from include.document_types.catalogue import FieldSpec
from include.extraction.finders import amounts, codes, dates, numbers
from include.extraction.finders.countries import country_code
from include.extraction.finders.found import Found, Habits
from include.extraction.layout.text import fold
from include.models import Box, Word

_PREPAID = re.compile(
    r"pre-?paid|vorausbezahlt|vorausgezahlt|\bfrei\b|port paye|paye|pagado|prepagado|en origen"
)
_COLLECT = re.compile(r"collect|unfrei|port du|a cobrar|por cobrar|destin|bestimmungsort|debido")


def find(spec: FieldSpec, words: Sequence[Word], habits: Habits) -> list[Found]:
    """The values in a run of words that fit the field's type, left to right."""
    if not words:
        return []
    match spec.kind:
        case "date":
            return dates.find_dates(words, habits)
        case "decimal":
            return numbers.find_decimals(words, habits)
        case "integer":
            return numbers.find_integers(words, habits)
        case "weight":
            return amounts.find_weights(words, habits)
        case "volume":
            return amounts.find_volumes(words, habits)
        case "money":
            return amounts.find_money(words, habits)
        case "code":
            return _find_code(spec, words, habits)
    return _find_text(spec, words)


def _find_code(spec: FieldSpec, words: Sequence[Word], habits: Habits) -> list[Found]:
    for check in spec.checks:
        match check:
            case "iso6346":
                return codes.find_containers(words, habits)
            case "hs_code":
                return codes.find_hs(words)
            case "iban":
                return codes.find_iban(words)
            case "incoterm":
                return codes.find_incoterms(words, habits)
            case "currency":
                return codes.find_currencies(words)
            case "country":
                return codes.find_countries(words)
            case "vat":
                return codes.find_vat(words, spec.regex)
    if spec.regex is not None:
        return codes.find_pattern(words, spec.regex)
    return codes.find_codes(words)


def _find_text(spec: FieldSpec, words: Sequence[Word]) -> list[Found]:
    if spec.regex is not None:
        return [
            Found(found.value, normalise(spec, found.value) or "", found.start, found.end)
            for found in codes.find_pattern(words, spec.regex)
        ]
    value = " ".join(word.text for word in words).strip(" :;,|-–_")
    return [Found(value, value, 0, len(words))] if re.search(r"[^\W_]", value) else []


def normalise(spec: FieldSpec, value: str, habits: Habits | None = None) -> str | None:
    """The value in its type's form; None when it does not have that type."""
    text = " ".join(value.split())
    if not text:
        return None
    if spec.kind in ("text", "name", "address"):
        return _normalise_text(spec, text)
    word = Word(text, Box(0, 0, 1, 1))
    words = [word] if spec.kind != "code" else _as_words(text)
    found = find(spec, words, habits or Habits())
    if found:
        return max(found, key=lambda f: f.quality).normalised
    if spec.kind == "code" and not {"country", "currency", "incoterm"} & set(spec.checks):
        return codes.compact(text) or None
    return None


def _as_words(text: str) -> list[Word]:
    """Words side by side with narrow gaps, so that finders see the text as one run."""
    words, x = [], 0.0
    for part in text.split():
        words.append(Word(part, Box(x, 0, x + 5 * len(part), 10)))
        x += 5 * len(part) + 2.5
    return words


def _normalise_text(spec: FieldSpec, text: str) -> str:
    if "country" in spec.checks:
        return country_code(text) or text
    if "prepaid" in (spec.pattern or ""):
        folded = fold(text)
        if _PREPAID.search(folded):
            return "PREPAID"
        if _COLLECT.search(folded):
            return "COLLECT"
    return text

"""The language of a page, from a sample of its words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from py3langid.langid import (  # type: ignore[import-untyped]
    MODEL_FILE,
    LanguageIdentifier,
)

from include.models import Word

#: Languages that shipment papers are written in; names and codes look like any of the others.
LANGUAGES = (
    *("bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "hr", "hu", "id", "it", "lt"),
    *("lv", "ms", "nl", "no", "pl", "pt", "ro", "sk", "sl", "sv", "tr", "uk", "vi"),
    *("ar", "fa", "he", "hi", "ja", "ko", "ru", "th", "zh"),
)
#: Fewer different words tell nothing; neither do fewer letters where a letter is a syllable.
MIN_WORDS, MIN_SYLLABLES = 10, 20
#: More words add nothing.
MAX_WORDS = 100
#: What the model must make of the text at least; it is a probability among LANGUAGES.
MIN_PROBABILITY = 0.6


@cache
def model() -> LanguageIdentifier:
    """The identifier, loaded once per process (0.9 s)."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    return identifier


def language_of(words: Sequence[Word]) -> str:
    """ISO 639-1 code; empty where there are too few words, or none that tell."""
    texts = [w.text.strip(".,;:()") for w in words]
    texts = [t for t in texts if len(t) > 1 and t.replace("-", "").isalpha()]
    different = {text.lower() for text in texts}
    if len(different) < MIN_WORDS and _syllables(different) < MIN_SYLLABLES:
        return ""
    step = max(len(texts) // MAX_WORDS, 1)
    sample = " ".join(texts[::step][:MAX_WORDS])
    code, probability = model().classify(sample.lower())
    return str(code) if probability >= MIN_PROBABILITY else ""


def _syllables(texts: Iterable[str]) -> int:
    """How many signs are Chinese, Japanese or Korean, where words have few signs and no blanks."""
    signs = (char for text in texts for char in text)
    return sum("\u3040" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7a3" for char in signs)

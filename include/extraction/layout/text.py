"""How words are compared: folded, squashed, and with the confusions of OCR in mind."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SIGNS = str.maketrans(
    {
        "°": "o",
        "º": "o",
        "№": "no",
        "#": "no",
        "&": "and",
        "ß": "ss",
        "œ": "oe",
        "æ": "ae",
        "ø": "o",
    }
)
_NOT_ALNUM = re.compile(r"[\W_]+")
#: Letters that OCR reads for digits, and back.
TO_DIGIT = str.maketrans("OoQDIlL|iZzSsBGTA", "00001111122558674")
TO_LETTER = str.maketrans("01825", "OIBZS")


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Lower case without accents; signs that stand for letters spelt out."""
    if text.isascii():
        return text.lower().translate(_SIGNS)
    plain = unicodedata.normalize("NFKD", text.translate(_SIGNS).casefold().translate(_SIGNS))
    return "".join(c for c in plain if not unicodedata.combining(c))


@lru_cache(maxsize=65536)
def squash(text: str) -> str:
    """Only letters and digits, folded: how labels and titles are compared."""
    return _NOT_ALNUM.sub("", fold(text))


def plain(text: str) -> str:
    """Folded words with single blanks: how names and texts are compared."""
    return _NOT_ALNUM.sub(" ", fold(text)).strip()

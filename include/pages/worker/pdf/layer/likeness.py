"""Whether two readings of one place say the same, to somebody who knows how letters are misread."""

from __future__ import annotations

import unicodedata

from rapidfuzz.distance import Levenshtein

#: Letters and digits that look alike, in print and to a recogniser.
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("oOQDcCeE", "0"),
        **dict.fromkeys("lI|!itjJfr", "1"),
        **dict.fromkeys("zZ", "2"),
        **dict.fromkeys("sS$", "5"),
        **dict.fromkeys("bG", "6"),
        **dict.fromkeys("B", "8"),
        **dict.fromkeys("gq", "9"),
        "u": "v",
        "U": "v",
        "V": "v",
        "y": "v",
        "Y": "v",
    }
)
_PAIRS = (("rn", "m"), ("vv", "w"), ("VV", "w"), ("cl", "d"), ("nn", "m"))
#: Two readings say the same when so much of the longer one agrees.
SAME = 0.75


def plain(text: str) -> str:
    """The letters and digits of a text without accents."""
    flat = unicodedata.normalize("NFKD", text)
    return "".join(c for c in flat if c.isalnum())


def likeness(one: str, other: str) -> float:
    """0 to 1: how much of two readings agrees, when look-alikes count as the same."""
    a, b = shape_of(one), shape_of(other)
    if not a or not b:
        return 1.0 if a == b else 0.0
    return max(
        1 - Levenshtein.distance(a, b) / max(len(a), len(b)),
        1
        - Levenshtein.distance(plain(one), plain(other))
        / max(len(plain(one)), len(plain(other)), 1),
    )


def digits(text: str) -> str:
    """Only the digits of a text."""
    return "".join(c for c in text if c.isdigit())


def shape_of(text: str) -> str:
    """A text as one that knows no difference between look-alikes reads it; digits stay apart."""
    flat = plain(text)
    for pair, single in _PAIRS:
        flat = flat.replace(pair, single)
    return flat.translate(_ALIKE).lower()

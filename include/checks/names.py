"""When two printed names mean the same company, port or thing; pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

#: Words that say only which kind of company it is, each with its short form.
_FORMS = {
    "gmbh": "gmbh", "mbh": "gmbh", "ag": "ag", "kg": "kg", "ohg": "ohg", "ug": "ug", "ek": "ek",
    "kgaa": "kgaa", "se": "se", "ltd": "ltd", "limited": "ltd", "plc": "plc", "llp": "llp",
    "llc": "llc", "inc": "inc", "incorporated": "inc", "corp": "corp", "corporation": "corp",
    "co": "co", "company": "co", "sa": "sa", "sas": "sas", "sasu": "sas", "sarl": "sarl",
    "eurl": "eurl", "srl": "srl", "spa": "spa", "sl": "sl", "slu": "sl", "sau": "sa", "lda": "lda",
    "ltda": "ltda", "bv": "bv", "nv": "nv", "bvba": "bvba", "oy": "oy", "oyj": "oy", "ab": "ab",
    "as": "as", "asa": "as", "aps": "aps", "sro": "sro", "kft": "kft", "doo": "doo", "dd": "dd",
    "spzoo": "spzoo", "pte": "pte", "pty": "pty", "pvt": "pvt", "private": "pvt", "sdn": "sdn",
    "bhd": "bhd", "kk": "kk", "pt": "pt", "tbk": "tbk", "jsc": "jsc", "ooo": "ooo", "sti": "sti",
}  # fmt: skip
#: Filler inside legal forms and names.
_FILLERS = frozenset({"and", "und", "et", "y", "e", "the"})
_SINGLE_LETTERS = re.compile(r"\b(?:\w[.\s]+){1,4}\w\b\.?")
_SPZOO = re.compile(r"\bsp\.?\s*z\.?\s*o\.?\s*o\b\.?", re.IGNORECASE)
_TO_ORDER = re.compile(r"^(?:to|an|à|a la|a)\s+(?:the\s+)?(?:order|ordre|orden)\b", re.IGNORECASE)
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe"})


@dataclass(frozen=True)
class PartyName:
    """A company's name without punctuation and accents, and its legal form apart."""

    core: str
    form: str

    @property
    def key(self) -> str:
        """Equal for `Müller Söhne`, `MUELLER SOEHNE` and `Muller-Sohne`."""
        return re.sub(r"([aou])e", r"\1", self.core.replace(" ", ""))

    def means(self, other: PartyName) -> bool:
        """Same name; the legal form may be left out, but not be another one."""
        return self.key == other.key and (
            not self.form or not other.form or self.form == other.form
        )


def folded(text: str) -> str:
    """Lower case without accents, punctuation as single blanks."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return re.sub(r"[^\w]+", " ", plain.replace("_", " ")).strip()


def party_name(text: str) -> PartyName:
    """Split a company's name into what it is called and its legal form."""
    joined = _SINGLE_LETTERS.sub(_join_letters, _SPZOO.sub("spzoo", text))
    words = [word for word in folded(joined).split() if word not in _FILLERS]
    core = [word for word in words if word not in _FORMS]
    form = " ".join(_FORMS[word] for word in words if word in _FORMS)
    return PartyName(" ".join(core), form) if core else PartyName(" ".join(words), "")


def _join_letters(match: re.Match[str]) -> str:
    """`S. A. R. L.` -> `SARL`; initials that form no legal form stay as they are."""
    joined = re.sub(r"[.\s]", "", match[0])
    return f" {joined} " if joined.casefold() in _FORMS else match[0]


def is_to_order(text: str) -> bool:
    """Whether a consignee is 'to order': nobody by name."""
    return bool(_TO_ORDER.match(text.strip()))


def nearest(text: str, known: list[str], least: float = 80.0) -> str | None:
    """The known name most like `text` (0..100 by edit distance), when it is like it at all."""
    from rapidfuzz import fuzz, process

    wanted = folded(text)
    best = process.extractOne(wanted, {name: folded(name) for name in known}, scorer=fuzz.ratio)
    return str(best[2]) if best and best[1] >= least else None

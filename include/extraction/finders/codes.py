"""Codes: containers, tariff codes, bank accounts, tax numbers, orders, currencies, and others."""

from __future__ import annotations

import re
from collections.abc import Sequence

from include.extraction.finders.amounts import CURRENCIES, CURRENCY_SIGNS
from include.extraction.finders.countries import country_code
from include.extraction.finders.found import Found, Habits, Run
from include.extraction.layout.text import TO_DIGIT, TO_LETTER
from include.models import Word

CONTAINER = re.compile(
    r"(?<![A-Za-z0-9])([A-Z]{3}[UJZ])[ \-]?(\d{3})[ .]?(\d{3})[ \-/.]?\[?(\d)\]?(?![A-Za-z0-9])"
)
_CONTAINER_LIKE = re.compile(
    r"(?<![A-Za-z0-9])[A-Z0-9]{4}[ \-]?[A-Z0-9]{6}[ \-/]?[A-Z0-9](?![A-Za-z0-9])"
)
INCOTERM = re.compile(
    r"(?<![A-Za-z])(EXW|FCA|FAS|FOB|CFR|CIF|CPT|CIP|DAP|DPU|DDP|DAT|DDU|C&F)(?![A-Za-z])"
)
#: On scans with a blank inside: `C IF`.
_TORN_INCOTERM = re.compile(
    r"(?<![A-Za-z])(EXW|FCA|FAS|FOB|CFR|CIF|CPT|CIP|DAP|DPU|DDP|DAT|DDU|C&F"
    r"|F ?C ?A|F ?O ?B|C ?F ?R|C ?I ?F|C ?P ?T|C ?I ?P|E ?X ?W|D ?A ?P|D ?P ?U|D ?D ?P)(?![A-Za-z])"
)
_CODE_WORD = re.compile(r"^[\w./\-–#+*&:()]+$")
_EDGE = " .,;:#|*_–()[]"
_LETTER_VALUES = {c: i + 10 + (i + 9) // 10 for i, c in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}


def compact(text: str) -> str:
    """Upper case without blanks: how codes are normalised."""
    return re.sub(r"\s+", "", text).strip(_EDGE).upper()


def container_check_digit(code: str) -> int:
    """ISO 6346 check digit of the first ten characters."""
    total = sum(
        (_LETTER_VALUES[c] if c.isalpha() else int(c)) * 2**place
        for place, c in enumerate(code[:10])
    )
    return int(total % 11 % 10)


def find_containers(words: Sequence[Word], habits: Habits) -> list[Found]:
    """Container numbers by form; on scans also those that one confused sign keeps from it, when
    the check digit then fits."""
    run = Run(words)
    out: list[Found] = []
    for match, start, end in run.matches(CONTAINER):
        code = "".join(match.groups())
        valid = container_check_digit(code) == int(code[-1])
        note = "" if valid else "the check digit does not fit"
        quality = 1.0 if valid else 0.75 if habits.is_scan else 0.97
        out.append(Found(match[0], code, start, end, quality, note))
    if not habits.is_scan:
        return out
    for match, start, end in run.matches(_CONTAINER_LIKE):
        raw = re.sub(r"[ \-/]", "", match[0])
        code = raw[:4].translate(TO_LETTER) + raw[4:].translate(TO_DIGIT)
        if any(found.start < end and start < found.end for found in out):
            continue
        if re.fullmatch(r"[A-Z]{3}[UJZ]\d{7}", code) and container_check_digit(code) == int(
            code[-1]
        ):
            out.append(Found(match[0], code, start, end, 0.85, "a sign was misread"))
    return out


def find_pattern(words: Sequence[Word], pattern: re.Pattern[str]) -> list[Found]:
    """What the field's own pattern matches."""
    return [
        Found(match[0].strip(), compact(match[0]), start, end)
        for match, start, end in Run(words).matches(pattern)
    ]


def find_hs(words: Sequence[Word]) -> list[Found]:
    pattern = re.compile(r"(?<![\w.,\-])\d{4}[. ]?\d{2}(?:[. ]?\d{2}){0,2}(?![\w\-]|[.,]\d)")
    return [
        Found(match[0], re.sub(r"\D", "", match[0]), start, end)
        for match, start, end in Run(words).matches(pattern)
    ]


def find_incoterms(words: Sequence[Word], habits: Habits) -> list[Found]:
    """The three letters, with the named place in the printed value when it follows."""
    run = Run(words)
    out = []
    for match, start, end in run.matches(_TORN_INCOTERM if habits.is_scan else INCOTERM):
        last = end
        for word in words[end : end + 4]:
            if not re.match(
                r"^[(]?[A-Z][\w\-'.]*[,)]?$|^\(?20[12]0\)?$|^\(?Incoterms.*$", word.text
            ):
                break
            last += 1
        value = " ".join(word.text for word in words[start:last]).rstrip(",.")
        out.append(Found(value, match[1].replace(" ", ""), start, last))
    return out


def find_currencies(words: Sequence[Word]) -> list[Found]:
    out = []
    for index, word in enumerate(words):
        text = word.text.strip("()[]:,;")
        if text in CURRENCIES:
            out.append(Found(text, text, index, index + 1))
        elif text in CURRENCY_SIGNS:
            code = CURRENCY_SIGNS[text]
            out.append(Found(text, code, index, index + 1, 0.85 if text == "$" else 0.95))
        elif text.upper() in ("EURO", "EUROS"):
            out.append(Found(text, "EUR", index, index + 1, 0.95))
    return out


def find_countries(words: Sequence[Word]) -> list[Found]:
    """Names of up to four words, or two-letter codes."""
    out = []
    index = 0
    while index < len(words):
        for length in range(min(4, len(words) - index), 0, -1):
            value = " ".join(word.text for word in words[index : index + length]).strip("()[],;.:")
            code = country_code(value)
            if code:
                out.append(Found(value, code, index, index + length))
                index += length - 1
                break
        index += 1
    return out


def find_vat(words: Sequence[Word], pattern: re.Pattern[str] | None) -> list[Found]:
    """Tax numbers by the field's pattern, else any code."""
    if pattern is not None:
        out = []
        for found in find_pattern(words, pattern):
            code = re.sub(r"[^A-Z0-9]", "", found.normalised)
            if sum(c.isdigit() for c in code) >= 6:
                value = found.value.strip(" .-")
                out.append(Found(value, code, found.start, found.end))
        if out:
            return out
    return [
        Found(f.value, re.sub(r"[^A-Z0-9]", "", f.normalised), f.start, f.end, 0.85 * f.quality)
        for f in find_codes(words)
    ]


def find_codes(words: Sequence[Word]) -> list[Found]:
    """Codes in the words: signs and digits, blanks inside only between their parts."""
    out: list[Found] = []
    index = 0
    while index < len(words):
        end = _code_end(words, index)
        if end > index:
            printed = " ".join(word.text for word in words[index:end])
            value = printed.strip(_EDGE)
            quality = _code_quality(value, index) * (0.5 if printed.startswith("(") else 1.0)
            if value:
                out.append(Found(value, compact(value), index, end, quality))
            index = end
        index += 1
    return out


def _code_end(words: Sequence[Word], start: int) -> int:
    """Where the code beginning at `start` ends; `start` itself when none does."""
    text = words[start].text.strip(_EDGE)
    if not text or not _CODE_WORD.match(text):
        return start
    has_digit = any(c.isdigit() for c in text)
    if not has_digit and not (text.isupper() and len(text) <= 6):
        return start
    end = start + 1
    while end < len(words):
        text = words[end].text.strip(_EDGE)
        gap = words[end].box.x0 - words[end - 1].box.x1
        is_part = re.fullmatch(r"\d[\d\-/]*|[A-Z]?\d[\dA-Z\-/.]*|-|/", text)
        if not is_part or gap > max(words[end].box.height, 4) or _looks_like_date(text):
            break
        has_digit = has_digit or any(c.isdigit() for c in text)
        end += 1
    return end if has_digit else start


def _looks_like_date(text: str) -> bool:
    return bool(re.fullmatch(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d\d-\d\d", text))


def _code_quality(value: str, index: int) -> float:
    if _looks_like_date(value):
        return 0.3
    quality = 1.0 if index == 0 else 0.8
    if re.fullmatch(r"\d{1,2}|\d{1,3}[.,]\d{2}", value):
        quality *= 0.5
    return quality


def find_iban(words: Sequence[Word]) -> list[Found]:
    from stdnum import iban

    pattern = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{1,4}){2,8}(?![A-Za-z0-9])")
    out = []
    for match, start, end in Run(words).matches(pattern):
        text = match[0]
        while len(text) > 14:
            code = compact(text)
            if iban.is_valid(code):
                out.append(Found(text, code, start, end))
                break
            text = text.rpartition(" ")[0]
        else:
            if 15 <= len(compact(match[0])) <= 34:
                out.append(
                    Found(
                        match[0], compact(match[0]), start, end, 0.7, "the check digits do not fit"
                    )
                )
    return out

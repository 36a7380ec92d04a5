"""Numbers with check digits as transport papers carry them, made up but valid."""

from __future__ import annotations

from random import Random

#: ISO 6346 letter values skip every multiple of eleven.
_LETTER = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", (n for n in range(10, 39) if n % 11), strict=True))


def container_check_digit(prefix: str) -> int:
    """The ISO 6346 check digit of ten characters, for example `VLTU123456`."""
    total = sum((_LETTER[c] if c.isalpha() else int(c)) << i for i, c in enumerate(prefix))
    return total % 11 % 10


def container_number(rng: Random, owner: str) -> str:
    """A valid container number of the three-letter `owner`.

    A serial whose remainder is ten is passed over, as owners are asked to do.
    """
    while True:
        prefix = f"{owner}U{rng.randrange(100_000, 999_999)}"
        total = sum((_LETTER[c] if c.isalpha() else int(c)) << i for i, c in enumerate(prefix))
        if total % 11 < 10:
            return f"{prefix}{total % 11}"


def break_check_digit(number: str, rng: Random) -> str:
    """The same container number with a wrong last digit."""
    wrong = (int(number[-1]) + rng.randrange(1, 9)) % 10
    return f"{number[:-1]}{wrong}"


def air_waybill_number(rng: Random, prefix: str) -> str:
    """An air waybill number: airline prefix, seven digits, their remainder by seven."""
    serial = rng.randrange(1_000_000, 9_999_999)
    return f"{prefix}-{serial}{serial % 7}"


def container_as_printed(number: str, style: str) -> str:
    """`VLTU1234567` joined, spaced (`VLTU 123456 7`) or dashed (`VLTU 123456-7`)."""
    match style:
        case "spaced":
            return f"{number[:4]} {number[4:10]} {number[10]}"
        case "dashed":
            return f"{number[:4]} {number[4:10]}-{number[10]}"
        case _:
            return number

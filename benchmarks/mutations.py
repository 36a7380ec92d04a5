"""Files with their bytes changed: the same ones for the same seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

_MANY = 4  # places that are changed in one file, at most


def mutations(samples: dict[str, bytes], count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """`count` changed files, taken in turn from the samples, as (name, bytes)."""
    names = sorted(samples)
    for number in range(count):
        chance = random.Random(f"{seed}/{number}")
        name = names[number % len(names)]
        data = bytearray(samples[name])
        for _ in range(chance.randint(1, _MANY)):
            if data:
                data = chance.choice(_WAYS)(data, chance, samples)
        yield name, bytes(data)


Way = Callable[[bytearray, random.Random, dict[str, bytes]], bytearray]


def _place(data: bytearray, chance: random.Random) -> int:
    """Anywhere, but as often near the beginning or the end, where the structure is."""
    part = chance.choice((len(data), min(len(data), 200)))
    place = chance.randrange(part)
    return place if chance.random() < 0.7 else len(data) - 1 - place


def _flip(data: bytearray, chance: random.Random, _: dict[str, bytes]) -> bytearray:
    for _ in range(chance.choice((1, 1, 4, 32))):
        data[_place(data, chance)] ^= 1 << chance.randrange(8)
    return data


def _cut(data: bytearray, chance: random.Random, _: dict[str, bytes]) -> bytearray:
    return data[: _place(data, chance)]


def _remove(data: bytearray, chance: random.Random, _: dict[str, bytes]) -> bytearray:
    place = _place(data, chance)
    del data[place : place + chance.choice((1, 2, 8, 100, 1000))]
    return data


def _repeat(data: bytearray, chance: random.Random, _: dict[str, bytes]) -> bytearray:
    place = _place(data, chance)
    data[place:place] = data[place : place + chance.choice((1, 16, 256))] * chance.choice((1, 9))
    return data


def _splice(data: bytearray, chance: random.Random, samples: dict[str, bytes]) -> bytearray:
    other = samples[chance.choice(sorted(samples))]
    begin = chance.randrange(len(other))
    place = _place(data, chance)
    data[place : place + chance.choice((0, 64))] = other[begin : begin + chance.choice((8, 500))]
    return data


def _number(data: bytearray, chance: random.Random, _: dict[str, bytes]) -> bytearray:
    """Another value where a length, a size or an offset may stand."""
    size = chance.choice((1, 2, 4, 8))
    top = 1 << (8 * size)
    value = chance.choice((0, 1, top - 1, top // 2, top // 2 - 1, chance.randrange(top)))
    place = _place(data, chance)
    data[place : place + size] = value.to_bytes(size, chance.choice(("little", "big")))
    return data


def _digits(data: bytearray, chance: random.Random, _: dict[str, bytes]) -> bytearray:
    """Another number where one is written out, as in a PDF."""
    places = [i for i in range(len(data)) if 48 <= data[i] <= 57]
    if places:
        place = chance.choice(places)
        data[place : place + 1] = chance.choice((b"0", b"-1", b"4294967295", b"99999", b"1e9"))
    return data


_WAYS: tuple[Way, ...] = (_flip, _flip, _cut, _remove, _repeat, _splice, _number, _number, _digits)

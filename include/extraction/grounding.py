"""Finds a value again on the words of the pages: exactly, as an equal number or date, or nearly."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from include.document_types.catalogue import FieldSpec
from include.extraction.finders.found import Habits
from include.extraction.layout.page import Segment, Sheet
from include.extraction.layout.text import squash
from include.extraction.normalise import find, normalise
from include.models import Box, Word

#: How sure it is that the place found holds the value.
EXACT, EQUAL, NEARLY = 1.0, 0.97, 0.8
#: Signs that OCR takes for each other, as one.
_CONFUSED = str.maketrans("oOqQiIlL|zZsSbBgG", "00001111122558866")
_TYPED = frozenset(("date", "decimal", "integer", "weight", "volume", "money"))
_MAX_WORDS = 16


@dataclass(frozen=True)
class Place:
    """Where a value stands; `places` counts how often it does, `ocr` is its least legible word."""

    page: int
    boxes: tuple[Box, ...]
    quality: float
    places: int
    ocr: float


def ground(
    value: str, spec: FieldSpec, sheets: Sequence[Sheet], habits: Habits | None = None
) -> Place | None:
    """The place of a printed value on the pages; None when it does not stand there."""
    habits = habits or Habits()
    for quality, places in (
        (EXACT, list(_exact(value, spec, sheets))),
        (EQUAL, list(_equal(value, spec, sheets, habits))),
        (NEARLY, list(_nearly(value, sheets))),
    ):
        if places:
            page, words = places[0]
            ocr = min(word.confidence for word in words)
            return Place(page, tuple(word.box for word in words), quality, len(places), ocr)
    return _in_parts(value, spec, sheets, habits)


def _runs(sheets: Sequence[Sheet]) -> Iterator[tuple[int, Sequence[Word]]]:
    """The words of each row, and of each segment with the line under it: a name may be wrapped."""
    for sheet in sheets:
        for row in sheet.rows:
            yield sheet.number, row.words
        for above, below in zip(sheet.rows, sheet.rows[1:], strict=False):
            for segment in above.segments:
                under = _under(segment, below.segments)
                if under is not None:
                    yield sheet.number, segment.words + under.words


def _under(segment: Segment, below: Sequence[Segment]) -> Segment | None:
    return next((s for s in below if abs(s.box.x0 - segment.box.x0) < 8), None)


def _windows(
    value: str, sheets: Sequence[Sheet], key_of: Callable[[str], str]
) -> Iterator[tuple[int, list[Word]]]:
    """Runs of words that together have the value's key."""
    wanted = key_of(value)
    if not wanted:
        return
    seen: set[tuple[int, float, float]] = set()
    for page, words in _runs(sheets):
        keys = [key_of(word.text) for word in words]
        for start, key in enumerate(keys):
            if not key or not wanted.startswith(key):
                continue
            end = start + 1
            while len(key) < len(wanted) and end < min(len(words), start + _MAX_WORDS):
                key += keys[end]
                end += 1
            place = (page, words[start].box.x0, words[start].box.y0)
            if key == wanted and place not in seen:
                seen.add(place)
                yield page, list(words[start:end])


def _exact(
    value: str, spec: FieldSpec, sheets: Sequence[Sheet]
) -> Iterator[tuple[int, list[Word]]]:
    """The same text; the separators of numbers and dates count, other punctuation does not."""
    return _windows(value, sheets, _bare if spec.kind in _TYPED else squash)


def _bare(text: str) -> str:
    return "".join(text.split()).casefold()


def _equal(
    value: str, spec: FieldSpec, sheets: Sequence[Sheet], habits: Habits
) -> Iterator[tuple[int, list[Word]]]:
    """Numbers and dates of the same worth, however they are written."""
    wanted = normalise(spec, value, habits) if spec.kind in _TYPED else None
    if wanted is None:
        return
    for sheet in sheets:
        for row in sheet.rows:
            for segment in row.segments:
                for found in find(spec, segment.words, habits):
                    if found.normalised == wanted:
                        yield sheet.number, list(segment.words[found.start : found.end])


def _nearly(value: str, sheets: Sequence[Sheet]) -> Iterator[tuple[int, list[Word]]]:
    """On scans: the same but for signs that OCR confuses; short values prove nothing this way."""
    scans = [sheet for sheet in sheets if sheet.is_scan]
    if len(squash(value)) < 5:
        return iter(())
    return _windows(value, scans, lambda text: squash(text).translate(_CONFUSED))


def _in_parts(value: str, spec: FieldSpec, sheets: Sequence[Sheet], habits: Habits) -> Place | None:
    """An address: each of its lines stands on the page."""
    parts = [part for part in re.split(r"[\n,;]+", value) if squash(part)]
    if spec.kind not in ("address", "text") or len(parts) < 2:
        return None
    places = [ground(part, spec, sheets, habits) for part in parts]
    if not all(places):
        return None
    found = [place for place in places if place is not None]
    return Place(
        found[0].page,
        tuple(box for place in found for box in place.boxes),
        min(place.quality for place in found) * 0.95,
        min(place.places for place in found),
        min(place.ocr for place in found),
    )

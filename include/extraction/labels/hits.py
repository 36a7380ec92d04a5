"""Where labels stand on the pages: exact after folding, or nearly so on scans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from include.extraction.labels.index import LabelIndex
from include.extraction.labels.match import LabelHit, label_at
from include.extraction.layout.page import Segment, Sheet


def find_labels(sheet: Sheet, index: LabelIndex) -> list[LabelHit]:
    """All labels of a page, in reading order; they do not overlap."""
    hits: list[LabelHit] = []
    for row in sheet.rows:
        for segment in row.segments:
            wrapped = _wrapped(sheet, segment, index)
            hits += [wrapped] if wrapped else labels_in(segment, index, sheet.is_scan)
    return hits


def labels_in(segment: Segment, index: LabelIndex, is_scan: bool) -> list[LabelHit]:
    """The labels in a run of words, left to right."""
    hits: list[LabelHit] = []
    position = 0
    while position < len(segment.words):
        hit = label_at(segment, position, index, is_scan)
        if hit is not None:
            hits.append(hit)
        position = hit.end if hit is not None else position + 1
    return hits


def _wrapped(sheet: Sheet, segment: Segment, index: LabelIndex) -> LabelHit | None:
    """A label that goes on in the next line of its column: `N° de liste de` / `colisage:`."""
    if ":" in segment.text or any(c.isdigit() for c in segment.text):
        return None
    below = _line_below(sheet, segment)
    if below is None or not below.text.rstrip().endswith(":") or len(below.words) > 3:
        return None
    both = Segment(segment.words + below.words, segment.page, segment.row)
    hit = label_at(both, 0, index, sheet.is_scan)
    if hit is None or not hit.names or hit.end < len(segment.words):
        return None
    quality = hit.quality if hit.end == len(both.words) else 0.9 * hit.quality
    return replace(
        hit,
        segment=segment,
        end=len(segment.words),
        quality=quality,
        has_colon=True,
        is_alone=True,
    )


def _line_below(sheet: Sheet, segment: Segment) -> Segment | None:
    """The next line that begins where the segment does, close under it."""
    for row in sheet.rows[segment.row + 1 : segment.row + 3]:
        for below in row.segments:
            near = abs(below.box.x0 - segment.box.x0) < 0.6 * sheet.height
            if near and below.box.y0 - segment.box.y1 < 0.9 * sheet.height:
                return below
    return None


def language_of(hits: Iterable[LabelHit]) -> str:
    """The language most labels are printed in; English when nothing shows."""
    votes: dict[str, float] = defaultdict(float)
    for hit in hits:
        if hit.language:
            votes[hit.language] += hit.quality * min(len(hit.text), 12)
    return max(votes, key=lambda language: votes[language]) if votes else "en"

"""A page with its labels: what stands right of a label, and what below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from include.extraction.labels.match import LabelHit
from include.extraction.layout.page import Row, Segment, Sheet
from include.models import Box, Word

#: How far below its label a value may stand, in text heights from row to row.
BELOW_FIRST = 3.8
#: How far right of its label's beginning, in points, a value below may begin.
REACH_ASIDE = 40.0
#: What a value counts in the place that the page does not use, when there is one in the other.
DISLIKED = 0.85
#: Share of the page's width that a value may stand right of its label.
RIGHT_REACH = 0.55


class Board:
    """A page with its labels: answers what stands right of and below a label."""

    def __init__(
        self,
        sheet: Sheet,
        hits: Sequence[LabelHit],
        taken: frozenset[tuple[int, int]] = frozenset(),
        places_right: float = 0.5,
    ) -> None:
        """`taken`: (page, row) that belong to the table. `places_right`: share of this page's
        typed values that stand right of their label, not below it."""
        self.sheet = sheet
        self.hits = hits
        self.taken = taken
        self.places_right = places_right
        self._by_segment: dict[int, list[LabelHit]] = {}
        for hit in hits:
            self._by_segment.setdefault(id(hit.segment), []).append(hit)

    def hits_in(self, segment: Segment) -> list[LabelHit]:
        return self._by_segment.get(id(segment), [])

    def free(self, segment: Segment, start: int = 0) -> tuple[Word, ...]:
        """The words from `start` up to the next label in the segment."""
        for hit in self.hits_in(segment):
            if hit.start >= start and _ends_value(hit):
                return segment.words[start : hit.start]
        return segment.words[start:]

    def after(self, hit: LabelHit) -> tuple[Word, ...]:
        """What follows the label in its own segment."""
        return self.free(hit.segment, hit.end)

    def right(self, hit: LabelHit) -> Iterator[Segment]:
        """Segments right of the label up to the next label, within reach."""
        if not self.after(hit):
            row = self.sheet.rows[hit.row]
            reach = hit.box.x1 + RIGHT_REACH * self.sheet.page.width
            for segment in row.segments:
                if segment.box.x0 < hit.segment.box.x1:
                    continue
                words = self._beside(hit, segment)
                if segment.box.x0 > reach or not words:
                    return
                yield Segment(words, segment.page, segment.row)
                if words[-1] is not segment.words[-1]:
                    return

    def _beside(self, hit: LabelHit, segment: Segment) -> tuple[Word, ...]:
        """The value in a segment right of a label, which may look like a label itself."""
        hits = self.hits_in(segment)
        if segment.text.startswith("(") and hits and hits[0].start == 0 and hits[0].has_colon:
            return self.free(segment, hits[0].end)  # `VAT No.  (buyer): DE123`
        if hit.has_colon and hits and all(h.is_party and not h.has_colon for h in hits):
            return segment.words  # `Carrier:  Compagnie Maritime`
        return self.free(segment)

    def below(self, hit: LabelHit, limit: int = 1, first_gap: float = BELOW_FIRST) -> list[Segment]:
        """Up to `limit` segments under the label, in its column, down to the next label or gap."""
        rest = self._caption_end(hit)
        if rest is not None:
            right = self._right_edge(rest.box, rest.row)
            return self._down(rest.box, rest.row, right, limit, first_gap)
        return self._down(hit.box, hit.row, self._right_edge(hit.box, hit.row), limit, first_gap)

    def _caption_end(self, hit: LabelHit) -> Segment | None:
        """Where an explanation in brackets closes that goes on in the lines under its label."""
        if "(" not in hit.text or ")" in hit.text:
            return None
        for row in self.sheet.rows[hit.row + 1 : hit.row + 4]:
            for segment in row.segments:
                near = abs(segment.box.x0 - hit.box.x0) < 2 * self.sheet.height
                if near and ")" in segment.text:
                    return segment
        return None

    def under(self, segment: Segment, limit: int, label: LabelHit | None = None) -> list[Segment]:
        """The lines that go on under a segment; for a value right of `label` down to the next
        label in the label's own column."""
        right = self._right_edge(segment.box, segment.row)
        lines = self._down(segment.box, segment.row, right, limit, 2.4)
        stop = self._next_label(label) if label is not None else None
        return [line for line in lines if stop is None or line.row < stop]

    def _next_label(self, label: LabelHit) -> int | None:
        is_open = "(" in label.text and ")" not in label.text
        for row in self.sheet.rows[label.row + 1 : label.row + 12]:
            for segment in row.segments:
                near = abs(segment.box.x0 - label.box.x0) < 2 * self.sheet.height
                if near and not is_open and self.hits_in(segment):
                    return row.number
                if near and ")" in segment.text:
                    is_open = False
        return None

    def _down(
        self, top: Box, number: int, right: float, limit: int, first_gap: float
    ) -> list[Segment]:
        out: list[Segment] = []
        last = top
        left = top.x0 - 2.5 * self.sheet.height
        for row in self.sheet.rows[number + 1 :]:
            height = max(self.sheet.height, min(last.height, 2 * self.sheet.height))
            allowed = (first_gap if not out else 2.4) * height
            inside = [s for s in row.segments if _is_under(s.box, left, right, top)]
            inside = inside or self._crossing(row, top, right)
            if not inside:
                if row.box.middle - last.middle > allowed:
                    break
                continue
            segment = self._up_to(min(inside, key=lambda s: abs(s.box.x0 - top.x0)), right)
            words = self.free(segment)
            if segment.box.middle - last.middle > allowed or not words:
                break
            if (self.sheet.number, row.number) in self.taken:
                break
            if len(words) <= 2 and any(h.has_colon for h in self.hits_in(segment)):
                break
            out.append(Segment(words, segment.page, segment.row))
            last = segment.box
            if len(out) >= limit or len(words) < len(segment.words):
                break
        return out

    def _up_to(self, segment: Segment, right: float) -> Segment:
        """On scans the words of the next cell may have been read along."""
        if self.sheet.is_scan and segment.box.x1 > right:
            for n, word in enumerate(segment.words[1:], 1):
                if word.box.x0 >= right - 0.5 * self.sheet.height:
                    return segment.part(0, n)
        return segment

    def _crossing(self, row: Row, top: Box, right: float) -> list[Segment]:
        """On scans two cells may be read as one line: the part that begins under the label."""
        if not self.sheet.is_scan:
            return []
        for segment in row.segments:
            for n, word in enumerate(segment.words[1:], 1):
                aligned = abs(word.box.x0 - top.x0) < 0.5 * self.sheet.height
                if aligned and word.box.x0 - segment.words[n - 1].box.x1 > 0.3 * word.box.height:
                    return [segment.part(n)]
        return []

    def _right_edge(self, box: Box, row: int) -> float:
        """Where the column of a box ends: at the next segment on its row."""
        for segment in self.sheet.rows[row].segments:
            if segment.box.x0 > box.x1 and segment.box.x0 > box.x0 + 40:
                return segment.box.x0 - 1
        return self.sheet.page.width

    def fit(self, hit: LabelHit, value: Segment, place: str) -> float:
        """How well a value lies to its label: near behind it, or aligned under it."""
        if place == "after":
            return 1.0
        if place in ("right", "far"):
            gap = max(value.box.x0 - hit.box.x1, 0) / self.sheet.page.width
            return 1.0 - 0.4 * max(gap - 0.08, 0)
        shift = abs(value.box.x0 - hit.box.x0) / max(self.sheet.height, 1)
        middle = abs(value.box.x0 + value.box.x1 - hit.box.x0 - hit.box.x1) / 2 / self.sheet.height
        return 1.0 - 0.04 * min(shift, middle, 5)

    def prefers(self, hit: LabelHit, place: str) -> float:
        """Which of two places counts when something stands in both: what a colon and the other
        labels of the page say."""
        is_right = hit.has_colon or self.places_right > 0.5
        if self.places_right == 0.5 and not hit.has_colon:
            return 1.0
        return 1.0 if is_right == (place in ("right", "far")) else DISLIKED


def _ends_value(hit: LabelHit) -> bool:
    """Whether a value must end at a label; an unwanted one may be part of a name (Bank of ...)."""
    if hit.has_colon or hit.is_alone:
        return True
    return hit.quality >= 0.7 and (bool(hit.names) or hit.start > 0)


def _is_under(box: Box, left: float, right: float, label: Box) -> bool:
    """Whether a segment lies in the column `left`..`right`, or under the label itself."""
    if left <= box.x0 < min(right, max(label.x1, label.x0 + REACH_ASIDE)):
        return True
    is_centred = abs(box.x0 + box.x1 - label.x0 - label.x1) < 0.5 * max(label.width, 20)
    ends_alike = abs(box.x1 - label.x1) < 6 and box.width < 2.5 * label.width
    return box.x0 < right and (is_centred or ends_alike)

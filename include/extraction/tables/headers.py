"""Header rows of tables: which columns a row (or a few stacked ones) announces."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from include.document_types.catalogue import FieldSpec
from include.extraction.labels.hits import labels_in
from include.extraction.labels.index import LabelIndex
from include.extraction.layout.page import Row, Segment, Sheet, box_of
from include.extraction.layout.text import squash
from include.models import Box, Word

#: A caption may be stacked over this many rows.
_NUMBER = re.compile(r"[^\w]*\d[\d.,/\-]*[^\w]*")
DEPTH = 3
STACK_GAP = 1.3


@dataclass(frozen=True)
class Column:
    """A column: the header's box, the reach of its cells, and the line field if it is wanted.

    `second`: the other field of a caption such as `Shipper / Consignee`.
    """

    name: str
    box: Box
    text: str
    quality: float
    left: float = 0.0
    right: float = 0.0
    second: str = ""


@dataclass(frozen=True)
class Header:
    columns: tuple[Column, ...]
    page: int
    first: int
    last: int
    score: float

    @property
    def names(self) -> frozenset[str]:
        return frozenset(column.name for column in self.columns if column.name)


def find_headers(sheet: Sheet, index: LabelIndex, specs: Mapping[str, FieldSpec]) -> list[Header]:
    """Headers of a page, top to bottom, not overlapping."""
    out: list[Header] = []
    for row in sheet.rows:
        if out and row.number <= out[-1].last:
            continue
        best: Header | None = None
        for depth in range(1, DEPTH + 1):
            rows = _stack(sheet, row.number, depth)
            if rows is None:
                break
            header = _header(sheet, rows, index, specs)
            if header and (best is None or header.score > best.score + 0.05):
                best = header
        if best:
            if out and best.first - out[-1].last <= 1 and best.score > out[-1].score:
                out.pop()
            out.append(best)
    return out


def _stack(sheet: Sheet, start: int, depth: int) -> Sequence[Row] | None:
    rows = sheet.rows[start : start + depth]
    if len(rows) < depth:
        return None
    for above, row in pairwise(rows):
        if row.box.y0 - above.box.y1 > STACK_GAP * sheet.height:
            return None
    return rows


def _header(
    sheet: Sheet, rows: Sequence[Row], index: LabelIndex, specs: Mapping[str, FieldSpec]
) -> Header | None:
    """The rows as a header; None when they do not announce at least two wanted columns."""
    if any(_NUMBER.fullmatch(word.text) for row in rows for word in row.words):
        return None
    columns: list[Column] = []
    covered = total = 0
    for group in _clusters(rows):
        found = _columns_in(group, index, sheet.is_scan)
        letters = sum(len(squash(word.text)) for segment in group for word in segment.words)
        total += letters
        covered += sum(len(squash(column.text)) for column in found if column.quality > 0)
        columns += found
    if not all(_is_caption_row(row, columns) for row in rows):
        return None
    columns = _one_each(columns, specs)
    wanted = [c for c in columns if c.name in specs]
    numeric = [c for c in wanted if specs[c.name].kind not in ("text", "name", "code")]
    has_text = any(specs[c.name].kind in ("text", "name", "code") for c in wanted)
    if not has_text or len(wanted) < 2 or covered < 0.5 * total or not numeric:
        return None
    if len(wanted) == 2 and not any(c.name == "description" for c in wanted):
        return None
    score = sum(c.quality * (0.8 + 0.02 * min(len(c.text), 12)) for c in wanted) + 0.3 * sum(
        1 for c in columns if c.name and c.name not in specs
    )
    score *= 0.5 + 0.5 * covered / max(total, 1)
    ordered = _with_reach(sorted(columns, key=lambda c: c.box.x0), sheet.page.width)
    return Header(ordered, sheet.number, rows[0].number, rows[-1].number, score)


def _is_caption_row(row: Row, columns: Sequence[Column]) -> bool:
    """Whether most of a row's words belong to captions that are known."""
    known = [c.box for c in columns if c.name]
    words = row.words
    inside = sum(
        any(
            b.x0 - 1 <= w.box.x0 and w.box.x1 <= b.x1 + 1 and b.y0 - 1 <= w.box.middle <= b.y1 + 1
            for b in known
        )
        for w in words
    )
    return inside * 2 >= len(words)


def _clusters(rows: Sequence[Row]) -> list[list[Segment]]:
    """Segments of the rows that stand over each other, as one caption each."""
    groups: list[list[Segment]] = []
    for position, row in enumerate(rows):
        beside = [r.segments for r in (*rows[:position][::-1], *rows[position + 1 :])]
        for segment in (piece for s in row.segments for piece in _parted(s, beside)):
            over = [
                group
                for group in groups
                if _overlap(box_of([w for s in group for w in s.words]), segment.box) > 0.3
                and group[-1].row < segment.row
            ]
            if len(over) == 1:
                over[0].append(segment)
            else:
                groups.append([segment])
    return groups


def _parted(segment: Segment, rows: Sequence[Sequence[Segment]]) -> list[Segment]:
    """Two captions that run together are parted where another row has two over or under them."""
    parts: list[list[Word]] = []
    last: set[tuple[int, int]] = set()
    for word in segment.words:
        near = {
            (r, n)
            for r, row in enumerate(rows)
            for n, other in enumerate(row)
            if _overlap(other.box, word.box) > 0.4
        }
        differs = any(r == s and n != m for r, n in near for s, m in last)
        if parts and not (differs and not near & last):
            parts[-1].append(word)
        else:
            parts.append([word])
        last = near or last
    return [Segment(tuple(words), segment.page, segment.row) for words in parts]


def _overlap(a: Box, b: Box) -> float:
    return (min(a.x1, b.x1) - max(a.x0, b.x0)) / max(min(a.width, b.width), 1.0)


def _columns_in(group: Sequence[Segment], index: LabelIndex, is_scan: bool) -> list[Column]:
    """The captions in a cluster: the whole of it, else each label in its segments."""
    words: tuple[Word, ...] = tuple(word for segment in group for word in segment.words)
    whole = Segment(words, group[0].page, group[0].row)
    if len(group) > 1:
        hits = labels_in(whole, index, is_scan)
        if len(hits) == 1 and hits[0].start == 0 and hits[0].end == len(words) and hits[0].names:
            return [_column(hits[0].names, words, hits[0].quality)]
        several = _several_captions(group, index, is_scan)
        if several:
            return several
    out: list[Column] = []
    for segment in group:
        hits = [hit for hit in labels_in(segment, index, is_scan)]
        position = 0
        covered = sum(hit.end - hit.start for hit in hits) == len(segment.words)
        for hit in hits:
            if hit.start > position:
                out.append(_column((), segment.words[position : hit.start], 0.0))
            quality = hit.quality if hit.start == 0 else max(hit.quality, 1.0 if covered else 0.85)
            out.append(_column(hit.names, segment.words[hit.start : hit.end], quality))
            position = hit.end
        if position < len(segment.words):
            rest = segment.words[position:]
            if out and hits and all(len(squash(w.text)) <= 4 for w in rest):
                out[-1] = replace(out[-1], box=out[-1].box.union(box_of(rest)))
            else:
                out.append(_column((), rest, 0.0))
    return out


def _several_captions(
    group: Sequence[Segment], index: LabelIndex, is_scan: bool
) -> list[Column] | None:
    """`Qty P.U. Total` over `HT`: captions side by side, one of which goes on in the next row."""
    first, rest = group[0].words, tuple(w for segment in group[1:] for w in segment.words)
    for start in range(len(first)):
        for stop in range(start + 1, len(first) + 1):
            if stop - start == len(first) or _overlap(box_of(first[start:stop]), box_of(rest)) <= 0:
                continue
            pieces = [first[:start], first[start:stop] + rest, first[stop:]]
            found = [_covering(words, group[0], index, is_scan) for words in pieces if words]
            if all(found) and len(found[1 if start else 0]) == 1:
                return [column for columns in found for column in columns]
    return None


def _covering(
    words: tuple[Word, ...], near: Segment, index: LabelIndex, is_scan: bool
) -> list[Column]:
    """The captions that make up all of the words; empty when some word is left over."""
    hits = labels_in(Segment(words, near.page, near.row), index, is_scan)
    if sum(hit.end - hit.start for hit in hits if hit.names) != len(words):
        return []
    return [_column(hit.names, words[hit.start : hit.end], max(hit.quality, 0.9)) for hit in hits]


def _column(names: tuple[str, ...], words: Sequence[Word], quality: float) -> Column:
    text = " ".join(word.text for word in words)
    return Column("|".join(names), box_of(words), text, quality)


def _one_each(columns: Sequence[Column], specs: Mapping[str, FieldSpec]) -> list[Column]:
    """Each line field gets one column; a caption that could be several takes what is left over."""
    taken: set[str] = set()
    out: dict[int, Column] = {}
    order = sorted(
        range(len(columns)),
        key=lambda n: (columns[n].name.count("|"), -columns[n].quality, -len(columns[n].text)),
    )
    for n in order:
        options = [name for name in columns[n].name.split("|") if name]
        free = [name for name in options if name not in taken]
        wanted = [name for name in free if name in specs]
        name = (wanted or free or [""])[0]
        if "line_total" in wanted and "unit_price" in wanted and n == len(columns) - 1:
            name = "line_total"
        taken.add(name)
        out[n] = replace(columns[n], name=name)
        others = [one for one in wanted[1:] if specs[one].kind == specs[name].kind == "name"]
        if others and "/" in columns[n].text:
            taken.add(others[0])
            out[n] = replace(out[n], second=others[0])
    return [out[n] for n in sorted(out)]


def _with_reach(columns: Sequence[Column], width: float) -> tuple[Column, ...]:
    """Columns with the space their cells may use: half way to the neighbours' headers."""
    out = []
    for n, column in enumerate(columns):
        left = (columns[n - 1].box.x1 + column.box.x0) / 2 if n else 0.0
        right = (column.box.x1 + columns[n + 1].box.x0) / 2 if n + 1 < len(columns) else width
        out.append(replace(column, left=left, right=right))
    return tuple(out)

"""Header rows of tables: which columns a row (or a few stacked ones) announces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from include.document_types.catalogue import FieldSpec
from include.extraction.layout.page import Row, Segment, Sheet, box_of
from include.extraction.layout.text import squash
from include.extraction.rules.labels import LabelIndex, labels_in
from include.models import Box, Word

#: A caption may be stacked over this many rows.
DEPTH = 3
STACK_GAP = 1.3


@dataclass(frozen=True)
class Column:
    """A column: the header's box, the reach of its cells, and the line field if it is wanted."""

    name: str
    box: Box
    text: str
    quality: float
    left: float = 0.0
    right: float = 0.0


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
    for above, row in zip(rows, rows[1:], strict=False):
        if row.box.y0 - above.box.y1 > STACK_GAP * sheet.height:
            return None
    return rows


def _header(
    sheet: Sheet, rows: Sequence[Row], index: LabelIndex, specs: Mapping[str, FieldSpec]
) -> Header | None:
    """The rows as a header; None when they do not announce at least two wanted columns."""
    if any(sum(c.isdigit() for c in row_text(row)) > 0.25 * len(row_text(row)) for row in rows):
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


def row_text(row: Row) -> str:
    return " ".join(segment.text for segment in row.segments)


def _clusters(rows: Sequence[Row]) -> list[list[Segment]]:
    """Segments of the rows that stand over each other, as one caption each."""
    groups: list[list[Segment]] = []
    for row in rows:
        others = [s for other in rows if other is not row for s in other.segments]
        for segment in (piece for s in row.segments for piece in _parted(s, others)):
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


def _parted(segment: Segment, others: Sequence[Segment]) -> list[Segment]:
    """Two captions that run together are parted where the rows above or below have two."""
    parts: list[tuple[int, list[Word]]] = []
    for word in segment.words:
        near = [n for n, other in enumerate(others) if _overlap(other.box, word.box) > 0.4]
        key = near[0] if len(near) == 1 else -1
        if parts and (key == parts[-1][0] or key == -1):
            parts[-1][1].append(word)
        elif parts and parts[-1][0] == -1:
            parts[-1] = (key, [*parts[-1][1], word])
        else:
            parts.append((key, [word]))
    return [Segment(tuple(words), segment.page, segment.row) for _, words in parts]


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
        both = _two_captions(group, index, is_scan)
        if both:
            return both
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


def _two_captions(
    group: Sequence[Segment], index: LabelIndex, is_scan: bool
) -> list[Column] | None:
    """`Qty P.U.` over `HT`: a caption, and one that goes on in the next row."""
    first, rest = group[0].words, tuple(w for segment in group[1:] for w in segment.words)
    for cut in range(1, len(first)):
        columns = []
        for words in (first[:cut], first[cut:] + rest):
            hits = labels_in(Segment(words, group[0].page, group[0].row), index, is_scan)
            if len(hits) == 1 and hits[0].start == 0 and hits[0].end == len(words):
                columns.append(_column(hits[0].names, words, hits[0].quality))
        if len(columns) == 2:
            return columns
    return None


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
    return [out[n] for n in sorted(out)]


def _with_reach(columns: Sequence[Column], width: float) -> tuple[Column, ...]:
    """Columns with the space their cells may use: half way to the neighbours' headers."""
    out = []
    for n, column in enumerate(columns):
        left = (columns[n - 1].box.x1 + column.box.x0) / 2 if n else 0.0
        right = (column.box.x1 + columns[n + 1].box.x0) / 2 if n + 1 < len(columns) else width
        out.append(replace(column, left=left, right=right))
    return tuple(out)

"""Blocks of a page in reading order: bands from top to bottom, in each the columns in turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from include.models import Box
from include.pages.worker.layout.order import rows_of

#: In letter sizes: lines whose middles lie farther apart are of two blocks, unless the page is
#: set wider and they lie no farther apart than this many usual lines.
LINE_PITCH, MAX_PITCH, USUAL_PITCHES = 1.75, 2.6, 1.45
#: In letter sizes: the gap between columns; bands of columns farther apart are read in turn.
COLUMN_GAP, BAND_GAP = 1.3, 2.2
#: In letter sizes: text set in long lines goes on in its column over wider gaps.
LONG_LINE, LONG_BAND_GAP = 10.0, 3.8
_DEPTH = 8
MAX_ITEMS = 3_000


#: White that runs down between x0 and x1.
Gap = tuple[float, float]


@dataclass(frozen=True)
class Item:
    """What a block is made of: a line segment, or a whole table. `index`: whose it is."""

    box: Box
    index: int
    is_label: bool = False
    is_table: bool = False


@dataclass
class _Band:
    """Items at the same height, and the gaps (x0, x1) that run down between them."""

    items: list[Item]
    y0: float
    y1: float
    gaps: list[Gap]


def blocks_of(items: Sequence[Item], em: float) -> list[list[int]]:
    """The items' indexes by block, blocks and items in reading order; `em`: the letter size."""
    if len(items) > MAX_ITEMS:
        return [[items[i].index for row in rows_of([it.box for it in items]) for i in row]]
    return [[it.index for it in block] for block in _split(list(items), em, _DEPTH)]


def _split(items: list[Item], em: float, depth: int) -> list[list[Item]]:
    """Cut into bands, bands with gaps into columns, and so on until nothing is left to cut."""
    if len(items) <= 1 or depth == 0:
        return [_in_rows(items)] if items else []
    blocks: list[list[Item]] = []
    bands = _joined_bands(_bands(items, em), em)
    for band in bands:
        columns = [c for c in _by_gap(band.items, band.gaps) if c]
        if len(columns) == 1:
            blocks.append(_in_rows(band.items))
            continue
        for column in columns:
            blocks += _split(column, em, depth - 1)
    return blocks


def _in_rows(items: Sequence[Item]) -> list[Item]:
    return [items[i] for row in rows_of([it.box for it in items]) for i in row]


def _bands(items: Sequence[Item], em: float) -> list[_Band]:
    """Items in bands between which white runs across; a table is a band of its own."""
    bands: list[_Band] = []
    limit = max(LINE_PITCH * em, min(USUAL_PITCHES * _usual_pitch(items, em), MAX_PITCH * em))
    last = 0.0
    for it in sorted(items, key=lambda it: (it.box.middle, it.box.x0)):
        band = bands[-1] if bands else None
        pitch = max(limit, 1.4 * it.box.height)
        if (
            band is None
            or _parts(band, it)
            or (it.box.middle - last > pitch and it.box.y0 > band.y1)
        ):
            bands.append(_Band([it], it.box.y0, it.box.y1, []))
        else:
            band.items.append(it)
            band.y1 = max(band.y1, it.box.y1)
        last = max(last, it.box.y1 if it.is_table else it.box.middle)
    for band in bands:
        band.gaps = _column_gaps(band, em)
    return bands


def _parts(band: _Band, item: Item) -> bool:
    """Whether a table begins or ends here, with nothing beside it."""
    is_below = item.box.y0 >= band.y1 - 0.3 * min(item.box.height, band.y1 - band.y0)
    return is_below and (item.is_table or band.items[-1].is_table)


def _usual_pitch(items: Sequence[Item], em: float) -> float:
    """The usual distance from one line to the next."""
    middles = sorted([it.box.middle for it in items if not it.is_table])
    steps = [b - a for a, b in pairwise(middles) if b - a > 0.6 * em]
    return median(steps) if len(steps) >= 3 else 0.0


def _column_gaps(band: _Band, em: float) -> list[Gap]:
    """The band's gaps without those between labels and their values."""
    gaps = _gaps(band.items, COLUMN_GAP * em)
    columns = _by_gap(band.items, gaps)
    kept = []
    for number, gap in enumerate(gaps):
        if _is_form(columns[number], columns[number + 1], em):
            columns[number + 1] = columns[number] + columns[number + 1]
        else:
            kept.append(gap)
    return kept


def _by_gap(items: Sequence[Item], gaps: Sequence[Gap]) -> list[list[Item]]:
    """The items between the gaps, left to right."""
    edges = [(a + b) / 2 for a, b in gaps]
    columns: list[list[Item]] = [[] for _ in range(len(edges) + 1)]
    for it in items:
        middle = (it.box.x0 + it.box.x1) / 2
        columns[sum(edge < middle for edge in edges)].append(it)
    return columns


def _gaps(items: Sequence[Item], wide: float) -> list[Gap]:
    """White that runs down through all items, at least `wide`."""
    gaps: list[Gap] = []
    end: float | None = None
    for it in sorted(items, key=lambda it: it.box.x0):
        if end is not None and it.box.x0 - end >= wide:
            gaps.append((end, it.box.x0))
        end = it.box.x1 if end is None else max(end, it.box.x1)
    return gaps


def _joined_bands(bands: Sequence[_Band], em: float) -> list[_Band]:
    """Bands one under another that share a gap are columns of one band."""
    out: list[_Band] = []
    pending: list[_Band] = []
    for band in bands:
        base = out[-1] if out else None
        if base and base.gaps and (band.gaps or _is_on_one_side(band, base.gaps)):
            top = pending[-1].y1 if pending else base.y1
            shared = _shared(base.gaps, [band], COLUMN_GAP * em) if band.gaps else base.gaps
            is_near = band.y0 - top <= _reach([*base.items, *band.items], em) * em
            if shared and is_near:
                if band.gaps:
                    _join(base, [*pending, band], COLUMN_GAP * em)
                    pending = []
                else:
                    pending.append(band)
                continue
        out += pending
        pending = []
        out.append(band)
    return out + pending


def _reach(items: Sequence[Item], em: float) -> float:
    """How far apart, in line heights, bands of the same columns may lie."""
    widths = [it.box.width for it in items if not it.is_table]
    is_text = bool(widths) and median(widths) > LONG_LINE * em
    return LONG_BAND_GAP if is_text else BAND_GAP


def _is_on_one_side(band: _Band, gaps: Sequence[Gap]) -> bool:
    if any(it.is_table for it in band.items):
        return False
    x0, x1 = min(it.box.x0 for it in band.items), max(it.box.x1 for it in band.items)
    return any(x1 <= b or x0 >= a for a, b in gaps)


def _shared(gaps: Sequence[Gap], bands: Sequence[_Band], wide: float) -> list[Gap]:
    """What is left of the gaps when the bands' items stand in them."""
    found = list(gaps)
    for band in bands:
        for it in band.items:
            left: list[Gap] = []
            for a, b in found:
                if it.box.x1 <= a or it.box.x0 >= b:
                    left.append((a, b))
                else:
                    left += [(a, it.box.x0), (it.box.x1, b)]
            found = [(a, b) for a, b in left if b - a >= wide]
    return found


def _join(base: _Band, others: Sequence[_Band], wide: float) -> None:
    base.gaps = _shared(base.gaps, others, wide)
    for band in others:
        base.items += band.items
        base.y1 = max(base.y1, band.y1)


def _is_form(left: Sequence[Item], right: Sequence[Item], em: float) -> bool:
    """Whether the left side labels the right one, line by line."""
    if any(it.is_table for it in (*left, *right)):
        return False
    edge = max(it.box.x1 for it in left)
    last = [it for it in left if edge - it.box.x1 < 4.5 * em or it.is_label]
    paired = [
        it
        for it in last
        if any(abs(it.box.middle - other.box.middle) < 0.5 * em for other in right)
    ]
    if not paired or len(paired) < 0.5 * min(len(left), len(right)):
        return False
    return sum(it.is_label for it in paired) >= 0.5 * len(paired)

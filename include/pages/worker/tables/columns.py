"""The columns of a table: where no row has ink, told from blanks between words by the captions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from include.models import Box, Word
from include.pages.worker.tables.sheet import Chunk, Row, Sheet, coverage
from include.pages.worker.tables.vocabulary import GOODS, folded, is_amount, is_caption, is_value

Span = tuple[float, float]

#: Gaps in units of the letter size: at least this to part columns that both have a caption ...
_CAPTIONED = 0.2
#: ... and this where a caption is missing or both share one; more in type of fixed pitch.
_WIDE, _FIXED_WIDE = 1.1, 1.7
#: A caption is in line with its column when it begins or ends that near.
_IN_LINE = 0.3
#: With more rows than this, one in ten may cross a gap between columns.
_MANY_ROWS = 7


@dataclass
class _Strip:
    """What stands between two gaps. `captions`: (row, chunk) of each caption word in it."""

    x0: float
    x1: float
    captions: set[tuple[int, int]] = field(default_factory=set)
    words: list[Word] = field(default_factory=list)
    is_cut: bool = False
    texts: dict[int, list[str]] = field(default_factory=dict)

    def is_filled(self, rows: int) -> bool:
        return len(self.texts) >= 0.6 * rows

    def share_of_amounts(self) -> float:
        found = [is_amount(" ".join(words)) for words in self.texts.values()]
        return sum(found) / max(len(found), 1)

    def joined(self, other: _Strip) -> _Strip:
        texts = {row: list(shown) for row, shown in self.texts.items()}
        for row, shown in other.texts.items():
            texts.setdefault(row, []).extend(shown)
        captions, words = self.captions | other.captions, self.words + other.words
        return _Strip(self.x0, other.x1, captions, words, self.is_cut, texts)

    @property
    def is_units(self) -> bool:
        """Whether nothing but short words without digits stands in it: units, signs of money."""
        texts = [" ".join(words) for words in self.texts.values()]
        return all(len(t) <= 4 and not any(map(str.isdigit, t)) for t in texts)

    @property
    def is_for_goods(self) -> bool:
        """Whether a caption such as `Description of Goods` has a word in it."""
        return any(folded(word.text) in GOODS for word in self.words)

    def has_caption_in_line(self, near: float) -> bool:
        """Whether a word that captions use begins or ends where the strip does."""
        return any(
            is_caption(folded(w.text))
            and (abs(w.box.x0 - self.x0) < near or abs(w.box.x1 - self.x1) < near)
            for w in self.words
        )


def columns_of(head: Sequence[Row], body: Sequence[Row], sheet: Sheet) -> list[Span]:
    """The reach (x0, x1) of each column, left to right, without room between them."""
    rows = [*head, *body] if len(body) < 3 else list(body)
    words = [w for row in (*head, *body) for w in row.words]
    left, right = min(w.box.x0 for w in words), max(w.box.x1 for w in words)
    trim = 0.04 * sheet.em
    spans = [(w.box.x0 + trim, w.box.x1 - trim) for row in rows for w in row.words]
    covered = coverage(spans, left, right)
    tolerance = len(rows) // 10 if len(rows) >= _MANY_ROWS else 0
    strips = _strips(covered, left, tolerance)
    if head:
        strips = _unglued(strips, covered, left, head, len(rows), sheet)
    if head and len(body) >= 3:
        strips = _with_caption_strips(strips, head)
    _fill(strips, head, body)
    strips = _merged(strips, head, len(body), sheet)
    return bounds_of([(s.x0, s.x1) for s in strips], left, right)


def bounds_of(spans: Sequence[Span], left: float, right: float) -> list[Span]:
    """Spans that meet in the middle of the gaps between them."""
    edges = [left, *((a[1] + b[0]) / 2 for a, b in pairwise(spans)), right]
    return list(pairwise(edges))


def _strips(covered: Sequence[int], left: float, tolerance: int) -> list[_Strip]:
    strips: list[_Strip] = []
    start: int | None = None
    for index, count in enumerate((*covered, 0)):
        if count > tolerance and start is None:
            start = index
        elif count <= tolerance and start is not None:
            strips.append(_Strip(left + start / 2, left + index / 2))
            start = None
    return strips


def _unglued(
    strips: list[_Strip],
    covered: Sequence[int],
    left: float,
    head: Sequence[Row],
    rows: int,
    sheet: Sheet,
) -> list[_Strip]:
    """Strips under captions that stand apart are cut where the fewest rows run through."""
    out: list[_Strip] = []
    for strip in strips:
        row = max(head, key=lambda r: sum(strip.x0 <= c.x0 < strip.x1 for c in r.chunks))
        captions = [c for c in row.chunks if strip.x0 - 1 <= c.x0 < strip.x1 and c.is_caption]
        start = strip.x0
        for a, b in pairwise(captions):
            begin, end = int((a.x1 - left) * 2), int((b.x0 - left) * 2) + 2
            fewest = min(covered[begin:end], default=rows)
            if b.x0 - a.x1 < 2 * sheet.chunk_gap or fewest > 0.5 * rows:
                continue
            at = max(i for i in range(begin, end) if covered[i : i + 1] == [fewest])
            out.append(_Strip(start, left + at / 2, is_cut=start > strip.x0))
            start = left + at / 2 + 0.5
        out.append(_Strip(start, strip.x1, is_cut=start > strip.x0))
    return out


def _with_caption_strips(strips: list[_Strip], head: Sequence[Row]) -> list[_Strip]:
    """A strip of its own for each caption over nothing: a column whose cells are empty."""
    out = list(strips)
    for row in head:
        for chunk in row.chunks:
            if all(chunk.x1 <= s.x0 or chunk.x0 >= s.x1 for s in out):
                out.append(_Strip(chunk.x0, chunk.x1))
    return sorted(out, key=lambda s: s.x0)


def _fill(strips: Sequence[_Strip], head: Sequence[Row], body: Sequence[Row]) -> None:
    for number, row in enumerate(head):
        for index, chunk in enumerate(row.chunks):
            for word in chunk.words:
                strip = _nearest(strips, word)
                strip.captions.add((number, index))
                strip.words.append(word)
    for number, row in enumerate(body):
        for word in row.words:
            _nearest(strips, word).texts.setdefault(number, []).append(word.text)


def _nearest(strips: Sequence[_Strip], word: Word) -> _Strip:
    """The strip that a word shares most with."""
    x0, x1 = word.box.x0, word.box.x1
    for strip in strips:
        if strip.x0 <= x0 and x1 <= strip.x1:
            return strip
    return max(strips, key=lambda s: min(s.x1, x1) - max(s.x0, x0))


def _merged(strips: list[_Strip], head: Sequence[Row], rows: int, sheet: Sheet) -> list[_Strip]:
    """Close the gaps that are only blanks between words, narrowest first."""
    kept = {strip.x0 for strip in strips if strip.is_cut}
    while True:
        gaps = [(b.x0 - a.x1, i) for i, (a, b) in enumerate(pairwise(strips)) if b.x0 not in kept]
        if not gaps:
            return strips
        width, i = min(gaps)
        a, b = strips[i], strips[i + 1]
        if _parts_columns(a, b, width / sheet.em, rows, sheet, bool(head)):
            kept.add(b.x0)
        else:
            strips[i : i + 2] = [a.joined(b)]


def _parts_columns(
    a: _Strip, b: _Strip, gap: float, rows: int, sheet: Sheet, has_head: bool
) -> bool:
    wide = _FIXED_WIDE if sheet.is_fixed_pitch else _WIDE
    if not has_head:
        return gap >= wide and bool(a.texts) and bool(b.texts)
    if a.captions and b.captions:
        if a.captions.isdisjoint(b.captions):
            return gap >= _CAPTIONED
        near = _IN_LINE * sheet.em
        in_line = a.has_caption_in_line(near) and b.has_caption_in_line(near)
        if in_line and not (a.is_for_goods and b.is_for_goods):
            return gap >= _CAPTIONED
        is_twofold = a.is_filled(rows) and b.is_filled(rows) and rows >= 2
        if not is_twofold:
            return gap >= 1.5 * wide
        if gap >= wide:
            return True
        amounts = max(a.share_of_amounts(), b.share_of_amounts())
        return gap >= _CAPTIONED and amounts > 0.7 and not (a.is_units or b.is_units)
    bare = b if a.captions else a
    if not bare.captions and rows >= 2 and bare.is_filled(rows):
        return gap >= 1.3 * wide
    return gap >= 3 * wide and bool(bare.texts)


def column_at(columns: Sequence[Span], x: float) -> int:
    """The column that an x lies in; the first or last for what lies outside."""
    for index, (_, end) in enumerate(columns):
        if x < end:
            return index
    return len(columns) - 1


def placed(row: Row, columns: Sequence[Span], em: float) -> dict[int, list[Word]]:
    """The words of a row by column; text that runs on into an empty column stays together."""
    cells: dict[int, list[Word]] = {}
    for chunk in row.chunks:
        by_column: dict[int, list[Word]] = {}
        for word in (piece for w in chunk.words for piece in _pieces(w, columns, em)):
            x = (word.box.x0 + word.box.x1) / 2
            by_column.setdefault(column_at(columns, x), []).append(word)
        for column, words in _run_on(chunk, by_column, columns, em).items():
            cells.setdefault(column, []).extend(words)
    return cells


def _pieces(word: Word, columns: Sequence[Span], em: float) -> list[Word]:
    """A word, cut where it runs from one column's value into the next one's."""
    first, last = (
        column_at(columns, word.box.x0 + 0.3 * em),
        column_at(columns, word.box.x1 - 0.3 * em),
    )
    if last != first + 1 or not word.text[-1].isdigit() or len(word.text) < 4:
        return [word]
    edge = columns[last][0]
    at = round((edge - word.box.x0) / word.box.width * len(word.text))
    if not 0 < at < len(word.text) or not word.text[at:].isdigit():
        return [word]
    b = word.box
    return [
        replace(word, text=word.text[:at], box=Box(b.x0, b.y0, edge, b.y1)),
        replace(word, text=word.text[at:], box=Box(edge, b.y0, b.x1, b.y1)),
    ]


def _run_on(
    chunk: Chunk, by_column: dict[int, list[Word]], columns: Sequence[Span], em: float
) -> dict[int, list[Word]]:
    """Words of one text that a column's edge would cut are put where the text begins."""
    if len(by_column) < 2:
        return by_column
    out: dict[int, list[Word]] = {}
    home = -1
    for column in sorted(by_column):
        words = by_column[column]
        edge = columns[column][0]
        last = out[home][-1] if home >= 0 else None
        is_cut = last is not None and last.box.x1 > edge - 0.1 * em
        is_cut = is_cut and not is_value(" ".join(w.text for w in out[home]))
        if is_cut and not is_value(" ".join(w.text for w in words)):
            out[home].extend(words)
        else:
            home = column
            out[home] = list(words)
    return out

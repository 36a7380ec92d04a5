"""Tables under a header row: columns by header words, rows by their numbers, wrapped cells joined."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from include.document_types.catalogue import Catalogue, FieldSpec
from include.extraction.finders.found import Habits
from include.extraction.layout.page import Row, Sheet, box_of, pitch
from include.extraction.layout.text import squash
from include.extraction.normalise import find
from include.extraction.rules.headers import Column, Header, find_headers
from include.extraction.rules.labels import LabelIndex, build_index
from include.models import Box, Word

NUMERIC = frozenset(("decimal", "integer", "weight", "volume", "money"))
#: What a cell of numbers may begin with.
_PLAIN_NUMBER = re.compile(r"^[^\w/]*(?:[A-Z]{3}|[€$£])?[^\w/]*\d|^[-–—]+$")
#: A table ends at a gap of this many text heights.
END_GAP = 6.0
_TOTAL_WORDS = frozenset(
    squash(word)
    for word in (
        "total", "totals", "subtotal", "sub-total", "sub total", "grand total", "sum", "summe", "gesamt",
        "gesamtsumme", "zwischensumme", "gesamtbetrag", "nettobetrag", "sous-total", "total ht", "totaux",
        "suma", "base imponible", "totales", "net total", "net amount", "total net", "summe netto", "totale",
        "carried forward", "brought forward", "übertrag", "à reporter", "report", "suma y sigue", "insgesamt",
        "warenwert", "total packages", "total weight", "total gross weight", "total general",
    )
)  # fmt: skip
_GOES_ON = frozenset(
    map(
        squash,
        ("carried forward", "brought forward", "übertrag", "à reporter", "report", "suma y sigue"),
    )
)


@dataclass
class TableRow:
    """One item: the words of each column, by column position."""

    cells: dict[int, list[Word]]
    columns: tuple[Column, ...]
    page: int
    rows: list[int] = field(default_factory=list)

    def box(self) -> Box:
        return box_of([word for words in self.cells.values() for word in words])


@dataclass
class Table:
    """A table with its items, its totals row, and the page rows that it takes up."""

    header: Header
    items: list[TableRow] = field(default_factory=list)
    totals: list[TableRow] = field(default_factory=list)
    used: dict[int, set[int]] = field(default_factory=dict)

    def use(self, page: int, row: int) -> None:
        self.used.setdefault(page, set()).add(row)


@lru_cache(maxsize=32)
def column_index(catalogue: Catalogue, name: str) -> LabelIndex:
    """Header words of a type's table, and of columns that it does not want."""
    kind = catalogue.types[name]
    return build_index((*kind.lines.values(), *catalogue.other_columns), is_header=True)


def find_table(
    sheets: Sequence[Sheet],
    index: LabelIndex,
    specs: Mapping[str, FieldSpec],
    habits: Habits,
    closing: set[tuple[int, int]],
) -> Table | None:
    """The best table of the document, followed over its pages.

    `closing`: (page, row) of rows that cannot belong to a table.
    """
    headers = [find_headers(sheet, index, specs) for sheet in sheets]
    best = max((h for found in headers for h in found), key=lambda h: h.score, default=None)
    if best is None:
        return None
    table = Table(best)
    is_open = False
    for sheet, found in zip(sheets, headers, strict=True):
        same = [h for h in found if h.names & best.names and h.score >= 0.6 * best.score]
        if sheet.number < best.page or (not same and not is_open):
            continue
        if same:
            for position, header in enumerate(same):
                stop = same[position + 1].first if position + 1 < len(same) else len(sheet.rows)
                is_open = _read_rows(
                    table, header, sheet, header.last + 1, stop, specs, habits, closing
                )
        else:
            is_open = _read_rows(
                table, best, sheet, 0, len(sheet.rows), specs, habits, closing, strict=True
            )
    return table if table.items else None


def _read_rows(
    table: Table,
    header: Header,
    sheet: Sheet,
    start: int,
    stop: int,
    specs: Mapping[str, FieldSpec],
    habits: Habits,
    closing: set[tuple[int, int]],
    strict: bool = False,
) -> bool:
    """Take the rows below a header into the table; true when the page ends inside it."""
    if not strict:
        for number in range(header.first, header.last + 1):
            table.use(sheet.number, number)
    gathered: list[tuple[Row, dict[int, list[Word]], bool]] = []
    last = sheet.rows[start - 1].box.y1 if start else 0.0
    ended = False
    for row in sheet.rows[start:stop]:
        if (gathered or table.items) and (sheet.number, row.number) in closing:
            ended = True
            break
        if gathered and row.box.y0 - last > END_GAP * sheet.height:
            ended = True
            break
        cells = cells_of(row, header.columns, specs, sheet.height)
        if _is_total(row, header):
            if gathered or table.items:
                table.totals.append(TableRow(cells, header.columns, sheet.number, [row.number]))
            if not _goes_on(row):
                ended = True
                break
            last = row.box.y1
            continue
        anchor = _is_anchor(cells, header.columns, specs, habits)
        if strict and not gathered and not anchor:
            continue
        if not anchor and _is_sentence(row, header.columns):
            ended = bool(gathered)
            break
        gathered.append((row, cells, anchor))
        last = row.box.y1
    _add_items(table, header.columns, sheet, gathered)
    return bool(gathered) and not ended


def _is_total(row: Row, header: Header) -> bool:
    """Whether the row begins (or its text cells begin) with a word for a total."""
    for segment in row.segments:
        words = [w for w in segment.words if any(c.isalpha() for c in w.text)][:3]
        for length in range(len(words), 0, -1):
            key = "".join(squash(word.text) for word in words[:length])
            if key in _TOTAL_WORDS:
                return segment.words[0] is words[0]
    return False


def _is_sentence(row: Row, columns: Sequence[Column]) -> bool:
    """Whether a row without numbers runs across columns, as text under a table does."""
    if len(row.segments) > 2:
        return False
    segment = max(row.segments, key=lambda s: s.box.width)
    over = [c for c in columns if _lies_under(c.box, segment.box)]
    return len(over) >= 2 and len(segment.words) >= 4


def _goes_on(row: Row) -> bool:
    key = squash(
        "".join(word.text for word in row.words if not any(c.isdigit() for c in word.text))
    )
    return any(key.startswith(word) for word in _GOES_ON)


def cells_of(
    row: Row, columns: Sequence[Column], specs: Mapping[str, FieldSpec], height: float
) -> dict[int, list[Word]]:
    """The words of a row by column position."""
    cells: dict[int, list[Word]] = {}
    for segment in row.segments:
        for piece in _cut_at_columns(segment.words, columns, height):
            column = _column_of(box_of(piece), columns)
            if column is None:
                continue
            if column and not _PLAIN_NUMBER.match(piece[0].text):
                own, left = (specs.get(columns[n].name) for n in (column, column - 1))
                is_number = own is not None and own.kind in NUMERIC
                if is_number and left is not None and left.kind == "text" and column - 1 in cells:
                    column -= 1  # a text ran on under the next header
            cells.setdefault(column, []).extend(piece)
    return cells


def _cut_at_columns(
    words: Sequence[Word], columns: Sequence[Column], height: float
) -> list[list[Word]]:
    """Cut a run of words where the next one begins exactly under another header."""
    pieces: list[list[Word]] = [[words[0]]]
    for last, word in pairwise(words):
        gap = word.box.x0 - last.box.x1
        before = _column_of(box_of(pieces[-1]), columns)
        own = _column_of(word.box, columns)
        if own != before and not _is_digit_group(last, word, gap, height):
            slack = 0.35 * height
            aligned = own is not None and abs(word.box.x0 - columns[own].box.x0) <= slack
            ended = before is not None and abs(last.box.x1 - columns[before].box.x1) <= slack
            both = last.text[-1].isdigit() and word.text[0].isdigit()
            under = own is not None and _lies_under(word.box, columns[own].box)
            if (
                (under and gap > 0.6 * height)
                or (both and gap > 0.1 * height)
                or ((aligned or ended) and gap > 0.45 * height)
            ):
                pieces.append([])
        pieces[-1].append(word)
    return pieces


def _is_digit_group(last: Word, word: Word, gap: float, height: float) -> bool:
    """`1 500,00`: a blank between thousands does not part cells."""
    is_group = re.fullmatch(r"\d{1,3}", last.text) and re.fullmatch(r"\d{3}(?:[.,]\d+)?", word.text)
    return bool(is_group) and gap < max(0.6 * height, 1.8 * pitch(word))


def _lies_under(box: Box, head: Box) -> bool:
    return min(box.x1, head.x1) - max(box.x0, head.x0) > 0.5 * min(box.width, head.width)


def _column_of(box: Box, columns: Sequence[Column]) -> int | None:
    """The column whose header lies over a cell, or is aligned with it."""
    best, best_score = None, 0.0
    for position, column in enumerate(columns):
        head = column.box
        overlap = min(box.x1, head.x1) - max(box.x0, head.x0)
        score = overlap / max(min(box.width, head.width), 1.0)
        near = min(abs(box.x0 - head.x0), abs(box.x1 - head.x1))
        if overlap > 0:
            score = 1.0 + score + (0.8 if near < 4 else 0.0)
        elif column.left <= box.x0 and box.x1 <= column.right:
            score = 0.9
        else:
            score = 0.5 - min(abs(overlap), 200) / 400
        if score > best_score:
            best, best_score = position, score
    return best if best_score > 0.3 else None


def _is_anchor(
    cells: Mapping[int, list[Word]],
    columns: Sequence[Column],
    specs: Mapping[str, FieldSpec],
    habits: Habits,
) -> bool:
    """Whether a row has the numbers that make it an item of its own."""
    numbers = texts = 0
    for position, words in cells.items():
        name = columns[position].name
        spec = specs.get(name) if name else None
        if spec is None:
            continue
        if spec.kind in NUMERIC:
            text = "".join(word.text for word in words)
            digits = sum(c.isdigit() for c in text)
            numbers += digits * 2 >= sum(c.isalnum() for c in text) - 3 and bool(
                find(spec, words, habits)
            )
        else:
            texts += 1
    wanted = sum(1 for c in columns if c.name in specs and specs[c.name].kind in NUMERIC)
    return numbers >= 2 or (numbers >= 1 and (texts >= 1 or wanted == 1))


def _add_items(
    table: Table,
    columns: tuple[Column, ...],
    sheet: Sheet,
    gathered: Sequence[tuple[Row, dict[int, list[Word]], bool]],
) -> None:
    """Items from anchor rows; rows in between go to the item that they stand nearest to."""
    anchors = [n for n, (_, _, is_anchor) in enumerate(gathered) if is_anchor]
    if not anchors:
        return
    owners = _owners(gathered, anchors, sheet.height)
    items: dict[int, TableRow] = {n: TableRow({}, columns, sheet.number) for n in anchors}
    for n, (row, cells, _) in enumerate(gathered):
        owner = owners.get(n)
        if owner is None:
            continue
        for position, words in cells.items():
            items[owner].cells.setdefault(position, []).extend(words)
        items[owner].rows.append(row.number)
        table.use(sheet.number, row.number)
    table.items.extend(items[n] for n in anchors)


def _owners(
    gathered: Sequence[tuple[Row, dict[int, list[Word]], bool]],
    anchors: Sequence[int],
    height: float,
) -> dict[int, int]:
    """For each row the anchor it belongs to: rows between two anchors are parted at the widest
    gap, and all go up when the gaps are alike."""
    owners = {n: n for n in anchors}
    first = anchors[0]
    for n in range(first - 1, -1, -1):
        if gathered[n + 1][0].box.y0 - gathered[n][0].box.y1 > 1.0 * height:
            break
        owners[n] = first
    for number, anchor in enumerate(anchors):
        after = anchors[number + 1] if number + 1 < len(anchors) else len(gathered)
        between = range(anchor + 1, after)
        gaps = [
            gathered[n][0].box.y0 - gathered[n - 1][0].box.y1
            for n in range(anchor + 1, min(after + 1, len(gathered)))
        ]
        cut = after
        if after < len(gathered) and len(gaps) > 1:
            widest = max(gaps)
            if widest > min(gaps) + 0.35 * height:
                cut = anchor + 1 + gaps.index(widest)
        for n in between:
            if after == len(gathered) and gaps[n - anchor - 1] > 1.3 * height:
                break
            owners[n] = anchor if n < cut else after
    return owners

"""Tables under a header row, followed over pages, down to their totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from include.document_types.catalogue import FieldSpec
from include.extraction.finders.found import Habits
from include.extraction.labels.index import LabelIndex
from include.extraction.layout.page import Row, Sheet
from include.extraction.layout.text import squash
from include.extraction.tables.cells import NUMERIC, cells_of, counts, lies_under
from include.extraction.tables.headers import Column, Header, find_headers
from include.extraction.tables.items import BodyRow, TableRow, items_of

#: A table ends at a gap of this many text heights.
END_GAP = 6.0
_TOTALS = """
total|totals|subtotal|sub-total|sub total|grand total|sum|net total|net amount|total net
total packages|total weight|total gross weight|carried forward|brought forward
summe|gesamt|gesamtsumme|zwischensumme|gesamtbetrag|nettobetrag|summe netto|insgesamt|warenwert
übertrag
sous-total|total ht|totaux|à reporter|report|total général
suma|base imponible|totales|total general|suma y sigue|totale
"""
_TOTAL_WORDS = frozenset(map(squash, _TOTALS.strip().replace("\n", "|").split("|")))
_ON = ("carried forward", "brought forward", "übertrag", "à reporter", "report", "suma y sigue")
_GOES_ON = tuple(map(squash, _ON))


@dataclass(frozen=True)
class Body:
    """What rows are judged by. `closing`: (page, row) of rows that cannot belong to a table."""

    specs: Mapping[str, FieldSpec]
    habits: Habits
    closing: frozenset[tuple[int, int]]


@dataclass
class Table:
    """A table with its items, its totals row, and the page rows that it takes up."""

    header: Header
    items: list[TableRow] = field(default_factory=list)
    totals: list[TableRow] = field(default_factory=list)
    used: dict[int, set[int]] = field(default_factory=dict)

    def use(self, page: int, row: int) -> None:
        self.used.setdefault(page, set()).add(row)


def find_table(sheets: Sequence[Sheet], index: LabelIndex, scene: Body) -> Table | None:
    """The best table of the document, followed over its pages."""
    headers = [find_headers(sheet, index, scene.specs) for sheet in sheets]
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
                rows = range(header.last + 1, stop)
                is_open = _read_rows(table, header, sheet, rows, scene)
        else:
            is_open = _read_rows(table, best, sheet, range(len(sheet.rows)), scene, strict=True)
    return table if table.items else None


def _read_rows(
    table: Table,
    header: Header,
    sheet: Sheet,
    rows: range,
    scene: Body,
    strict: bool = False,
) -> bool:
    """Take the rows below a header into the table; true when the page ends inside it.

    `strict`: nothing on this page says that the table goes on, so it begins with an item.
    """
    if not strict:
        for number in range(header.first, header.last + 1):
            table.use(sheet.number, number)
    body: list[BodyRow] = []
    is_open = True
    last = sheet.rows[rows.start - 1].box.y1 if rows.start else 0.0
    for row in sheet.rows[rows.start : rows.stop]:
        entry = _body_row(row, header, sheet, scene)
        if not _is_total(row) and not entry.is_anchor and strict and not body:
            continue
        is_open = _take(table, entry, last, body, header, sheet, scene)
        if not is_open:
            break
        last = row.box.y1
    for item in items_of(body, header.columns, sheet.number, sheet.height):
        table.items.append(item)
        for number in item.rows:
            table.use(sheet.number, number)
    return bool(body) and is_open


def _take(
    table: Table,
    entry: BodyRow,
    last: float,
    body: list[BodyRow],
    header: Header,
    sheet: Sheet,
    scene: Body,
) -> bool:
    """Put a row where it belongs; false when the table is over."""
    row = entry.row
    if _is_total(row):
        if body or table.items:
            table.totals.append(TableRow(entry.cells, header.columns, sheet.number, [row.number]))
        return _goes_on(row)
    if _is_behind(row, last, body, table, sheet, scene) or _ends(entry, body, header):
        return False
    if entry.cells:
        body.append(entry)
    return True


def _is_behind(
    row: Row, last: float, body: Sequence[BodyRow], table: Table, sheet: Sheet, scene: Body
) -> bool:
    """Whether a row lies behind the table: after a wide gap, or where other fields begin."""
    if (body or table.items) and (sheet.number, row.number) in scene.closing:
        return True
    return bool(body) and row.box.y0 - last > END_GAP * sheet.height


def _body_row(row: Row, header: Header, sheet: Sheet, scene: Body) -> BodyRow:
    cells = cells_of(row, header.columns, scene.specs, sheet.height)
    numbers, texts = counts(cells, header.columns, scene.specs, scene.habits)
    names = [column.name for column in header.columns if column.name in scene.specs]
    wanted = sum(1 for name in names if scene.specs[name].kind in NUMERIC)
    is_anchor = numbers >= 2 or (numbers >= 1 and (texts >= 1 or wanted == 1))
    return BodyRow(row, cells, is_anchor, numbers)


def _ends(entry: BodyRow, body: Sequence[BodyRow], header: Header) -> bool:
    """Whether a row shows that the table is over: running text, or a lone amount under items
    that have several."""
    if not entry.is_anchor:
        return _is_sentence(entry.row, header.columns)
    usual = max((row.numbers for row in body), default=0)
    last_column = max(entry.cells) == len(header.columns) - 1
    return usual >= 3 and entry.numbers == 1 and last_column and len(entry.cells) <= 2


def _is_total(row: Row) -> bool:
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
    over = [c for c in columns if lies_under(c.box, segment.box)]
    return len(over) >= 2 and len(segment.words) >= 4


def _goes_on(row: Row) -> bool:
    key = squash(
        "".join(word.text for word in row.words if not any(c.isdigit() for c in word.text))
    )
    return key.startswith(_GOES_ON)

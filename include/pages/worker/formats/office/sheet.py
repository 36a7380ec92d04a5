"""Text and tables laid out on pages from top to bottom, so that every word has a place."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce

from include.errors import OverLimit
from include.models import Box, Cell, Element, Page, Table, Word

ENGINE = "unstructured"
PAGE_WIDTH, PAGE_HEIGHT, MARGIN = 595.0, 842.0, 40.0
LINE_HEIGHT, CHAR_WIDTH = 12.0, 5.0
_BOTTOM = PAGE_HEIGHT - MARGIN - LINE_HEIGHT
_ROOM = PAGE_WIDTH - 2 * MARGIN
#: Characters between two columns; wider than any blank within a cell.
_CELL_GAP = 3
#: A longer text is broken within its cell; characters.
_MAX_CELL = 60
#: A cell that spans more than this is a mistake of whoever wrote the file.
_MAX_SPAN = 1000
#: Blanks as wide as this part two columns of typed text.
_COLUMNS = re.compile(r" {3,}")


@dataclass(frozen=True)
class GridCell:
    """A cell as the source gives it; `lines` are those of the source."""

    lines: tuple[str, ...]
    column: int
    row_span: int = 1
    column_span: int = 1

    @property
    def text(self) -> str:
        return " ".join(self.lines)


@dataclass(frozen=True)
class Grid:
    """The rows of a table; cells without text are left out."""

    rows: tuple[tuple[GridCell, ...], ...]
    header_rows: int = 0


@dataclass
class _Draft:
    words: list[Word] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


@dataclass
class Sheet:
    """The pages being filled; raises OverLimit when there are more than `max_pages`."""

    max_pages: int
    pages: list[_Draft] = field(default_factory=lambda: [_Draft()])
    y: float = MARGIN
    line: int = 0

    def text(self, kind: str, text: str) -> None:
        """A paragraph; its own line breaks are kept, and columns that blanks make."""
        box: Box | None = None
        at = self.pages[-1]
        for line in text.splitlines():
            for row, char in _fitted(line.expandtabs(8).rstrip()):
                box = _joined(box if at is self.pages[-1] else None, self._typed(row, char))
                at = self.pages[-1]
                self._next_line()
        if box:
            at.elements.append(Element(kind, text, box))
            self.y += LINE_HEIGHT / 2

    def table(self, grid: Grid, text: str = "") -> None:
        """A table with its columns below each other; goes on on the next page."""
        columns, end = _columns(grid)
        char = min(CHAR_WIDTH, _ROOM / end)
        lefts = [MARGIN + column * char for column in columns]
        cells: list[Cell] = []
        first = 0
        for number, row in enumerate(grid.rows):
            wrapped = [(cell, _wrapped_cell(cell)) for cell in row]
            height = max((len(lines) for _, lines in wrapped), default=1) * LINE_HEIGHT
            if cells and self.y + height > _BOTTOM + LINE_HEIGHT:
                self._close(cells, grid.header_rows if not first else 0, text)
                cells, first = [], number
                self.new_page()
            cells += self._row(wrapped, number - first, lefts, char)
        self._close(cells, grid.header_rows if not first else 0, text)
        self.y += LINE_HEIGHT / 2

    def _row(
        self,
        row: list[tuple[GridCell, list[str]]],
        number: int,
        lefts: Sequence[float],
        char: float,
    ) -> list[Cell]:
        """Draw one row; lines that find no room on this page end up on the next one."""
        top, cells, deepest = self.y, [], self.y
        for cell, lines in row:
            self.y, box = top, None
            for line in lines:
                box = _joined(box, self._draw(line.split(), lefts[cell.column], char))
                self.y = min(self.y + LINE_HEIGHT, _BOTTOM + LINE_HEIGHT)
                self.line += 1
            if box:
                spans = cell.row_span, cell.column_span
                cells.append(Cell(cell.text, box, number, cell.column, *spans))
            deepest = max(deepest, self.y)
        self.y = max(deepest, top + LINE_HEIGHT)
        return cells

    def _close(self, cells: list[Cell], header_rows: int, text: str) -> None:
        if not cells:
            return
        box = reduce(Box.union, (cell.box for cell in cells))
        self.pages[-1].tables.append(Table(box, tuple(cells), header_rows=header_rows))
        self.pages[-1].elements.append(
            Element("Table", text or " ".join(cell.text for cell in cells), box)
        )

    def finished(self, seconds: float, flags: Sequence[str] = ()) -> tuple[Page, ...]:
        """The pages; `flags` go to the first."""
        return tuple(
            Page(
                number=number,
                width=PAGE_WIDTH,
                height=PAGE_HEIGHT,
                words=tuple(draft.words),
                engine=ENGINE,
                elements=tuple(draft.elements),
                tables=tuple(draft.tables),
                flags=("laid_out", *(flags if number == 1 else ())),
                seconds=round(seconds / len(self.pages), 3),
            )
            for number, draft in enumerate(self.pages, start=1)
        )

    def new_page(self) -> None:
        if len(self.pages) >= self.max_pages:
            raise OverLimit(f"more than {self.max_pages} pages of text")
        self.pages.append(_Draft())
        self.y, self.line = MARGIN, 0

    def _next_line(self) -> None:
        self.y += LINE_HEIGHT
        if self.y > _BOTTOM:
            self.new_page()

    def _typed(self, row: str, char: float) -> Box | None:
        """One line; what wide blanks part are lines of their own beside each other."""
        box: Box | None = None
        start = 0
        for piece in _COLUMNS.split(row):
            at = row.index(piece, start)
            start = at + len(piece)
            if piece.strip():
                box = _joined(box, self._draw(piece.split(), MARGIN + at * char, char))
                self.line += 1
        return box

    def _draw(self, words: list[str], x: float, char: float) -> Box:
        box = Box(x, self.y, x, self.y + LINE_HEIGHT * 0.75)
        for text in words:
            end = x + len(text) * char
            where = Box(x, box.y0, end, box.y1)
            self.pages[-1].words.append(Word(text, where, 1.0, self.line))
            box = box.union(where)
            x = end + char
        return box


def grid_of(rows: Sequence[Sequence[str]], header_rows: int = 0) -> Grid:
    """A grid of plain rows of texts."""
    return Grid(
        tuple(
            tuple(
                GridCell(tuple(text.splitlines()), column)
                for column, text in enumerate(row)
                if text.strip()
            )
            for row in rows
        ),
        header_rows,
    )


def placed(rows: Sequence[Sequence[tuple[str, int, int]]], header_rows: int = 0) -> Grid:
    """A grid of (text, row span, column span) as HTML lists them: covered places are left out."""
    taken: dict[int, int] = {}  # column -> rows that a cell above still covers
    placed_rows = []
    for row in rows:
        column, cells = 0, []
        for text, down, across in row:
            while taken.get(column, 0) > 0:
                column += 1
            down, across = (min(max(span, 1), _MAX_SPAN) for span in (down, across))
            lines = tuple(" ".join(line.split()) for line in text.splitlines() if line.strip())
            if lines:
                cells.append(GridCell(lines, column, down, across))
            taken |= {at: down for at in range(column, column + across)}
            column += across
        taken = {at: rest - 1 for at, rest in taken.items() if rest > 1}
        placed_rows.append(tuple(cells))
    return Grid(tuple(placed_rows), header_rows)


def _columns(grid: Grid) -> tuple[list[int], int]:
    """Where each column begins and where the last one ends, in characters.

    A text may run over the empty places on its right, as in a spreadsheet.
    """
    count = max((cell.column + 1 for row in grid.rows for cell in row), default=1)
    widths = [1] * count
    needs = [
        (right.column - cell.column, cell.column, _width(cell) + _CELL_GAP)
        for row in grid.rows
        for cell, right in itertools.pairwise(row)
    ]
    for columns, first, width in sorted(needs):
        missing = width - sum(widths[first : first + columns])
        widths[first + columns - 1] += max(missing, 0)
    lefts = [0, *itertools.accumulate(widths[:-1])]
    end = max((lefts[cell.column] + _width(cell) for row in grid.rows for cell in row), default=1)
    return lefts, max(end, 1)


def _width(cell: GridCell) -> int:
    return max(map(len, _wrapped_cell(cell)), default=0)


def _wrapped_cell(cell: GridCell) -> list[str]:
    return [row for line in cell.lines for row in _wrapped(line, _MAX_CELL)]


def _fitted(line: str) -> Iterator[tuple[str, float]]:
    """The line in pieces that fit on a page, with the width of a character."""
    columns = int(_ROOM / CHAR_WIDTH)
    if len(line) <= columns or (_COLUMNS.search(line.strip()) and len(line) <= 2 * columns):
        yield line, min(CHAR_WIDTH, _ROOM / max(len(line), 1))
    else:
        yield from ((row, CHAR_WIDTH) for row in _wrapped(line, columns))


def _wrapped(text: str, columns: int) -> Iterator[str]:
    row: list[str] = []
    used = 0
    for word in text.split():
        if row and used + len(word) > columns:
            yield " ".join(row)
            row, used = [], 0
        row.append(word)
        used += len(word) + 1
    if row:
        yield " ".join(row)


def _joined(box: Box | None, more: Box | None) -> Box | None:
    return box.union(more) if box and more else more or box

"""Table rows as lines with typed cells, and what the table says about the document's totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from include.document_types.catalogue import DocumentType, FieldSpec
from include.extraction.finders.found import Found, Habits
from include.extraction.labels.index import LabelIndex
from include.extraction.layout.text import fold
from include.extraction.normalise import find
from include.extraction.rules.candidates import PLACES, Candidate
from include.extraction.rules.confidence import ocr_doubt
from include.extraction.rules.names import LEGAL_FORM
from include.extraction.tables.cells import NUMERIC
from include.extraction.tables.embedded import taken_out
from include.extraction.tables.find import Table
from include.extraction.tables.items import TableRow
from include.models import Field, Line, Tier, Word


def line_items(
    table: Table, kind: DocumentType, codes: LabelIndex, habits: Habits
) -> tuple[Line, ...]:
    """The table's items; a cell that does not have its column's type is left out.

    `codes`: labels of codes that may stand inside a text cell.
    """
    lines: list[Line] = []
    for row in table.items:
        cells = _cells(row, kind.lines, codes, habits)
        if cells:
            lines.append(Line(position=len(lines) + 1, cells=cells, page=row.page))
    return tuple(lines)


def _cells(
    row: TableRow, specs: Mapping[str, FieldSpec], index: LabelIndex, habits: Habits
) -> dict[str, Field]:
    cells: dict[str, Field] = {}
    inside: dict[str, Field] = {}
    for position, words in sorted(row.cells.items()):
        column = row.columns[position]
        spec = specs.get(column.name)
        if spec is None or spec.kind == "text":
            words, codes = taken_out(words, specs, index, habits)
            for name, (found, behind) in codes.items():
                inside[name] = _field(specs[name], found, behind, row.page, "", 0.95)
        if spec is None or not words:
            continue
        if column.second:
            first, rest = _two_names(words)
            words = list(first)
            if rest:
                cell = _cell(specs[column.second], rest, habits)
                if cell is not None:
                    other = specs[column.second]
                    cells[other.name] = _field(other, cell, rest, row.page, column.text, 0.92)
        cell = _cell(spec, words, habits)
        if cell is not None:
            cells[spec.name] = _field(spec, cell, words, row.page, column.text, column.quality)
    return {**inside, **cells}


def _two_names(words: Sequence[Word]) -> tuple[Sequence[Word], Sequence[Word]]:
    """A cell with one name over another: parted where a line ends with a legal form, else after
    the first line."""
    starts = [n for n in range(1, len(words)) if words[n].box.y0 > words[n - 1].box.middle]
    for start in starts:
        line = fold(" ".join(word.text for word in words[:start]))
        if any(match.end() >= len(line) - 1 for match in LEGAL_FORM.finditer(line)):
            return words[:start], words[start:]
    return (words[: starts[0]], words[starts[0] :]) if starts else (words, ())


def _cell(spec: FieldSpec, words: Sequence[Word], habits: Habits) -> Found | None:
    if spec.kind in ("text", "name", "address") or (
        spec.kind == "code" and not (spec.checks or spec.pattern)
    ):
        value = " ".join(word.text for word in words).strip(" |;,")
        return (
            Found(
                value,
                value if spec.kind != "code" else "".join(value.split()).upper(),
                0,
                len(words),
            )
            if value
            else None
        )
    found = find(spec, words, habits)
    if not found:
        return None
    if len(found) > 1 and spec.kind in NUMERIC:
        best = max(found, key=lambda f: f.quality)
        return Found(
            best.value,
            best.normalised,
            best.start,
            best.end,
            0.6 * best.quality,
            "two numbers in one cell",
        )
    return found[0]


def _field(
    spec: FieldSpec, found: Found, words: Sequence[Word], page: int, label: str, quality: float
) -> Field:
    used = words[found.start : found.end]
    doubt = 1 - found.quality * min(quality + 0.03, 1.0)
    doubt += ocr_doubt(min((word.confidence for word in used), default=1.0)) + 0.02
    return Field(
        name=spec.name,
        value=found.value,
        normalised=found.normalised,
        confidence=round(max(0.02, 1 - doubt), 4),
        tier=Tier.RULES,
        page=page,
        boxes=tuple(word.box for word in used),
        label=label,
    )


def total_candidates(
    table: Table, spec: FieldSpec, lines: Sequence[Line], habits: Habits
) -> list[Candidate]:
    """What the totals row prints under a column of the field's name, or the only line says."""
    out = []
    for row in table.totals:
        for position, words in row.cells.items():
            column = row.columns[position]
            if column.name != spec.name:
                continue
            for found in find(spec, words, habits)[-1:]:
                used = tuple(words[found.start : found.end])
                score = PLACES["table"] * found.quality * min(column.quality + 0.05, 1)
                out.append(
                    Candidate(
                        spec.name,
                        found.value,
                        found.normalised,
                        used,
                        row.page,
                        score,
                        column.text,
                        "table",
                    )
                )
    values = {line.cells[spec.name].normalised for line in lines if spec.name in line.cells}
    if (
        not out
        and len(values) == 1
        and ((len(lines) == 1 and spec.kind in NUMERIC) or "iso6346" in spec.checks)
    ):
        line = next(line for line in lines if spec.name in line.cells)
        cell = line.cells[spec.name]
        out.append(
            Candidate(
                spec.name, cell.value, cell.normalised,
                tuple(Word("", box, cell.confidence) for box in cell.boxes),
                cell.page or 1, 0.88 * cell.confidence, cell.label, "table",
            )
        )  # fmt: skip
    return out


def column_sum(lines: Sequence[Line], name: str) -> Decimal | None:
    """The sum of a column over all lines; None when a line lacks it."""
    total = Decimal(0)
    for line in lines:
        cell = line.cells.get(name)
        if cell is None:
            return None
        try:
            total += Decimal(cell.normalised)
        except InvalidOperation:
            return None
    return total if lines else None

"""All fields of a document by rules: gather candidates, choose together, say how sure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from include.document_types.catalogue import Catalogue, DocumentType, FieldSpec
from include.extraction.finders.dates import day_first_habit, is_american
from include.extraction.finders.found import Habits
from include.extraction.finders.numbers import decimal_habit
from include.extraction.labels.belonging import by_party
from include.extraction.labels.board import Board
from include.extraction.labels.hits import find_labels, language_of
from include.extraction.labels.index import LabelIndex, column_index, embedded_index, type_index
from include.extraction.labels.match import LabelHit
from include.extraction.layout.page import Sheet
from include.extraction.normalise import find
from include.extraction.rules import fallbacks, money
from include.extraction.rules.candidates import Candidate, candidates_for
from include.extraction.rules.choose import choose
from include.extraction.rules.parties import party_candidates
from include.extraction.tables.find import Body, Table, find_table
from include.extraction.tables.lines import line_items, total_candidates
from include.models import Field, Line


@dataclass(frozen=True)
class Scene:
    """Everything the rules know about a document before they look for single fields."""

    kind: DocumentType
    sheets: tuple[Sheet, ...]
    boards: tuple[Board, ...]
    habits: Habits
    table: Table | None
    codes: LabelIndex

    def hits(self, name: str) -> list[tuple[Board, LabelHit]]:
        return [(board, hit) for board in self.boards for hit in board.hits if name in hit.names]


def set_scene(sheets: tuple[Sheet, ...], catalogue: Catalogue, type_name: str) -> Scene:
    """Find the labels, the habits and the table of a document of a known type."""
    kind = catalogue.types[type_name]
    index = type_index(catalogue, type_name)
    hits = [find_labels(sheet, index) for sheet in sheets]
    texts = [segment.text for sheet in sheets for row in sheet.rows for segment in row.segments]
    habits = Habits(
        language=language_of(hit for found in hits for hit in found),
        decimal=decimal_habit(texts),
        day_first=day_first_habit(texts),
        is_american=is_american(texts[:12]),
        is_scan=any(sheet.is_scan for sheet in sheets),
    )
    table = None
    if kind.lines:
        closing = frozenset((h.page, h.row) for h in _closing(hits, sheets, kind))
        body = Body(kind.lines, habits, closing)
        table = find_table(sheets, column_index(catalogue, type_name), body)
    boards = []
    for sheet, found in zip(sheets, hits, strict=True):
        used = table.used.get(sheet.number, set()) if table else set()
        kept = [hit for hit in found if hit.row not in used]
        taken = frozenset((sheet.number, row) for row in used)
        right = _places_right(Board(sheet, kept, taken), kept, kind.fields, habits)
        boards.append(Board(sheet, by_party(kept, kind, sheet), taken, right))
    codes = embedded_index(catalogue, type_name)
    return Scene(kind, sheets, tuple(boards), habits, table, codes)


def _closing(
    hits: Sequence[Sequence[LabelHit]], sheets: Sequence[Sheet], kind: DocumentType
) -> Iterator[LabelHit]:
    """Labels that cannot stand inside a table: with them the fields below it begin."""
    inside = {name for name, spec in kind.lines.items() if spec.kind in ("code", "text")}
    for found, sheet in zip(hits, sheets, strict=True):
        alone: dict[int, int] = {}
        for hit in found:
            alone[hit.row] = alone.get(hit.row, 0) + (hit.is_alone and bool(hit.names))
        for hit in found:
            row = sheet.rows[hit.row]
            is_first = hit.start == 0 and hit.segment.box.x0 <= row.segments[0].box.x0
            wanted = any(name not in inside for name in hit.names)
            if not (wanted and is_first and hit.quality >= 0.85):
                continue
            is_money = any(kind.fields[name].kind == "money" for name in hit.names)
            is_pair = hit.is_alone and len(row.segments) == 2 and (is_money or len(hit.text) >= 5)
            if (hit.has_colon and len(row.segments) <= 4) or alone[hit.row] >= 2 or is_pair:
                yield hit


def _places_right(
    board: Board, hits: Sequence[LabelHit], specs: Mapping[str, FieldSpec], habits: Habits
) -> float:
    """Share of values of a telling type that stand right of a lone label and not below it."""
    right = below = 0
    for hit in hits:
        spec = next((specs[name] for name in hit.names if name in specs), None)
        if spec is None or not hit.is_alone or spec.kind in ("text", "name", "address"):
            continue
        beside = next(iter(board.right(hit)), None)
        under = next(iter(board.below(hit)), None)
        is_right = beside is not None and bool(find(spec, beside.words, habits))
        is_below = under is not None and bool(find(spec, under.words, habits))
        right += is_right and not is_below
        below += is_below and not is_right
    return right / (right + below) if right + below else 0.5


def fields_of(scene: Scene) -> tuple[dict[str, Field], tuple[Line, ...]]:
    """The document's fields and lines; what is not found is absent."""
    lines = line_items(scene.table, scene.kind, scene.codes, scene.habits) if scene.table else ()
    candidates: dict[str, list[Candidate]] = {}
    for name, spec in scene.kind.fields.items():
        found = _labelled(scene, spec)
        found += total_candidates(scene.table, spec, lines, scene.habits) if scene.table else []
        found += fallbacks.unlabelled(scene, spec, found)
        if found:
            candidates[name] = found
    return choose(scene.kind, candidates, lines), lines


def _labelled(scene: Scene, spec: FieldSpec) -> list[Candidate]:
    out: list[Candidate] = []
    for board, hit in scene.hits(spec.name):
        match spec.kind:
            case "name" | "address":
                out += party_candidates(spec, board, hit, scene.habits)
            case "money":
                out += money.money_candidates(spec, board, hit, scene.habits)
            case _:
                out += candidates_for(spec, board, hit, scene.habits)
    return out

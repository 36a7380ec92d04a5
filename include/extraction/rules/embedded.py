"""Codes printed inside another cell of a line: tariff codes and containers in the description."""

from __future__ import annotations

import re
from collections.abc import Mapping

from include.document_types.catalogue import FieldSpec
from include.extraction.finders.codes import find_containers
from include.extraction.finders.found import Found, Habits, Run
from include.extraction.rules.tables import Table, TableRow
from include.models import Field, Tier, Word

_HS = re.compile(
    r"(?:\bH\.?S\.?|\bHTS|tariff|tarif|zolltarif|warennummer|arancel|taric|\bSA\b|\bSH\b|commodity|customs|NCM)[^\d]{0,24}"
    r"(\d{4}[. ]?\d{2}(?:[. ]?\d{2}){0,2})(?!\d)",
    re.IGNORECASE,
)


def from_text(
    specs: Mapping[str, FieldSpec],
    cells: Mapping[str, Field],
    row: TableRow,
    table: Table,
    habits: Habits,
) -> dict[str, Field]:
    """Fields of the line that have no cell of their own but stand in a text cell of it."""
    out: dict[str, Field] = {}
    texts = [
        words
        for position, words in row.cells.items()
        if row.columns[position].name in ("description", "marks", "")
    ]
    for spec in specs.values():
        if spec.name in cells:
            continue
        for words in texts:
            found = None
            if "hs_code" in spec.checks:
                found = _hs(words)
            elif "iso6346" in spec.checks:
                found = next(iter(find_containers(words, habits)), None)
            if found is not None:
                used = words[found.start : found.end]
                out[spec.name] = Field(
                    name=spec.name,
                    value=found.value,
                    normalised=found.normalised,
                    confidence=0.9 * found.quality,
                    tier=Tier.RULES,
                    page=row.page,
                    boxes=tuple(word.box for word in used),
                )
                break
    return out


def _hs(words: list[Word]) -> Found | None:
    run = Run(words)
    for match, _, _ in run.matches(_HS):
        start, end = run.word_at(match.start(1)), run.word_at(match.end(1) - 1) + 1
        return Found(match[1], re.sub(r"\D", "", match[1]), start, end)
    return None

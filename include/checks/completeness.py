"""Whether everything a paper of its type must say was found; pure."""

from __future__ import annotations

from collections.abc import Sequence

from include.checks.result import Fault, result, sentence, spoken
from include.models import CheckResult, Extraction


def check_complete(
    extraction: Extraction,
    required: Sequence[str],
    required_cells: Sequence[str] = (),
    needs_lines: bool = False,
) -> list[CheckResult]:
    """One result per required field, and per required cell that a line lacks.

    `needs_lines`: the ERP is told the lines, so there must be one.
    """
    found = [_present(extraction, name) for name in required]
    for row in extraction.lines:
        for name in required_cells:
            cell = row.cells.get(name)
            if cell is None or not cell.normalised.strip():
                fault = Fault(f"Line {row.position} has no {spoken(name)}.")
                found.append(result("required", fault, cell, field=name, line=row.position))
    if needs_lines and not extraction.lines:
        kind = spoken(extraction.document_type)
        fault = Fault(f"No lines were found; they are needed to book this {kind}.")
        found.append(result("required", fault))
    return found


def _present(extraction: Extraction, name: str) -> CheckResult:
    found = extraction.fields.get(name)
    fault = None
    if found is None or not found.normalised.strip():
        kind = spoken(extraction.document_type)
        fault = Fault(f"{sentence(spoken(name))} was not found; it is needed to book this {kind}.")
    return result("required", fault, found, field=name)

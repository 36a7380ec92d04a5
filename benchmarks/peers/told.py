"""How figures are told: goals that were met or not, goals without a figure, a table of text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any


def at_least(value: float, limit: float) -> dict[str, Any]:
    return {"value": round(value, 4), "goal": limit, "met": value >= limit}


def at_most(value: float, limit: float) -> dict[str, Any]:
    return {"value": round(value, 4), "goal": limit, "met": value <= limit}


def unmeasured(limit: float, reason: str) -> dict[str, Any]:
    """A goal without a figure is not met."""
    return {"value": None, "goal": limit, "met": False, "reason": reason}


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Lines of text, the first column to the left, figures to the right."""
    cells = [list(columns), *([_cell(value) for value in row] for row in rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(columns))]
    lines = [
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip()
        for row in cells
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]]) + "\n"


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) and abs(value) < 100 else f"{value}"

"""The nouns of Lading: frozen and typed."""

from __future__ import annotations

from include.models.pages import (
    Box,
    Cell,
    Cut,
    Difference,
    Element,
    Page,
    Part,
    Reading,
    Table,
    Word,
)
from include.models.papers import (
    Certificate,
    CheckResult,
    Decision,
    Document,
    Extraction,
    Field,
    Line,
    Reason,
)
from include.models.states import (
    END_STATES,
    Outcome,
    Severity,
    State,
    Tier,
)

__all__ = [
    "END_STATES",
    "Box",
    "Cell",
    "Certificate",
    "CheckResult",
    "Cut",
    "Decision",
    "Difference",
    "Document",
    "Element",
    "Extraction",
    "Field",
    "Line",
    "Outcome",
    "Page",
    "Part",
    "Reading",
    "Reason",
    "Severity",
    "State",
    "Table",
    "Tier",
    "Word",
]

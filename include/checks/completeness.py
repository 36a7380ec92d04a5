"""Whether everything a paper of its type must say was found; pure."""

from __future__ import annotations

from collections.abc import Sequence

from include.checks.result import Fault, result, sentence, spoken
from include.models import CheckResult, Extraction


def check_complete(extraction: Extraction, required: Sequence[str]) -> list[CheckResult]:
    """One result per required field."""
    return [_present(extraction, name) for name in required]


def _present(extraction: Extraction, name: str) -> CheckResult:
    found = extraction.fields.get(name)
    fault = None
    if found is None or not found.normalised.strip():
        kind = spoken(extraction.document_type)
        fault = Fault(f"{sentence(spoken(name))} was not found; it is needed to book this {kind}.")
    return result("required", fault, found, field=name)

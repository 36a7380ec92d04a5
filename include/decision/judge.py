"""Loads what a decision needs and decides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from include import db
from include.decision.certificate import certificate_for
from include.decision.decide import Policy, decide
from include.document_types.catalogue import DocumentType, load_catalogue
from include.models import CheckResult, Decision, Extraction
from include.settings import load_settings


def policy_of(kind: DocumentType | None) -> Policy:
    """Which values count: required ones, those the ERP mapping names, and those of high risk."""
    if kind is None:
        return Policy(is_known=False)
    mapped = {value for value in kind.erp.values() if isinstance(value, str)}
    columns: dict[str, Any] = kind.erp.get("lines") or {}
    fields = {
        name
        for name, spec in kind.fields.items()
        if spec.required or spec.risk == "high" or name in mapped
    }
    cells = {
        name
        for name, spec in kind.lines.items()
        if columns and (spec.required or spec.risk == "high" or name in columns.values())
    }
    specs = [*kind.fields.values(), *kind.lines.values()]
    return Policy(
        fields=frozenset(fields),
        cells=frozenset(cells),
        stricter={spec.name: spec.threshold for spec in specs if spec.threshold is not None},
    )


def judge(session: db.Session, extraction: Extraction, checks: Sequence[CheckResult]) -> Decision:
    """The decision on a paper, with the threshold that holds for its type and tier today."""
    kind = load_catalogue().types.get(extraction.document_type)
    certificate = certificate_for(
        session,
        extraction.document_type,
        extraction.tier,
        kind.threshold if kind else None,
        load_settings().uncertified_threshold,
    )
    return decide(extraction, checks, policy_of(kind), certificate)

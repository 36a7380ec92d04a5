"""Check results as rows."""

from __future__ import annotations

from collections.abc import Sequence

from include import db
from include.models import Box, CheckResult, Severity

#: From the paper alone and the company's tables; and across papers.
DOCUMENT, SHIPMENT = "document", "shipment"


def save_checks(
    session: db.Session,
    document_id: int,
    extraction_id: int,
    results: Sequence[CheckResult],
    stage: str = DOCUMENT,
) -> None:
    """Put `results` in the place of what this stage said before about this extraction."""
    session.run("checks.clear", extraction_id=extraction_id, stage=stage)
    session.many(
        "checks.insert",
        [
            {
                "document_id": document_id,
                "extraction_id": extraction_id,
                "check_name": found.check,
                "passed": found.passed,
                "severity": found.severity.value,
                "reason": found.reason,
                "field": found.field,
                "line": found.line,
                "page": found.page,
                "box": db.json(found.box.as_list()) if found.box else None,
                "other_document_id": found.other_document_id,
                "stage": stage,
            }
            for found in results
        ],
    )


def load_checks(
    session: db.Session, document_id: int, stage: str | None = None
) -> tuple[CheckResult, ...]:
    """What the checks (of one stage, or of all) said about the latest extraction."""
    rows = session.all("checks.of_document", document_id=document_id, stage=stage)
    return tuple(_from(row) for row in rows)


def _from(row: db.Row) -> CheckResult:
    return CheckResult(
        check=row["check_name"],
        passed=row["passed"],
        severity=Severity(row["severity"]),
        reason=row["reason"],
        field=row["field"],
        line=row["line"],
        page=row["page"],
        box=Box.from_list(row["box"]) if row["box"] else None,
        other_document_id=row["other_document_id"],
    )

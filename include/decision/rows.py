"""Decisions as rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from include import db
from include.models import Decision, Outcome, Reason


@dataclass(frozen=True)
class Kept:
    """The decision of a document that counts at the moment."""

    extraction_id: int
    outcome: Outcome
    is_final: bool
    reasons: tuple[Reason, ...]


def explain(reasons: Iterable[Reason]) -> list[dict[str, str | int | None]]:
    """Reasons as `decisions.reasons` holds them: code, text, field, line."""
    return [asdict(reason) for reason in reasons]


def save_decision(
    session: db.Session, document_id: int, extraction_id: int, decision: Decision, is_final: bool
) -> None:
    """Add a decision; earlier ones stay as history."""
    certificate = asdict(decision.certificate)
    since = decision.certificate.since
    session.run(
        "decisions.insert",
        document_id=document_id,
        extraction_id=extraction_id,
        outcome=decision.outcome.value,
        is_final=is_final,
        confidence=decision.confidence,
        reasons=db.json(explain(decision.reasons)),
        certificate=db.json({**certificate, "since": since.isoformat() if since else None}),
    )


def latest_decision(session: db.Session, document_id: int) -> Kept | None:
    """The decision that counts; None before the first."""
    row = session.one("decisions.latest", document_id=document_id)
    if row is None:
        return None
    return Kept(
        extraction_id=row["extraction_id"],
        outcome=Outcome(row["outcome"]),
        is_final=row["is_final"],
        reasons=tuple(Reason(**reason) for reason in row["reasons"]),
    )

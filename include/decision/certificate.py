"""What stands behind a threshold: certified on reviewed documents, set by hand, or nothing."""

from __future__ import annotations

from include import db
from include.checks.result import spoken
from include.models import Certificate, Tier


def certificate_for(
    session: db.Session,
    document_type: str,
    tier: Tier,
    own_threshold: float | None,
    uncertified: float | None,
) -> Certificate:
    """The certified threshold when there is one; else the higher of the uncertified ones.

    `own_threshold` comes from the document type's file, `uncertified` from the settings; only
    the latter lets documents leave without certificate, the former can make it stricter.
    """
    row = session.one("decisions.calibration", document_type=document_type, tier=tier.value)
    if row is not None and row["threshold"] is not None:
        return Certificate(
            threshold=row["threshold"],
            is_certified=True,
            reviewed=row["reviewed"],
            wrong=row["wrong"],
            bound=row["bound"],
            since=row["since"],
            text=f"Certified on {row['reviewed']} reviewed documents, {row['wrong']} of them wrong,"
            f" since {row['since']}.",
        )
    if uncertified is not None:
        threshold = max(uncertified, own_threshold or 0.0)
        return Certificate(
            threshold=threshold,
            reviewed=row["reviewed"] if row else 0,
            wrong=row["wrong"] if row else 0,
            text=f"Not certified: the threshold {threshold:g} was set by hand"
            " (LADING_UNCERTIFIED_THRESHOLD).",
        )
    return Certificate(
        threshold=None,
        reviewed=row["reviewed"] if row else 0,
        wrong=row["wrong"] if row else 0,
        text=f"No certified threshold for {spoken(document_type)} read by {tier.value}.",
    )

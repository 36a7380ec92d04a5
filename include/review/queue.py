"""What waits for a person: opening reviews, and the runs that ask them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from include import db
from include.documents.work import advance, document_from
from include.errors import Conflict
from include.models import Document, Outcome, Reason, State

#: Documents per call; what is left is taken by the next run.
BATCH = 500


def open_review(session: db.Session, document: Document, reasons: Sequence[Reason]) -> int:
    """A question to a person about `document`; the one that is open already when there is one.

    Only inserts the row: the caller changes the document's state in the same transaction.
    """
    known = session.one("reviews.open_of_document", document_id=document.id)
    if known is not None:
        return int(known["id"])
    extraction = session.one("reviews.latest_extraction", document_id=document.id)
    if extraction is None:
        raise Conflict(f"document {document.id} has no extraction to review")
    row = session.one(
        "reviews.insert",
        document_id=document.id,
        extraction_id=extraction["id"],
        reasons=db.json([asdict(reason) for reason in reasons]),
        questions=db.json(questions(reasons)),
    )
    assert row is not None
    return int(row["id"])


def ask_again(session: db.Session, review: db.Row, wrong: Sequence[Reason]) -> str:
    """The same question in a new run, with what was wrong about the answer on top."""
    kept = [reason for reason in review["reasons"] if reason["code"] != "answer_invalid"]
    session.run("reviews.applied", id=review["id"])
    session.one(
        "reviews.insert",
        document_id=review["document_id"],
        extraction_id=review["extraction_id"],
        reasons=db.json([*(asdict(reason) for reason in wrong), *kept]),
        questions=db.json(review["questions"]),
    )
    return "asked again"


def questions(reasons: Sequence[Reason]) -> list[str]:
    """The names of what is asked, each once: `field`, or `line_3_quantity` for a cell of a line."""
    keys = [question(reason) for reason in reasons]
    return list(dict.fromkeys(key for key in keys if key))


def question(reason: Reason) -> str | None:
    """The name under which a reason's field is asked, None for a reason without one."""
    if reason.field is None:
        return None
    return reason.field if reason.line is None else f"line_{reason.line}_{reason.field}"


def open_reviews(actor: str) -> int:
    """Open a review for every document that is finally decided to need one; returns how many."""
    with db.session() as session:
        rows = session.all("reviews.decided", outcome=Outcome.REVIEW.value, limit=BATCH)
    opened = 0
    for row in rows:
        document = document_from(row)
        try:
            with db.session() as session:
                reasons = final_reasons(session, document.id)
                open_review(session, document, reasons)
                why = "; ".join(reason.text for reason in reasons)
                advance(session, document, State.IN_REVIEW, actor, why[:2000])
                opened += 1
        except Conflict:
            continue  # another run was quicker
    return opened


def open_and_list(actor: str) -> list[dict[str, object]]:
    """Open what waits, then list the runs that have to be started."""
    open_reviews(actor)
    return unasked()


def final_reasons(session: db.Session, document_id: int) -> list[Reason]:
    """The reasons of the last decision on a document."""
    row = session.one("reviews.final_reasons", document_id=document_id)
    return [Reason(**reason) for reason in (row["reasons"] if row else [])]


def unasked(limit: int = BATCH) -> list[dict[str, object]]:
    """Arguments for one `review_document` run per open review that nobody asks yet."""
    with db.session() as session:
        rows = session.all("reviews.unasked", limit=limit)
    return [
        {
            "trigger_run_id": run_id_of(row["id"], row["file_name"]),
            "conf": {"review_id": row["id"]},
        }
        for row in rows
    ]


def run_id_of(review_id: int, file_name: str) -> str:
    """The run that asks a review: always the same, so that asking twice makes one run."""
    safe = "".join(c if c.isalnum() or c in "-_." else "_" for c in file_name)[:80]
    return f"review-{review_id}-{safe}"

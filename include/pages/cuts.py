"""Where packets are cut, in Postgres."""

from __future__ import annotations

from collections.abc import Sequence

from include import db
from include.models import Cut


def save_cuts(session: db.Session, document_id: int, cuts: Sequence[Cut], made_by: str) -> None:
    """A new version of a packet's cuts, unless it says what the last one says."""
    if [(c.first, c.last) for c in load_cuts(session, document_id)] == [
        (c.first, c.last) for c in cuts
    ]:
        return
    row = session.one("cuts.next_version", document_id=document_id)
    assert row is not None
    session.many(
        "cuts.add",
        [
            {
                "document_id": document_id,
                "version": row["version"],
                "first": cut.first,
                "last": cut.last,
                "evidence": db.json(list(cut.evidence)),
                "made_by": made_by,
            }
            for cut in cuts
        ],
    )


def load_cuts(session: db.Session, document_id: int) -> tuple[Cut, ...]:
    """The last version of a packet's cuts; none for a document that was never cut."""
    return tuple(
        Cut(row["first_page"], row["last_page"], tuple(row["evidence"]))
        for row in session.all("cuts.latest", document_id=document_id)
    )

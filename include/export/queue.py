"""Approving what is certain: every finally decided export gets its outbox row."""

from __future__ import annotations

import logging

from include import db
from include.documents.work import document_from, set_aside
from include.errors import Conflict, TryAgain
from include.export.outbox import queue_export
from include.models import Outcome

log = logging.getLogger(__name__)
BATCH = 500


def queue_exports(actor: str) -> int:
    """Approve the documents whose final decision is export; returns how many went."""
    with db.session() as session:
        rows = session.all("reviews.decided", outcome=Outcome.EXPORT.value, limit=BATCH)
    queued = 0
    for row in rows:
        document = document_from(row)
        try:
            with db.session() as session:
                # A paper that came meanwhile may have turned the decision.
                still = session.all("reviews.still_decided", id=document.id)
                if [one["outcome"] for one in still] == [Outcome.EXPORT]:
                    queue_export(session, document, actor)
                    queued += 1
        except Conflict as gone:
            log.info("%s", gone)  # another run was quicker
        except TryAgain:
            raise
        except Exception as error:
            log.exception("document %s", document.id)
            set_aside(document, error, actor)
    return queued

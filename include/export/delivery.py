"""One leased outbox row on its way into the ERP, step by step; no transaction spans a call."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from include import db
from include.document_types.catalogue import load_catalogue
from include.documents.store import fetch
from include.documents.work import advance
from include.errors import AnswerUnknown, Conflict, ErpUnavailable, LadingError, Refused, SetupError
from include.export.contract import Earlier, Erp, ErpRecord, Job, Step
from include.export.payload import from_json
from include.models import Document, Reason, State
from include.review.queue import open_review

log = logging.getLogger(__name__)

#: Longer than any one call to the ERP may take; renewed before each.
LEASE_S = 90
#: Faults of the ERP over one document before it is given up.
MAX_ATTEMPTS = 6
#: After a first fault; doubled after each further one. A request whose answer was lost may still
#: be at work in the ERP when its connection is gone.
PAUSE_S = 1.0
#: A record needs far fewer; more means that the ERP does not show what it accepted.
MAX_STEPS = 12


class Delivery:
    """Looks at the ERP before each write, so that a lost answer never makes a second record."""

    def __init__(
        self,
        erp: Erp,
        row: Mapping[str, Any],
        document: Document,
        earlier: Iterable[Mapping[str, Any]],
        actor: str,
    ) -> None:
        self.erp = erp
        self.row = row
        self.document = document
        self.actor = actor
        self.job = Job(
            document_id=document.id,
            marker=marker(row["idem_key"]),
            payload=from_json(row["payload"]),
            file_name=document.file_name,
            read_bytes=lambda: read_bytes(document),
            earlier=tuple(
                Earlier(marker=marker(e["idem_key"]), orders=tuple(e["orders"])) for e in earlier
            ),
        )

    def run(self) -> int:
        """1 when the row came to an end, 0 when it has to be taken again.

        Raises ErpUnavailable and SetupError: they concern every row.
        """
        try:
            if self.document.state != State.EXPORTING:
                return self._give_up(f"the document is {self.document.state}")
            return self._deliver()
        except Conflict as lost:
            log.warning("export of document %s: %s", self.document.id, lost)
            return 0
        except (ErpUnavailable, SetupError) as error:
            self._release(str(error), attempts=0, pause_s=0)
            raise
        except Exception as error:
            return self._fault(error)

    def _deliver(self) -> int:
        try:
            self._take(self.erp.next_step)
            record = self.erp.read_back(self.job)
        except Refused as refusal:
            self._take(self.erp.undo_step)
            return self._refused(refusal)
        return self._done(record)

    def _take(self, next_step: Callable[[Job], Step | None]) -> None:
        """Step after step until the ERP holds all, or nothing; each is written down before."""
        for _ in range(MAX_STEPS):
            step = next_step(self.job)
            if step is None:
                return
            self._mark("outbox.mark_sent", step=step.name, lease_s=LEASE_S)
            step.send()
            self._mark("outbox.mark_answered")
        raise AnswerUnknown(f"no end after {MAX_STEPS} steps")

    def _mark(self, query: str, **values: Any) -> None:
        with db.session() as session:
            self._own(session, query, **values)

    def _own(self, session: db.Session, query: str, **values: Any) -> None:
        """Change the row only while it is ours."""
        row = self.row
        if session.run(query, id=row["id"], fence=row["fence"], **values) != 1:
            raise Conflict("somebody else has taken the export over")

    def _done(self, record: ErpRecord) -> int:
        with db.session() as session:
            self._own(
                session,
                "outbox.done",
                model=record.model,
                erp_id=record.id,
                ref=record.ref,
                record=db.json(record.values),
            )
            advance(session, self.document, State.EXPORTED, self.actor, record.ref)
        return 1

    def _refused(self, refusal: Refused) -> int:
        """Back to a person, with the ERP's own words."""
        named = getattr(refusal, "field", None)
        reason = Reason(
            code="erp_refused",
            text=refusal.detail[:2000],
            field=self._field_name(named) if named else None,
        )
        with db.session() as session:
            self._own(session, "outbox.dead", error=reason.text, attempts=0)
            open_review(session, self.document, [reason])
            advance(session, self.document, State.IN_REVIEW, self.actor, reason.text)
        return 1

    def _field_name(self, key: str) -> str | None:
        """The document's field behind a key of its type's ERP mapping."""
        known = load_catalogue().types.get(self.job.payload.document_type)
        names = known.erp.get(key) if known else None
        return names[0] if isinstance(names, list) else names

    def _fault(self, error: Exception) -> int:
        """A fault that may be the document's: some more tries, then it is given up."""
        unforeseen = None if isinstance(error, LadingError) else error
        log.warning("export of document %s: %s", self.document.id, error, exc_info=unforeseen)
        told = str(error) if str(error) else type(error).__name__
        attempts = self.row["attempts"] + 1
        if attempts >= MAX_ATTEMPTS:
            return self._give_up(told, attempts=1)
        self._release(told, attempts=1, pause_s=PAUSE_S * 2**attempts)
        return 0

    def _release(self, error: str, attempts: int, pause_s: float) -> None:
        try:
            self._mark("outbox.release", error=error[:2000], attempts=attempts, pause_s=pause_s)
        except Conflict as lost:
            log.warning("export of document %s: %s", self.document.id, lost)

    def _give_up(self, error: str, attempts: int = 0) -> int:
        with db.session() as session:
            self._own(session, "outbox.dead", error=error[:2000], attempts=attempts)
            if self.document.state == State.EXPORTING:
                advance(session, self.document, State.FAILED, self.actor, error[:2000])
        return 1


def marker(idem_key: str) -> str:
    """What is written into the ERP's record to find it again."""
    return f"lading:{idem_key}"


def read_bytes(document: Document) -> bytes:
    with fetch(document.blob_key) as path:
        return path.read_bytes()

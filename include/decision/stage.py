"""The stage that decides on every document of a chunk, before its papers are compared."""

from __future__ import annotations

from include import db
from include.checks.rows import DOCUMENT, load_checks
from include.decision.judge import judge
from include.decision.rows import save_decision
from include.documents.work import advance, for_each
from include.errors import Conflict
from include.extraction.rows import load_extraction
from include.models import Document, State


def decide_documents(chunk_id: int, actor: str) -> int:
    """CHECKED -> DECIDED for the documents of the chunk; returns how many were there."""

    def work(session: db.Session, document: Document) -> None:
        found = load_extraction(session, document.id)
        if found is None:
            raise Conflict(f"document {document.id} has no extraction")
        extraction_id, extraction = found
        decision = judge(session, extraction, load_checks(session, document.id, DOCUMENT))
        save_decision(session, document.id, extraction_id, decision, is_final=False)
        why = f"{decision.outcome.value}: {len(decision.reasons)} reasons"
        advance(session, document, State.DECIDED, actor, why)

    return for_each(chunk_id, State.CHECKED, work, actor)

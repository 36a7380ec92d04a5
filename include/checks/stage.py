"""The stage that checks every document of a chunk: by itself and against the company's tables."""

from __future__ import annotations

from include import db
from include.checks.document import check_document
from include.checks.reference import Reference
from include.checks.rows import save_checks
from include.checks.seen import check_seen
from include.document_types.catalogue import load_catalogue
from include.documents.work import advance, for_each
from include.errors import Conflict
from include.extraction.rows import load_extraction
from include.models import Document, Severity, State
from include.pages.rows import load_differences


def check_fields(chunk_id: int, actor: str) -> int:
    """EXTRACTED -> CHECKED for the documents of the chunk; returns how many were there."""
    catalogue = load_catalogue()
    with db.reference_session() as tables:
        reference = Reference(tables)

        def work(session: db.Session, document: Document) -> None:
            found = load_extraction(session, document.id)
            if found is None:
                raise Conflict(f"document {document.id} has no extraction")
            extraction_id, extraction = found
            with tables.savepoint():
                facts = reference.facts(extraction)
            results = check_seen(load_differences(session, document.id))
            results += check_document(
                extraction,
                catalogue.types.get(extraction.document_type),
                facts,
                document.received_at.date(),
            )
            save_checks(session, document.id, extraction_id, results)
            failed = sum(1 for one in results if not one.passed and one.severity == Severity.ERROR)
            why = f"{len(results)} checks, {failed} failed"
            advance(session, document, State.CHECKED, actor, why)

        return for_each(chunk_id, State.EXTRACTED, work, actor)

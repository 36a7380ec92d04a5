"""The stage that finds type and fields of every document of a chunk."""

from __future__ import annotations

from include import db
from include.document_types.catalogue import load_catalogue
from include.documents.work import advance, for_each
from include.extraction.extract import extract
from include.extraction.rows import save_extraction
from include.models import Document, State
from include.pages.rows import load_pages


def extract_fields(chunk_id: int, actor: str) -> int:
    """READ -> EXTRACTED for the documents of the chunk; returns how many were there."""
    catalogue = load_catalogue()

    def work(session: db.Session, document: Document) -> None:
        pages = load_pages(session, document.id)
        extraction = extract(pages, catalogue)
        save_extraction(session, document.id, extraction)
        session.run("documents.set_type", id=document.id, document_type=extraction.document_type)
        why = (
            f"{extraction.document_type} ({extraction.type_confidence:.2f}):"
            f" {len(extraction.fields)} fields, {len(extraction.lines)} lines"
        )
        advance(session, document, State.EXTRACTED, actor, why)

    return for_each(chunk_id, State.READ, work, actor)

"""The stage that finds type and fields of every document of a chunk."""

from __future__ import annotations

from include import db
from include.document_types.catalogue import load_catalogue
from include.documents.work import advance, for_each
from include.extraction.extract import extract
from include.extraction.llm.client import model_of
from include.extraction.llm.tier import deepen
from include.extraction.rows import save_calls, save_extraction
from include.models import Document, Extraction, State
from include.pages.rows import load_pages
from include.settings import load_settings


def extract_fields(chunk_id: int, actor: str) -> int:
    """READ -> EXTRACTED for the documents of the chunk; returns how many were there."""
    catalogue = load_catalogue()
    model = model_of(load_settings())
    extractions: dict[int, Extraction] = {}

    def read(document: Document) -> None:
        with db.session() as session:
            pages = load_pages(session, document.id)
        extraction = extract(pages, catalogue)
        if model is not None:
            extraction, calls = deepen(pages, catalogue, extraction, model)
            with db.session() as session:  # what was asked is booked whatever follows
                save_calls(session, document.id, calls)
        extractions[document.id] = extraction

    def save(session: db.Session, document: Document) -> None:
        extraction = extractions.pop(document.id)
        save_extraction(session, document.id, extraction)
        session.run("documents.set_type", id=document.id, document_type=extraction.document_type)
        advance(session, document, State.EXTRACTED, actor, _summary(extraction))

    return for_each(chunk_id, State.READ, save, actor, prepare=read)


def _summary(extraction: Extraction) -> str:
    found = f"{len(extraction.fields)} fields, {len(extraction.lines)} lines"
    said = f"{extraction.document_type} ({extraction.type_confidence:.2f}): {found}"
    return f"{said}; {', '.join(extraction.flags)}" if extraction.flags else said

"""The stage that finds type and fields of every document of a chunk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from include import db
from include.document_types.catalogue import load_catalogue
from include.documents.work import advance, for_each
from include.extraction.extract import extract
from include.extraction.llm.client import model_of
from include.extraction.llm.tier import UNAVAILABLE, deepen
from include.extraction.rows import save_calls, save_extraction
from include.models import Document, Extraction, Page, State
from include.pages.rows import UNREAD, load_pages
from include.settings import load_settings

#: Flags of pages that the decision has to know, and what they are called there.
CONCERNS = {
    UNREAD: "page_unread",
    "truncated": "page_truncated",
    "not_calculated": "not_calculated",
    "hidden_text": "hidden_text",
}


def extract_fields(chunk_id: int, actor: str) -> int:
    """READ -> EXTRACTED for the documents of the chunk; returns how many were there."""
    catalogue = load_catalogue()
    model = model_of(load_settings())
    is_down = False
    extractions: dict[int, Extraction] = {}

    def read(document: Document) -> None:
        nonlocal is_down
        with db.session() as session:
            pages = load_pages(session, document.id)
        extraction = extract(pages, catalogue)
        extraction = replace(extraction, flags=(*extraction.flags, *_concerns(pages)))
        if is_down:  # one time-out per chunk is enough: the rest goes on without
            extraction = replace(extraction, flags=(*extraction.flags, UNAVAILABLE))
        elif model is not None:
            extraction, calls = deepen(pages, catalogue, extraction, model)
            with db.session() as session:  # what was asked is booked whatever follows
                save_calls(session, document.id, calls)
            is_down = UNAVAILABLE in extraction.flags and calls[-1].outcome == "unavailable"
        extractions[document.id] = extraction

    def save(session: db.Session, document: Document) -> None:
        extraction = extractions.pop(document.id)
        save_extraction(session, document.id, extraction)
        session.run("documents.set_type", id=document.id, document_type=extraction.document_type)
        advance(session, document, State.EXTRACTED, actor, _summary(extraction))

    return for_each(chunk_id, State.READ, save, actor, prepare=read)


def _concerns(pages: Sequence[Page]) -> list[str]:
    """What the decision has to know of how the pages were read."""
    flags = {flag for page in pages for flag in page.flags}
    return [concern for flag, concern in CONCERNS.items() if flag in flags]


def _summary(extraction: Extraction) -> str:
    found = f"{len(extraction.fields)} fields, {len(extraction.lines)} lines"
    said = f"{extraction.document_type} ({extraction.type_confidence:.2f}): {found}"
    return f"{said}; {', '.join(extraction.flags)}" if extraction.flags else said

"""Pages in Postgres."""

from __future__ import annotations

from typing import Any

from include import db
from include.models import Box, Difference, Page, Reading
from include.pages.answer import page_from_json, page_to_json

#: Flag of a page that could not be read; such a page has no words.
UNREAD = "unread"
_JSON = ("words", "elements", "tables", "differences", "flags")


def save_pages(session: db.Session, document_id: int, reading: Reading) -> None:
    """Replace the document's pages, and note what the file turned out to be."""
    bad = [
        (Page(number=n, width=0, height=0, words=(), engine="", flags=(UNREAD,)), why)
        for n, why in reading.bad_pages.items()
    ]
    pages = [*((page, None) for page in reading.pages), *bad]
    session.run("pages.clear", document_id=document_id)
    session.many("pages.add", [_row(document_id, page, error) for page, error in pages])
    session.run(
        "documents.set_read",
        id=document_id,
        page_count=len(pages),
        media_type=reading.media_type,
    )
    session.run("pages.set_embedded_xml", document_id=document_id, xml=reading.embedded_xml)


def load_pages(session: db.Session, document_id: int) -> tuple[Page, ...]:
    """The document's pages in order; one that could not be read has the flag `unread`."""
    return tuple(map(page_from_json, session.all("pages.of_document", document_id=document_id)))


def load_differences(
    session: db.Session, document_id: int
) -> list[tuple[int, bool, tuple[Difference, ...]]]:
    """Per page: its number, whether OCR read it, and where its text layer says otherwise."""
    return [
        (
            row["number"],
            "ocr" in row["flags"],
            tuple(Difference(Box.from_list(box), a, b) for box, a, b in row["differences"]),
        )
        for row in session.all("pages.differences", document_id=document_id)
    ]


def load_embedded_xml(session: db.Session, document_id: int) -> str | None:
    """The Factur-X or ZUGFeRD invoice inside the file, as it was found."""
    row = session.one("pages.embedded_xml", document_id=document_id)
    return row["xml"] if row else None


def _row(document_id: int, page: Page, error: str | None) -> dict[str, Any]:
    row = page_to_json(page)
    row |= {name: db.json(row[name]) for name in _JSON}
    return {"document_id": document_id, "error": error, **row}

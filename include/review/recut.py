"""A person cuts a packet anew: papers that change give way to new ones, the others stay."""

from __future__ import annotations

from collections.abc import Sequence

from include import db
from include.documents.claim import load
from include.documents.pieces import Piece, add_pieces
from include.documents.store import fetch
from include.documents.work import advance, document_from
from include.errors import BadDocument
from include.models import Cut, Document, Reason, State
from include.pages.cuts import save_cuts
from include.pages.stage import options_of
from include.pages.take_apart import papers_of
from include.review import PAGES
from include.review.packet import Packet, packet_of, parsed
from include.review.queue import ask_again
from include.settings import load_settings

#: A paper in one of these states is the ERP's already, or about to be.
_GONE = frozenset({State.APPROVED, State.EXPORTING, State.EXPORTED})


def cut_again(review_id: int, who: str) -> str:
    """Let the answered review's page ranges take effect; returns what became of its document.

    "cut again", or "asked again" with the reason when the ranges cannot be used. Applying twice
    changes nothing.
    """
    with db.session() as session:
        review = session.one("reviews.by_id", id=review_id)
        assert review is not None
        packet = packet_of(session, load(session, review["document_id"]))
    assert packet is not None, "only files of several pages offer to be cut"
    try:
        cuts = parsed(review["changes"].get(PAGES, ""), packet.page_count, review["answered_by"])
        pieces = _pieces(packet.document, cuts)
    except (ValueError, BadDocument) as wrong:
        with db.session() as session:
            return ask_again(session, review, [_invalid(str(wrong))])
    with db.session() as session:
        return _apply(session, review_id, packet, cuts, pieces, who)


def _pieces(packet: Document, cuts: Sequence[Cut]) -> tuple[Piece, ...]:
    """The new papers, their bytes landed."""
    with fetch(packet.blob_key) as path:
        return papers_of(packet, cuts, path, options_of(packet, load_settings()))


def _apply(
    session: db.Session,
    review_id: int,
    packet: Packet,
    cuts: Sequence[Cut],
    pieces: Sequence[Piece],
    who: str,
) -> str:
    """All of it in one transaction, one person at a time per packet."""
    session.one("documents.lock", id=packet.document.id)
    review = session.one("reviews.lock", id=review_id)
    assert review is not None
    document = load(session, review["document_id"])
    if review["state"] != "answered" or document.state != State.IN_REVIEW:
        return document.state.value
    papers = [
        document_from(row) for row in session.all("documents.cut_from", id=packet.document.id)
    ]
    wanted = {(cut.first, cut.last) for cut in cuts}
    changed = [paper for paper in papers if (paper.first_page, paper.last_page) not in wanted]
    if gone := [paper for paper in changed if paper.state in _GONE]:
        return ask_again(session, review, [_gone(gone)])
    if document not in changed and papers:
        ask_again(session, review, [])  # cut like this before: still to be answered
    else:
        session.run("reviews.applied", id=review_id)
    for paper in changed:
        advance(session, paper, State.REJECTED, who, "its packet was cut again")
        session.run("reviews.withdraw", document_id=paper.id)
    save_cuts(session, packet.document.id, cuts, who)
    add_pieces(session, packet.document, pieces, who)
    current = load(session, packet.document.id)
    if current.state != State.SPLIT:
        advance(session, current, State.SPLIT, who, f"cut into {len(cuts)} papers")
    return "cut again"


def _invalid(text: str) -> Reason:
    return Reason(code="answer_invalid", text=text, field=PAGES)


def _gone(papers: Sequence[Document]) -> Reason:
    named = ", ".join(f"pages {paper.first_page}-{paper.last_page}" for paper in papers)
    return _invalid(f"{named} went to the ERP already and must stay as they are")

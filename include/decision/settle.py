"""The last word on documents: after the papers that came with them were read, all are compared."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from include import db
from include.checks.across import Paper, check_across
from include.checks.orders import CONSUMING
from include.checks.reference import Order, Reference, order_numbers
from include.checks.result import Fault, result
from include.checks.rows import DOCUMENT, SHIPMENT, load_checks, save_checks
from include.decision.judge import judge
from include.decision.rows import Kept, latest_decision, save_decision
from include.decision.shipments import link, save_keys
from include.extraction.rows import load_extraction
from include.models import CheckResult, Outcome, State
from include.settings import load_settings

log = logging.getLogger(__name__)

#: Documents per transaction: what a kill at any line can undo.
BATCH = 50


@dataclass(frozen=True)
class Settled:
    """Documents in state `decided` that wait to go their way."""

    exports: list[int]
    reviews: list[int]


@dataclass(frozen=True)
class _Known:
    """A paper with its rows' ids."""

    paper: Paper
    extraction_id: int
    kept: Kept | None


def settle(actor: str) -> Settled:
    """Give every decided document whose batch is complete its final decision; list what waits.

    Safe at once from several runs (one settles, the others wait), and to repeat: a document that
    has its final decision gets a new one only when a later paper changes what holds for it. The
    documents' state stays `decided`.
    """
    while ready := _settle_some():
        log.info("%s settled documents %s", actor, ready)
    with db.session() as session:
        rows = session.all("decisions.settled")
    return Settled(
        exports=[row["id"] for row in rows if row["outcome"] == Outcome.EXPORT],
        reviews=[row["id"] for row in rows if row["outcome"] != Outcome.EXPORT],
    )


def _settle_some() -> list[int]:
    """Settle up to BATCH documents in one transaction; returns them."""
    with db.session() as session:
        session.one("shipments.lock")
        rows = session.all("shipments.unsettled", hold_s=load_settings().hold_s, limit=BATCH)
        ready = [int(row["id"]) for row in rows]
        for document_id in ready:
            found = load_extraction(session, document_id)
            if found is not None:
                save_keys(session, document_id, found[1])
                link(session, document_id, found[1])
        if ready:
            _decide_again(session, ready)
    return ready


def _decide_again(session: db.Session, ready: Sequence[int]) -> None:
    """Final decisions for the documents that are ready, and for those their coming concerns."""
    near = {row["id"] for row in session.all("shipments.neighbours", ids=list(ready))}
    known = _load(session, sorted(near | set(ready)), ready)
    concerned = [
        document_id
        for document_id, one in known.items()
        if one.paper.state in (State.DECIDED, State.IN_REVIEW)
    ]
    beyond = {row["id"] for row in session.all("shipments.neighbours", ids=concerned)}
    known |= _load(session, sorted(beyond - set(known)), ready)
    orders = _orders([known[document_id].paper for document_id in concerned])
    for document_id in concerned:
        one = known[document_id]
        checks = _check(one.paper, [other.paper for other in known.values()], orders)
        if checks != load_checks(session, document_id, SHIPMENT):
            save_checks(session, document_id, one.extraction_id, checks, SHIPMENT)
        if one.paper.state == State.DECIDED:
            outcome = _decide(session, one, checks)
            known[document_id] = replace(one, paper=replace(one.paper, outcome=outcome))


def _load(session: db.Session, ids: Sequence[int], ready: Sequence[int]) -> dict[int, _Known]:
    """The papers with these ids; a decided one whose own turn has not come is left out."""
    known: dict[int, _Known] = {}
    for row in session.all("shipments.by_ids", ids=list(ids)):
        document_id, state = int(row["id"]), State(row["state"])
        kept = latest_decision(session, document_id)
        is_final = kept is not None and kept.is_final
        if state == State.DECIDED and not is_final and document_id not in ready:
            continue
        found = load_extraction(session, document_id)
        if found is None:
            continue
        outcome = kept.outcome if kept and is_final else None
        paper = Paper(document_id, row["file_name"], state, found[1], outcome)
        known[document_id] = _Known(paper, found[0], kept)
    return known


def _orders(papers: Sequence[Paper]) -> dict[str, Order]:
    """The purchase orders that these papers use up."""
    numbers = {
        number
        for paper in papers
        if paper.extraction.document_type in CONSUMING
        for number in order_numbers(paper.extraction)
    }
    if not numbers:
        return {}
    with db.reference_session() as tables:
        return Reference(tables).orders(numbers)


def _check(
    paper: Paper, papers: Sequence[Paper], orders: dict[str, Order]
) -> tuple[CheckResult, ...]:
    """What the other papers say; a paper that breaks the comparison goes to a person by itself."""
    try:
        return tuple(check_across(paper, papers, orders))
    except Exception as error:
        log.exception("document %s", paper.document_id)
        fault = Fault(f"Could not be compared with its other papers ({type(error).__name__}).")
        return (result("papers_agree", fault),)


def _decide(session: db.Session, one: _Known, across: Sequence[CheckResult]) -> Outcome:
    """The final decision; written only when it differs from the one that holds."""
    document_id = one.paper.document_id
    own = load_checks(session, document_id, DOCUMENT)
    decision = judge(session, one.paper.extraction, [*own, *across])
    kept = one.kept
    is_same = (
        kept is not None
        and kept.is_final
        and kept.extraction_id == one.extraction_id
        and (kept.outcome, kept.reasons) == (decision.outcome, decision.reasons)
    )
    if not is_same:
        save_decision(session, document_id, one.extraction_id, decision, is_final=True)
    return decision.outcome

"""What a person answered: stored first, then applied in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from include import db
from include.decision.shipments import save_keys
from include.document_types.catalogue import Catalogue, FieldSpec, load_catalogue
from include.documents.claim import load
from include.documents.work import advance
from include.export.outbox import queue_export
from include.extraction.normalise import normalise
from include.extraction.rows import load_extraction, save_extraction
from include.models import Document, Extraction, Field, Line, Reason, State, Tier
from include.review import APPROVE, CUT, NOTE, PAGES, REJECT
from include.review.form import field_of, split_key
from include.review.queue import ask_again, unasked
from include.review.recut import cut_again


def record_answer(review_id: int, choice: str, inputs: Mapping[str, str | None], by: str) -> None:
    """Keep what was answered; a second answer to the same review changes nothing."""
    given = {key: (value or "").strip() for key, value in inputs.items()}
    note = given.pop(NOTE, "")
    if choice != CUT:
        given.pop(PAGES, None)
    with db.session() as session:
        session.run(
            "reviews.answer",
            id=review_id,
            answer=choice,
            changes=db.json(given),
            note=note,
            by=by,
        )


def apply_answer(review_id: int, actor: str) -> str:
    """Let the stored answer take effect; returns what became of the document.

    "approved", "rejected", "cut again", or "asked again" when a value given is not one of its
    kind. Applying twice changes nothing.
    """
    with db.session() as session:
        review = session.one("reviews.lock", id=review_id)
        assert review is not None
        document = load(session, review["document_id"])
        if review["state"] != "answered" or document.state != State.IN_REVIEW:
            return document.state.value
        who = f"{review['answered_by']} ({actor})"
        if review["answer"] == REJECT:
            advance(session, document, State.REJECTED, who, review["note"] or "rejected in review")
            session.run("reviews.applied", id=review_id)
            return "rejected"
        if review["answer"] == APPROVE:
            return _approve(session, document, review, who)
    return cut_again(review_id, who)


def _approve(session: db.Session, document: Document, review: db.Row, who: str) -> str:
    found = load_extraction(session, document.id)
    assert found is not None
    _, extraction = found
    catalogue = load_catalogue()
    changes: dict[str, str] = review["changes"]
    wrong = invalid(extraction, changes, catalogue)
    if wrong:
        return ask_again(session, review, wrong)
    corrected = correct(extraction, changes, catalogue)
    save_extraction(session, document.id, corrected)
    save_keys(session, document.id, corrected)
    for key, new in changes.items():
        _note_correction(session, review, key, extraction, corrected, new)
    session.run("reviews.applied", id=review["id"])
    queue_export(session, document, who)
    return "approved"


def _note_correction(
    session: db.Session,
    review: db.Row,
    key: str,
    before: Extraction,
    after: Extraction,
    new: str,
) -> None:
    old = field_of(before, key)
    now = field_of(after, key)
    if (old.normalised if old else "") == (now.normalised if now else ""):
        return
    name, line = split_key(key)
    session.run(
        "reviews.insert_correction",
        review_id=review["id"],
        document_id=review["document_id"],
        field=name,
        line=line,
        old_value=old.normalised if old else None,
        new_value=new or None,
        box=db.json([box.as_list() for box in old.boxes]) if old else None,
        made_by=review["answered_by"],
        seconds=(review["answered_at"] - review["opened_at"]).total_seconds(),
    )


def invalid(
    extraction: Extraction, changes: Mapping[str, str], catalogue: Catalogue
) -> list[Reason]:
    """The given values that are not of their field's kind; pure."""
    wrong = []
    for key, value in changes.items():
        spec = _spec(extraction, key, catalogue)
        if value and spec and normalise(spec, value) is None:
            name, line = split_key(key)
            text = f"the answer “{value}” is not a valid {spec.kind} for {name.replace('_', ' ')}"
            wrong.append(Reason(code="answer_invalid", text=text, field=name, line=line))
    return wrong


def correct(extraction: Extraction, changes: Mapping[str, str], catalogue: Catalogue) -> Extraction:
    """The extraction as the person confirmed it; an emptied value is taken away. Pure."""
    fields = dict(extraction.fields)
    cells = {line.position: dict(line.cells) for line in extraction.lines}
    for key, value in changes.items():
        name, line = split_key(key)
        spec = _spec(extraction, key, catalogue)
        target = fields if line is None else cells.setdefault(line, {})
        if not value:
            target.pop(name, None)
            continue
        target[name] = _confirmed(name, value, spec, field_of(extraction, key))
    lines = tuple(
        Line(position=n, cells=cells[n], page=_page(extraction, n)) for n in sorted(cells)
    )
    return replace(extraction, fields=fields, lines=lines, tier=Tier.REVIEW)


def _confirmed(name: str, value: str, spec: FieldSpec | None, old: Field | None) -> Field:
    normalised = (normalise(spec, value) if spec else None) or value
    if old is not None and old.normalised == normalised:
        return replace(old, confidence=1.0, tier=Tier.REVIEW)
    return Field(
        name=name,
        value=value,
        normalised=normalised,
        confidence=1.0,
        tier=Tier.REVIEW,
        page=old.page if old else None,
        boxes=old.boxes if old else (),
        grounded=False,
    )


def _page(extraction: Extraction, position: int) -> int | None:
    return next((line.page for line in extraction.lines if line.position == position), None)


def _spec(extraction: Extraction, key: str, catalogue: Catalogue) -> FieldSpec | None:
    """What the field of a question is; None when its type does not know it."""
    known = catalogue.types.get(extraction.document_type)
    if known is None:
        return None
    name, line = split_key(key)
    return (known.fields if line is None else known.lines).get(name)


def apply_and_list(review_id: int, actor: str) -> list[dict[str, object]]:
    """Apply an answer, then list the runs to start: also those that a killed task left out."""
    apply_answer(review_id, actor)
    return unasked()


def has_cut(review_id: int) -> bool:
    """Whether the answer made new papers, which wait to be processed."""
    with db.session() as session:
        review = session.one("reviews.by_id", id=review_id)
    return review is not None and (review["state"], review["answer"]) == ("applied", CUT)

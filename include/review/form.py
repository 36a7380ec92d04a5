"""What the person is shown: the doubtful fields to correct, the rest to compare."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from include import db
from include.documents.claim import load
from include.extraction.rows import load_extraction
from include.models import Document, Extraction, Field, Reason
from include.review import CUT, OPTIONS, PAGES
from include.review.packet import Packet, described, packet_of
from include.review.queue import question

_CELL = re.compile(r"^line_(\d+)_(\w+)$")


@dataclass(frozen=True, kw_only=True)
class Question:
    """One input of the form; `value` is what was read, normalised, "" when nothing was."""

    key: str
    title: str
    value: str
    description: str


@dataclass(frozen=True, kw_only=True)
class Form:
    """Subject, explanation (Markdown) and inputs of one review."""

    review_id: int
    document_id: int
    is_open: bool
    subject: str
    body: str
    questions: tuple[Question, ...]
    options: tuple[str, ...] = tuple(OPTIONS)


def build_form(review_id: int, run_id: str) -> Form:
    """The form of a review, and the note that this run asks it."""
    with db.session() as session:
        session.run("reviews.set_run", id=review_id, run_id=run_id)
        review = session.one("reviews.by_id", id=review_id)
        assert review is not None, f"there is no review {review_id}"
        document = load(session, review["document_id"])
        found = load_extraction(session, document.id)
        packet = packet_of(session, document)
    assert found is not None
    reasons = [Reason(**reason) for reason in review["reasons"]]
    _, extraction = found
    kind = extraction.document_type.replace("_", " ")
    return Form(
        review_id=review_id,
        document_id=document.id,
        is_open=review["state"] == "open",
        subject=f"{kind.capitalize()} {extraction.value('number') or ''} · {document.file_name}",
        body=body(document, extraction, reasons, described(packet, document) if packet else ()),
        questions=(
            *ask(extraction, reasons, review["questions"]),
            *([_cut_question(packet, reasons)] if packet else []),
        ),
        options=(*OPTIONS, CUT) if packet else tuple(OPTIONS),
    )


def _cut_question(packet: Packet, reasons: Sequence[Reason]) -> Question:
    wrong = [reason.text for reason in reasons if reason.field == PAGES]
    return Question(
        key=PAGES,
        title="papers by pages",
        value=packet.ranges,
        description=" · ".join(
            [*wrong, f"only for **{CUT}**: the pages of each paper in {packet.document.file_name}"]
        ),
    )


def ask(
    extraction: Extraction, reasons: Sequence[Reason], keys: Sequence[str]
) -> tuple[Question, ...]:
    """One question per doubtful field, with its reasons; pure."""
    why: dict[str, list[str]] = {}
    for reason in reasons:
        why.setdefault(question(reason) or "", []).append(reason.text)
    return tuple(
        Question(
            key=key,
            title=title(key),
            value=(field.normalised if (field := field_of(extraction, key)) else ""),
            description=" · ".join([*why.get(key, []), _read(field_of(extraction, key))]),
        )
        for key in keys
    )


def field_of(extraction: Extraction, key: str) -> Field | None:
    """The field or cell that a question is about."""
    cell = _CELL.match(key)
    if cell is None:
        return extraction.fields.get(key)
    lines = [line for line in extraction.lines if line.position == int(cell[1])]
    return lines[0].cells.get(cell[2]) if lines else None


def split_key(key: str) -> tuple[str, int | None]:
    """(field, line) of a question's key."""
    cell = _CELL.match(key)
    return (key, None) if cell is None else (cell[2], int(cell[1]))


def title(key: str) -> str:
    name, line = split_key(key)
    words = name.replace("_", " ")
    return words if line is None else f"line {line}: {words}"


def _read(field: Field | None) -> str:
    if field is None:
        return "nothing was read"
    place = f" on page {field.page}" if field.page else ""
    return f"read as “{field.value}”{place}, confidence {field.confidence:.2f}"


def body(
    document: Document,
    extraction: Extraction,
    reasons: Sequence[Reason],
    place: Sequence[str] = (),
) -> str:
    """Markdown: why a person is asked, then all that was read."""
    lines = [f"**{document.file_name}** (document {document.id})", "", "**Why you are asked**", ""]
    lines += [f"- {_escape(reason.text)}" for reason in reasons]
    if place:
        lines += ["", "**Where it stands**", "", *map(_escaped_line, place)]
    lines += [
        "",
        "**What was read**",
        "",
        "| field | value | as printed | page |",
        "|---|---|---|---|",
    ]
    lines += [_row(name, field) for name, field in sorted(extraction.fields.items())]
    if extraction.lines:
        lines += ["", *_table([line.cells for line in extraction.lines])]
    lines += [
        "",
        "Correct what is wrong and choose **Approve**; the ERP then gets the values you see. "
        "**Reject** keeps the document out of the ERP; say why in the note.",
    ]
    if place:
        lines += ["", f"**{CUT}** divides the file into the papers whose pages you give."]
    return "\n".join(lines)


def _escaped_line(line: str) -> str:
    return f"- {_escape(line[2:])}" if line.startswith("- ") else _escape(line)


def _row(name: str, field: Field) -> str:
    cells = (name, field.normalised, field.value, str(field.page or ""))
    return "| " + " | ".join(_escape(cell) for cell in cells) + " |"


def _table(rows: Sequence[Mapping[str, Field]]) -> list[str]:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    head = "| line | " + " | ".join(columns) + " |"
    table = [head, "|" + "---|" * (len(columns) + 1)]
    for position, row in enumerate(rows, start=1):
        cells = [_escape(row[name].normalised) if name in row else "" for name in columns]
        table.append(f"| {position} | " + " | ".join(cells) + " |")
    return table


def _escape(text: str) -> str:
    """Text from a document is data: it must not become Markdown or HTML."""
    flat = " ".join(text.split())
    flat = flat.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_{}\[\]()#+!|~])", r"\\\1", flat)

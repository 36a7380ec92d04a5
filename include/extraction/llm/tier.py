"""The model is asked for what the rules left open; what it says counts only where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from include.document_types.catalogue import Catalogue, FieldSpec
from include.extraction.finders.found import Habits
from include.extraction.grounding import ground
from include.extraction.layout.page import Sheet, sheets_of
from include.extraction.llm.answer import Answer, read_answer
from include.extraction.llm.asking import asked
from include.extraction.llm.client import Call, Model
from include.extraction.llm.prompt import Question, ask_for
from include.extraction.normalise import normalise
from include.extraction.rules.confidence import ocr_doubt
from include.models import Extraction, Field, Line, Page, Tier

#: Fields of which the rules are less sure than this are asked for.
DOUBTFUL = 0.8
#: Confidence of a value that only the model found, where it stands exactly once.
ALONE = 0.85
#: When the model and the rules say different things, neither is believed.
DISPUTED = 0.5
UNGROUNDED = 0.15
UNAVAILABLE, REFUSED, CUT = "llm_unavailable", "llm_refused", "llm_text_cut"


def deepen(
    pages: Sequence[Page], catalogue: Catalogue, rules: Extraction, model: Model
) -> tuple[Extraction, tuple[Call, ...]]:
    """The extraction with the model's answers, and what was asked. When the model cannot be had
    the rules' result goes on with a flag: a person will see it where that matters."""
    kind = catalogue.types.get(rules.document_type)
    if kind is None:
        return rules, ()
    names = [
        name
        for name, spec in kind.fields.items()
        if not spec.derived
        and (name not in rules.fields or rules.fields[name].confidence < DOUBTFUL)
    ]
    with_lines = bool(kind.lines) and not rules.lines
    if not names and not with_lines:
        return rules, ()
    sheets = sheets_of(pages)
    question = ask_for(kind, names, with_lines, sheets)
    answer, calls = asked(
        model,
        question.messages,
        question.schema,
        lambda text: read_answer(text, question),
        "extract",
        question.prompt_hash,
    )
    if answer is None:
        flag = REFUSED if calls[-1].outcome == "refused" else UNAVAILABLE
        return replace(rules, flags=(*rules.flags, flag)), calls
    flags = (*rules.flags, CUT) if question.is_cut else rules.flags
    merged = _merged(rules, answer, question, sheets)
    return replace(merged, flags=flags, model=model.name, prompt_hash=question.prompt_hash), calls


def _merged(
    rules: Extraction, answer: Answer, question: Question, sheets: Sequence[Sheet]
) -> Extraction:
    """The rules' fields, with the model's where they were empty or doubtful."""
    fields = dict(rules.fields)
    for name, spec in question.fields.items():
        said = _field(spec, answer.fields.get(name, ""), sheets)
        if said is not None:
            fields[name] = _chosen(fields.get(name), said)
    lines = rules.lines or _lines(answer.lines, question.lines, sheets)
    # What the model decided is held to the thresholds of the model's tier.
    read = [*fields.values(), *(cell for line in lines for cell in line.cells.values())]
    tier = Tier.LLM if any(field.tier == Tier.LLM for field in read) else rules.tier
    return replace(rules, fields=fields, lines=lines, tier=tier)


def _field(spec: FieldSpec, value: str, sheets: Sequence[Sheet]) -> Field | None:
    """A value of the model as a field; None when it does not have the field's type."""
    normalised = normalise(spec, value) if value else None
    if normalised is None:
        return None
    is_scan = any(sheet.is_scan for sheet in sheets)
    place = ground(value, spec, sheets, Habits(is_scan=is_scan))
    if place is None:
        return Field(
            name=spec.name, value=value, normalised=normalised, confidence=UNGROUNDED,
            tier=Tier.LLM, grounded=False,
        )  # fmt: skip
    confidence = ALONE * place.quality - ocr_doubt(place.ocr)
    if place.places > 1 and spec.kind not in ("name", "text", "address"):
        confidence -= 0.05
    return Field(
        name=spec.name,
        value=value,
        normalised=normalised,
        confidence=round(max(confidence, 0.02), 4),
        tier=Tier.LLM,
        page=place.page,
        boxes=place.boxes,
    )


def _chosen(rules: Field | None, said: Field) -> Field:
    """Two readings of one field: agreement makes it sure, disagreement leaves it open."""
    if rules is None:
        return said
    if rules.normalised.casefold() == said.normalised.casefold():
        sure = 1 - (1 - rules.confidence) * (1 - said.confidence)
        return replace(rules, confidence=round(min(sure, 0.97), 4))
    if not said.grounded:
        return rules
    return replace(rules, confidence=min(rules.confidence, DISPUTED))


def _lines(
    rows: Sequence[Mapping[str, str]], specs: Mapping[str, FieldSpec], sheets: Sequence[Sheet]
) -> tuple[Line, ...]:
    lines: list[Line] = []
    for row in rows:
        cells = {
            name: cell
            for name, value in row.items()
            if (cell := _field(specs[name], value, sheets)) is not None
        }
        if cells:
            page = next((cell.page for cell in cells.values() if cell.page), None)
            lines.append(Line(position=len(lines) + 1, cells=cells, page=page))
    return tuple(lines)

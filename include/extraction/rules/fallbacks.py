"""Values that no label announces: letterhead, after the title, by their own form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from include.document_types.catalogue import FieldSpec
from include.extraction.finders import amounts
from include.extraction.finders.codes import find_codes
from include.extraction.layout.page import Segment
from include.extraction.layout.text import squash
from include.extraction.normalise import find
from include.extraction.rules.candidates import PLACES, Board, Candidate
from include.extraction.rules.parties import address_text, letterhead, split_block
from include.models import Word

if TYPE_CHECKING:
    from include.extraction.rules.fields import Scene


def unlabelled(scene: Scene, spec: FieldSpec, found: Sequence[Candidate]) -> list[Candidate]:
    """Candidates without a label, as the field's `without_label` allows."""
    best = max((candidate.score for candidate in found), default=0.0)
    out: list[Candidate] = []
    for way in spec.without_label:
        if best >= 0.6:
            break
        match way:
            case "letterhead" | "letterhead_address":
                out += _letterhead(scene, spec)
            case "title":
                out += _after_title(scene, spec)
            case "pattern":
                out += (
                    _currency(scene, spec) if "currency" in spec.checks else _by_form(scene, spec)
                )
            case "first":
                out += _first(scene, spec)
        best = max((candidate.score for candidate in out), default=best)
    return out


def _letterhead(scene: Scene, spec: FieldSpec) -> list[Candidate]:
    if not scene.boards:
        return []
    board = scene.boards[0]
    out = []
    for block, score in letterhead(board.sheet, board, scene.kind.titles, scene.habits)[:4]:
        split = split_block(block)
        if split is None:
            continue
        name, address, _ = split
        words = name if spec.kind == "name" else address
        if not words:
            continue
        value = (
            " ".join(word.text for word in words) if spec.kind == "name" else address_text(words)
        )
        value = value.strip(" ,;:-|")
        out.append(
            Candidate(
                spec.name,
                value,
                value,
                tuple(words),
                board.sheet.number,
                PLACES["letterhead"] * score,
                "",
                "letterhead",
            )
        )
    return out


def _after_title(scene: Scene, spec: FieldSpec) -> list[Candidate]:
    """`Invoice 4711`, `PACKING LIST No. 12`: the code behind or beside the title."""
    keys = sorted({squash(title) for title in scene.kind.titles}, key=len, reverse=True)
    out: list[Candidate] = []
    for board in scene.boards[:1]:
        for row in board.sheet.rows:
            if row.box.y0 > 0.4 * board.sheet.page.height:
                break
            for position, segment in enumerate(row.segments):
                end = _title_end(segment, keys)
                if end is None:
                    continue
                rest = segment.words[end:]
                beside = row.segments[position + 1 : position + 2]
                if not rest and beside and not board.hits_in(beside[0]):
                    rest = beside[0].words
                out += _codes(spec, board, rest)
    return out


def _title_end(segment: Segment, keys: Sequence[str]) -> int | None:
    text = ""
    best = None
    for end, word in enumerate(segment.words[:8], 1):
        text += squash(word.text)
        if text in keys:
            best = end
    return best


def _codes(spec: FieldSpec, board: Board, words: Sequence[Word]) -> list[Candidate]:
    found = find(spec, words, _no_habits()) if spec.regex else find_codes(words)
    return [
        Candidate(
            spec.name, f.value, f.normalised, tuple(words[f.start : f.end]), board.sheet.number,
            PLACES["title"] * f.quality, "", "title",
        )
        for f in found[:1]
        if f.start <= 2
    ]  # fmt: skip


def _no_habits() -> amounts.Habits:
    return amounts.Habits()


def _by_form(scene: Scene, spec: FieldSpec) -> list[Candidate]:
    """Everything on the pages that has the field's form, with its own check where it has one."""
    if spec.regex is None:
        return []
    out: list[Candidate] = []
    for board in scene.boards:
        for row in board.sheet.rows:
            for segment in row.segments:
                for f in find(spec, segment.words, scene.habits):
                    score = PLACES["pattern"] * f.quality
                    if not spec.checks:
                        score *= 0.8
                    out.append(
                        Candidate(
                            spec.name, f.value, f.normalised, segment.words[f.start : f.end],
                            board.sheet.number, score, "", "pattern", f.note,
                        )
                    )  # fmt: skip
    return out


def _currency(scene: Scene, spec: FieldSpec) -> list[Candidate]:
    """The currency that stands at most amounts."""
    votes: Counter[str] = Counter()
    where: dict[str, tuple[Word, int]] = {}
    for board in scene.boards:
        for word in (w for row in board.sheet.rows for w in row.words):
            code = amounts.currency_of(word.text)
            if code:
                is_money = any(c.isdigit() for c in word.text)
                votes[code] += 2 if is_money else 1
                where.setdefault(code, (word, board.sheet.number))
    total = sum(votes.values())
    out = []
    for code, count in votes.most_common(3):
        word, page = where[code]
        share = count / total
        value = next(
            (s for s in (*amounts.CURRENCY_SIGNS, *amounts.CURRENCIES) if s in word.text), code
        )
        certain = 0.9 if value.isalpha() or value in "€£" else 0.78
        out.append(
            Candidate(
                spec.name, value, code, (word,), page, certain * (0.5 + 0.5 * share), "", "pattern"
            )
        )
    return out


def _first(scene: Scene, spec: FieldSpec) -> list[Candidate]:
    """The first value of the type that no other label claims."""
    for board in scene.boards[:1]:
        for row in board.sheet.rows:
            if row.number in {number for _, number in board.taken}:
                continue
            for segment in row.segments:
                if any(hit.names for hit in board.hits_in(segment)):
                    continue
                for f in find(spec, segment.words, scene.habits):
                    return [
                        Candidate(
                            spec.name, f.value, f.normalised, segment.words[f.start : f.end],
                            board.sheet.number, PLACES["first"] * f.quality, "", "first", f.note,
                        )
                    ]  # fmt: skip
    return []

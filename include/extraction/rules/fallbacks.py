"""Values that no label announces: letterhead, after the title, by their own form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from include.document_types.catalogue import FieldSpec
from include.extraction.finders import amounts
from include.extraction.finders.codes import find_codes
from include.extraction.finders.found import Habits
from include.extraction.labels.board import Board
from include.extraction.layout.page import Segment
from include.extraction.layout.text import squash
from include.extraction.normalise import find
from include.extraction.rules.candidates import PLACES, Candidate
from include.extraction.rules.letterhead import (
    address_blocks,
    is_town,
    letterhead,
    sender_line,
    under_sender_line,
)
from include.extraction.rules.names import name_quality
from include.extraction.rules.parties import address_text, split_block
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
            case "window" | "window_address":
                out += _window(scene, spec)
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
    """The sender at the head of the first page, or its address."""
    if not scene.boards:
        return []
    board = scene.boards[0]
    out = []
    for block, score in letterhead(board.sheet, board, scene.kind.titles, scene.habits)[:4]:
        split = split_block(block)
        if split is None:
            continue
        name, address, _ = split
        if spec.kind == "address":
            address = _head_address(board, name, address)
        out += _party(spec, board, name, address, score)
    return out


def _head_address(board: Board, name: list[Word], address: list[Word]) -> list[Word]:
    """The lines under the name when they hold a town, else the line over the address window."""
    if any(is_town(part) for part in address_text(address).split(", ")) and len(address) >= 3:
        return address
    return sender_line(board, " ".join(word.text for word in name)) or address


def _window(scene: Scene, spec: FieldSpec) -> list[Candidate]:
    """The receiver in an address window: a block with a town that is not the sender's."""
    if not scene.boards:
        return []
    board = scene.boards[0]
    head = letterhead(board.sheet, board, scene.kind.titles, scene.habits)[:1]
    sender = squash(_name_of(head[0][0])) if head else ""
    window = _without_sender(under_sender_line(board, _name_of(head[0][0]))) if head else []
    split = split_block(window) if window else None
    if split is not None:
        return _party(spec, board, split[0], split[1], 0.9 * split[2])
    out = []
    for block in address_blocks(board):
        if any(squash(line.text).startswith(sender) for line in block if sender):
            continue
        split = split_block(block)
        if split is not None:
            out += _party(spec, board, split[0], split[1], 0.8 * split[2])
    return out[:2]


def _without_sender(block: Sequence[Segment]) -> list[Segment]:
    """The lines of a window under the sender's small line, which may have gone on."""
    lines = list(block)
    while lines and (name_quality(lines[0].text) < 0.9 or is_town(lines[0].text)):
        lines.pop(0)
    return lines


def _name_of(block: Sequence[Segment]) -> str:
    split = split_block(block)
    return " ".join(word.text for word in split[0]) if split else ""


def _party(
    spec: FieldSpec, board: Board, name: Sequence[Word], address: Sequence[Word], score: float
) -> list[Candidate]:
    words = name if spec.kind == "name" else address
    if not words:
        return []
    value = " ".join(w.text for w in words) if spec.kind == "name" else address_text(words)
    value = value.strip(" ,;:-|")
    return [
        Candidate(
            spec.name, value, value, tuple(words), board.sheet.number,
            PLACES["letterhead"] * score, "", "letterhead",
        )
    ]  # fmt: skip


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
    found = find(spec, words, Habits()) if spec.regex else find_codes(words)
    return [
        Candidate(
            spec.name, f.value, f.normalised, tuple(words[f.start : f.end]), board.sheet.number,
            PLACES["title"] * f.quality, "", "title",
        )
        for f in found[:1]
        if f.start <= 2
    ]  # fmt: skip


def _by_form(scene: Scene, spec: FieldSpec) -> list[Candidate]:
    """Everything on the pages that has the field's form, with its own check where it has one."""
    if spec.regex is None:
        return []
    out: list[Candidate] = []
    for board in scene.boards:
        for row in board.sheet.rows:
            for segment in row.segments:
                for f in find(spec, segment.words, scene.habits):
                    if f.quality < 0.8 or not spec.regex.search(f.value):
                        continue
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
    where: dict[str, tuple[Word, int, str]] = {}
    for board in scene.boards:
        for segment in (s for row in board.sheet.rows for s in row.segments):
            for n, word in enumerate(segment.words):
                sign, code = amounts.currency_sign(word.text)
                beside = segment.words[max(n - 1, 0) : n] + segment.words[n + 1 : n + 2]
                is_money = any(c.isdigit() for w in (word, *beside) for c in w.text)
                if code and (is_money or "(" in word.text or len(sign) < 3):
                    votes[code] += 2 if is_money else 1
                    where.setdefault(code, (word, board.sheet.number, sign))
    total = sum(votes.values())
    out = []
    for code, count in votes.most_common(3):
        word, page, sign = where[code]
        certain = 0.9 if sign.isalpha() or sign in "€£" else 0.78
        score = certain * (0.5 + 0.5 * count / total)
        out.append(Candidate(spec.name, sign, code, (word,), page, score, "", "pattern"))
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

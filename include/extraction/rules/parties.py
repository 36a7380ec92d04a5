"""Names and addresses: the block at a party's label, or the letterhead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from include.document_types.catalogue import FieldSpec
from include.extraction.finders.countries import country_code
from include.extraction.finders.found import Habits
from include.extraction.labels.board import Board
from include.extraction.labels.match import LabelHit
from include.extraction.layout.page import Segment
from include.extraction.layout.text import fold
from include.extraction.rules.candidates import PLACES, Candidate
from include.extraction.rules.names import LEGAL_FORM, NO_NAME, name_quality
from include.models import Word

_CONTINUES = re.compile(
    r"^[(]?(?:gmbh|mbh|ag|kg|ltd|limited|inc|llc|s\.?a|s\.?l|b\.?v|co|& co)", re.IGNORECASE
)
_COMMA_PART = re.compile(
    r"^\s*(?:ltd|limited|inc|llc|s\.? ?a|s\.? ?l|gmbh|corp|co|plc|pte|pty|n\.?v|b\.?v)\b",
    re.IGNORECASE,
)
#: A second line that only ends the name of the first.
_ONLY_FORM = re.compile(
    r"(?:& ?)?(?:co\.?,? ?)?(?:ltd|limited|kg|gmbh|mbh|inc|llc|corp|corporation|company|ag|se|plc"
    r"|s\.?a|s\.?l|s\.?a\.?s|sarl|b\.?v|n\.?v|a\.?s|pte\.? ltd|pvt\.? ltd|sti|sirketi)?\.?"
)
_ENDS_NAME = re.compile(
    r"(?<!\w)(?:gmbh|mbh|ag|kg|ltd|limited|llc|inc|corp|plc|s\.?a|sarl|s\.?a\.?s|s\.?l|b\.?v|n\.?v|s\.?p\.?a"
    r"|s\.?r\.?l|jsc|a\.?s)\.?$"
)
_REGISTER = re.compile(
    r"\((?:[A-Za-z.]{2,4}\s?:?\s?)?[\dA-Z][\d\s.\-]{3,}[\-\s]?[A-Z]?\)?"
    r"|\(?[A-Z]{2}\d{6,}-?[A-Z]?\)?"
)
_SALUTATION = re.compile(r"(?:herrn?|frau|mr|mrs|ms|mme|m|sr|sra|monsieur|madame|firma)\.?", re.I)
_PARTS = frozenset("-–—·•|*/")
#: In a party's block: `Name: ...`, `Anschrift: ...`.
_NAME_LABEL = re.compile(r"^(?:name|firma|nom|nombre|company|raison sociale|razon social)$")
_ADDRESS_LABEL = re.compile(r"^(?:address|anschrift|adresse|direccion|domicilio|strasse|street)$")
#: Lines of an address under its name, at most.
ADDRESS_LINES = 5


def party_candidates(
    spec: FieldSpec, board: Board, hit: LabelHit, habits: Habits
) -> Iterator[Candidate]:
    """The name or the address of the block that a label announces, nearest place first."""
    after = board.after(hit)
    if after:
        first = Segment(after, hit.page, hit.row)
        yield from _from_block(
            spec, board, hit, [first, *board.under(first, ADDRESS_LINES, hit)], "after"
        )
        return
    right = next(iter(board.right(hit)), None)
    named = _named_below(board, hit)
    below = named or board.below(hit, ADDRESS_LINES + 1)
    blocks = {
        "right": [right, *board.under(right, ADDRESS_LINES, hit)] if right is not None else [],
        "after" if named else "below": below,
    }
    for place, block in blocks.items():
        if block:
            liked = board.prefers(hit, place) if all(blocks.values()) and not named else 1.0
            for candidate in _from_block(spec, board, hit, block, place):
                yield replace(candidate, score=liked * candidate.score)


def _named_below(board: Board, hit: LabelHit) -> list[Segment]:
    """The name and address lines of a block that labels each of its lines."""
    block: list[Segment] = []
    for row in board.sheet.rows[hit.row + 1 : hit.row + 6]:
        if row.box.y0 - hit.box.y1 > 12 * board.sheet.height:
            break
        for position, segment in enumerate(row.segments):
            if abs(segment.box.x0 - hit.box.x0) > 6 * board.sheet.height:
                continue
            key = fold(segment.words[0].text).strip(" :.")
            marked = segment.words[0].text.endswith(":") or len(segment.words) == 1
            marked = marked or segment.words[1].text.startswith(":")
            if not marked:
                continue
            is_name = not block and _NAME_LABEL.match(key)
            if not is_name and not (block and _ADDRESS_LABEL.match(key)):
                continue
            rest = segment.words[1:]
            if not rest and position + 1 < len(row.segments):
                rest = row.segments[position + 1].words
            if rest:
                value = Segment(rest, segment.page, segment.row)
                block.append(value)
                if not is_name:
                    block += board.under(value, ADDRESS_LINES - 1)
                    return block
    return block


def _from_block(
    spec: FieldSpec, board: Board, hit: LabelHit, block: Sequence[Segment], place: str
) -> Iterator[Candidate]:
    split = split_block(block)
    if split is None:
        return
    name, address, quality = split
    words = name if spec.kind == "name" else address
    if not words:
        return
    score = PLACES[place] * quality * hit.quality * board.fit(hit, block[0], place)
    value = " ".join(word.text for word in words)
    if spec.kind == "address":
        value = address_text(words)
    value = value.strip(" ,;:-|")
    yield Candidate(
        spec.name, value, value, tuple(words), hit.page, score, hit.text, place, "", hit
    )


def split_block(block: Sequence[Segment]) -> tuple[list[Word], list[Word], float] | None:
    """Name words, address words and how much the first line looks like a name; None for no name."""
    lines = [_without_register_number(list(segment.words)) for segment in block]
    lines = [line for line in lines if line]
    while lines and NO_NAME.search(fold(_text(lines[0]))):
        lines.pop(0)
    if not lines:
        return None
    quality = name_quality(_text(lines[0]))
    if quality <= 0:
        return None
    name, rest = _cut_at_comma(lines[0])
    following = lines[1:]
    if following and _SALUTATION.fullmatch(_text(name)):
        name, following = [*name, *following[0]], following[1:]
    if not rest and following and _goes_on(_text(name), _text(following[0])):
        name, following = [*name, *following[0]], following[1:]
    address = list(rest)
    for line in following:
        if NO_NAME.search(fold(_text(line))):
            break
        address += line
        if country_code(_text(line)):
            break
    return name, address, quality


def _without_register_number(words: list[Word]) -> list[Word]:
    """`ACME SDN BHD (139386-X)`: a number in brackets is neither name nor address."""
    for n, word in enumerate(words):
        rest = _text(words[n:])
        if word.text.startswith("(") and _REGISTER.fullmatch(rest.strip(" .,;")):
            return words[:n]
    return words


def _goes_on(first: str, second: str) -> bool:
    """Whether a name goes on in the next line."""
    if _ONLY_FORM.fullmatch(fold(second).strip(" ,")) or first.endswith("&"):
        return True
    if LEGAL_FORM.search(fold(first)):
        return False
    ends_name = _ENDS_NAME.search(fold(second)) and not any(c.isdigit() for c in second)
    return bool(_CONTINUES.match(second) or ends_name)


def _cut_at_comma(words: list[Word]) -> tuple[list[Word], list[Word]]:
    """`ACME GmbH, Hafenstr. 1, 20457 Hamburg` on one line: the name ends at the first comma,
    or at a sign that parts."""
    for n, word in enumerate(words[:-1]):
        rest = _text(words[n + 1 :])
        if n and word.text in _PARTS and any(c.isdigit() for c in rest):
            return words[:n], words[n + 1 :]
        if (
            word.text.endswith(",")
            and not _COMMA_PART.match(rest)
            and any(c.isdigit() for c in rest)
        ):
            return words[: n + 1], words[n + 1 :]
    return words, []


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def address_text(words: Sequence[Word]) -> str:
    """Address words with a comma where a line ends."""
    parts: list[str] = []
    last: Word | None = None
    for word in words:
        if last is not None and word.box.y0 > last.box.middle and not parts[-1].endswith(","):
            parts[-1] += ","
        parts.append(word.text)
        last = word
    return " ".join(parts)

"""Parties that no label announces: letterhead, the line over the address window, the window."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from include.extraction.finders.countries import country_code
from include.extraction.finders.dates import find_dates
from include.extraction.finders.found import Habits
from include.extraction.labels.board import Board
from include.extraction.labels.match import LabelHit
from include.extraction.layout.page import Segment, Sheet
from include.extraction.layout.text import fold, squash
from include.extraction.rules.names import LEGAL_FORM, name_quality
from include.extraction.rules.parties import ADDRESS_LINES
from include.models import Word

#: A line with the town: a postal code before or behind letters.
_TOWN = re.compile(
    r"(?:^|[\s,])(?:[A-Z]{1,2}[- ])?\d{4,6}(?:-\d{3,4})?(?:[\s,]|$)|\b[A-Z]{2} \d{5}\b"
    r"|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b|\b\d{3} ?\d{2} [A-Z]"
)
#: How far down the page a head and a window may stand, as a share of its height.
HEAD, WINDOW = 0.33, 0.48


def letterhead(
    sheet: Sheet, board: Board, titles: Sequence[str], habits: Habits
) -> list[tuple[list[Segment], float]]:
    """Blocks at the top of the page that could be the sender's, each with a score 0..1."""
    keys = {squash(title) for title in titles}
    height = sheet.page.height
    tall = max((s.box.height for row in sheet.rows for s in row.segments), default=1.0)
    text = " ".join(fold(s.text) for row in sheet.rows for s in row.segments)
    out: list[tuple[list[Segment], float]] = []
    for row in sheet.rows:
        if row.box.y0 > HEAD * height or (sheet.number, row.number) in board.taken:
            break
        for segment in row.segments:
            score = _letterhead_score(segment, board, keys, habits)
            if score <= 0:
                continue
            score += 0.1 * min(segment.box.height / max(tall, 1.0), 1.0)
            score += (0.0, 0.12, 0.2)[min(max(text.count(fold(segment.text)) - 1, 0), 2)]
            score *= 1.0 - segment.box.y0 / height
            block = [segment, *board.under(segment, ADDRESS_LINES)]
            out.append((block, min(score, 1.0)))
    return sorted(out, key=lambda pair: -pair[1])


def _is_label(hit: LabelHit) -> bool:
    """Whether a label in a line shows that the line is no name (`Container Line Ltd` is one)."""
    return hit.has_colon or hit.is_alone or (hit.start == 0 and len(hit.text.split()) > 1)


def _letterhead_score(segment: Segment, board: Board, titles: set[str], habits: Habits) -> float:
    if any(_is_label(hit) for hit in board.hits_in(segment)):
        return 0.0
    key = squash(segment.text)
    if key in titles or any(
        key.startswith(title) and len(key) < len(title) + 14 for title in titles if len(title) > 5
    ):
        return 0.0
    if find_dates(segment.words, habits):
        return 0.0
    quality = name_quality(segment.text)
    if quality <= 0.6 and not LEGAL_FORM.search(fold(segment.text)):
        quality *= 0.4
    bonus = 0.2 if LEGAL_FORM.search(fold(segment.text)) else 0.0
    return 0.58 * quality + bonus


def sender_line(board: Board, name: str) -> list[Word]:
    """The address words behind the sender's name in a line such as `ACME GmbH - Dock 1 - ...`."""
    key = squash(name)
    for row in board.sheet.rows:
        for segment in row.segments:
            words = list(segment.words)
            text = ""
            for n, word in enumerate(words[:-1], 1):
                text += squash(word.text)
                if text == key and any(c.isdigit() for w in words[n:] for c in w.text):
                    rest = words[n + 1 :] if not squash(words[n].text) else words[n:]
                    if not _TOWN.search(segment.text) or segment.text.endswith(","):
                        for more in board.under(segment, 1):
                            rest += more.words
                    return rest
                if len(text) > len(key):
                    break
    return []


def under_sender_line(board: Board, name: str) -> list[Segment]:
    """The lines under the sender's small line: the address window."""
    key = squash(name)
    for row in board.sheet.rows[1:]:
        for segment in row.segments:
            text = squash(segment.text)
            if text.startswith(key) and len(text) > len(key) + 8 and any(map(str.isdigit, text)):
                return board.under(segment, ADDRESS_LINES + 2)
    return []


def address_blocks(board: Board, share: float = WINDOW) -> Iterator[list[Segment]]:
    """Unlabelled blocks of lines in the upper page that hold a town with its postal code."""
    seen: set[tuple[int, float]] = set()
    for row in board.sheet.rows:
        if row.box.y0 > share * board.sheet.page.height:
            return
        for segment in row.segments:
            place = (segment.row, segment.box.x0)
            if place in seen or board.hits_in(segment) or (segment.page, row.number) in board.taken:
                continue
            block = [segment, *board.under(segment, ADDRESS_LINES)]
            seen |= {(s.row, s.box.x0) for s in block}
            if name_quality(segment.text) < 0.9 or _TOWN.search(segment.text):
                continue
            if len(block) >= 2 and any(_TOWN.search(s.text) for s in block):
                yield block


def is_town(text: str) -> bool:
    return bool(_TOWN.search(text)) or country_code(text) is not None

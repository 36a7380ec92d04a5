"""What one page tells about the document it belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from include.document_types.catalogue import Catalogue
from include.extraction.finders.found import Habits
from include.extraction.labels.board import Board
from include.extraction.labels.hits import find_labels
from include.extraction.labels.index import type_index
from include.extraction.layout.page import Row, Sheet
from include.extraction.layout.text import fold, squash
from include.extraction.normalise import find
from include.extraction.rules.candidates import candidates_for
from include.extraction.rules.names import LEGAL_FORM
from include.pages.classify import Title, Verdict, classify, titles_on
from include.pages.packets.counters import Counter, counter_of

#: Where names of sender and recipient and the paper's own number stand: shares of the height.
NAMES, NUMBERS = 0.4, 0.6
#: A number found with less than this may be another one; a shorter one is printed anywhere.
SURE_NUMBER, SURE_ON_TITLED, SHORTEST = 0.72, 0.55, 4
#: A title of this weight stands on a first page; half of it may be a running head.
STRONG_TITLE = 2.8
#: A title this much as weighty as the weightiest may be the right one: `TAX INVOICE` is of two.
RIVAL = 0.9
#: A scan of nothing: specks that were read as so few letters.
SPECKS = 3
_SEPARATOR = re.compile(
    r"(?:document)?separat(?:or|ion)(?:sheet|page)?|trenn(?:blatt|seite)|patch(?:code)?(?:t|ii|2)?"
    r"|t|separador|hojaseparadora|separateur|intercalaire|(?:page|feuille)deseparation|sep\d*"
)
_CODE_39 = re.compile(r"^\*[A-Z0-9 .\-]+\*$")
_BARS = re.compile(r"^[Il1|!\[\]]+$")
_ONWARD = re.compile(
    r"continued (?:on|overleaf|next)|carr(?:ied|y) (?:forward|over)|to be continued|fortsetzung"
    r"|ubertrag|a reporter|suite (?:page|au|en page)|suma y sigue|continua (?:en|a|na)|segue"
    r"|vervolg|zwischensumme"
)
_BROUGHT = re.compile(
    r"brought (?:forward|over)|\(?continued\)?(?: from)?$|\(cont(?:inued|d)?\.?\)|ubertrag"
    r"|fortsetzung|^report\b|suite de|suma anterior|continuacion|riporto|transport van"
)
#: `Gross weight (kg)` and `Fax: 12` are no companies; nor are sentences.
_NO_NAME = re.compile(r"[\d:]|\(kgs?\)|.{60}|^.{0,4}$", re.IGNORECASE)
_TERMS = re.compile(
    r"^(?:\W|\d)*(?:(?:general |standard )?(?:terms (?:and|&) conditions|conditions of (?:sale|"
    r"carriage|contract|trade)|terms of (?:sale|delivery|business))|allgemeine (?:geschafts|"
    r"liefer|verkaufs|einkaufs)|agb\b|geschaftsbedingungen|conditions generales|condiciones"
    r" generales|condizioni generali|algemene voorwaarden|notice concerning carrier)"
)


@dataclass(frozen=True)
class Signs:
    """A page's signs; `catalogue` is what its labels are looked up in."""

    sheet: Sheet
    catalogue: Catalogue

    @property
    def number(self) -> int:
        return self.sheet.number

    @cached_property
    def is_unread(self) -> bool:
        """Nobody knows what is on it: it is no blank page."""
        return "unread" in self.sheet.page.flags

    @cached_property
    def is_blank(self) -> bool:
        letters = sum(c.isalnum() for word in self.sheet.page.words for c in word.text)
        return not self.is_unread and letters <= (SPECKS if self.sheet.is_scan else 0)

    @cached_property
    def is_separator(self) -> bool:
        """A sheet that only says that another document begins."""
        texts = [w.text for w in self.sheet.page.words if not _BARS.match(w.text)]
        said = squash("".join(texts))
        is_code = bool(texts) and _CODE_39.match(" ".join(texts)) is not None
        return 0 < len(texts) <= 4 and (is_code or _SEPARATOR.fullmatch(said) is not None)

    @property
    def is_empty(self) -> bool:
        """Whether it belongs to no document."""
        return self.is_blank or self.is_separator

    @cached_property
    def counter(self) -> Counter | None:
        return counter_of(self.sheet)

    @cached_property
    def rival_titles(self) -> tuple[Title, ...]:
        """The weightiest title and those of nearly its weight."""
        titles = titles_on(self.sheet, self.catalogue)
        return tuple(title for title in titles if title.weight > RIVAL * titles[0].weight)

    @cached_property
    def title(self) -> Title | None:
        rivals = self.rival_titles
        likely = self.verdict.document_type if len(rivals) > 1 else ""
        return next((t for t in rivals if t.document_type == likely), next(iter(rivals), None))

    @property
    def is_titled(self) -> bool:
        """Whether a title stands on it as on a first page."""
        return self.title is not None and self.title.weight >= STRONG_TITLE

    @cached_property
    def verdict(self) -> Verdict:
        return classify((self.sheet,), self.catalogue)

    @cached_property
    def is_terms(self) -> bool:
        """Small print: it goes with what it follows."""
        return any(_TERMS.match(fold(s.text)) for row in self.sheet.rows[:6] for s in row.segments)

    @cached_property
    def brought(self) -> str:
        """Words that take up what the page before began."""
        return _first(_BROUGHT, [row for row in self.sheet.rows if self._place(row) < 0.35])

    @cached_property
    def onward(self) -> str:
        """Words that send the reader to the next page."""
        return _first(_ONWARD, [row for row in self.sheet.rows if self._place(row) > 0.6])

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Companies in the upper part of the page, sender and recipient among them."""
        rows = [row for row in self.sheet.rows if self._place(row) < NAMES]
        lines = (s.text for row in rows for s in row.segments if not _NO_NAME.search(s.text))
        return tuple(dict.fromkeys(line for line in lines if LEGAL_FORM.search(fold(line))))

    @cached_property
    def tokens(self) -> frozenset[str]:
        """Words, and up to three in a row, as letters and digits: to look numbers up in."""
        runs = [[squash(word.text) for word in row.words] for row in self.sheet.rows]
        return frozenset(
            "".join(run[n : n + length])
            for run in runs
            for length in (1, 2, 3)
            for n in range(len(run) - length + 1)
        )

    def prints(self, number: str) -> bool:
        return len(number) >= SHORTEST and number in self.tokens

    def own_number(self, document_type: str) -> tuple[str, str] | None:
        """(squashed, as printed): what a document of this type calls its number on this page."""
        if document_type not in self.catalogue.types:
            return None
        best = max(self._numbers(document_type), default=None)
        sure = SURE_ON_TITLED if self.is_titled else SURE_NUMBER
        return (squash(best[1]), best[1]) if best and best[0] >= sure else None

    def _numbers(self, document_type: str) -> Iterator[tuple[float, str]]:
        spec = self.catalogue.types[document_type].fields.get("number")
        if spec is None:
            return
        habits = Habits(is_scan=self.sheet.is_scan)
        hits = find_labels(self.sheet, type_index(self.catalogue, document_type))
        board = Board(self.sheet, hits)
        for hit in hits:
            if "number" not in hit.names or hit.box.y0 > NUMBERS * self.sheet.page.height:
                continue
            for found in candidates_for(spec, board, hit, habits):
                if any(c.isdigit() for c in found.normalised) and not found.is_weaker:
                    yield found.score, found.normalised
        title = self.title
        if title is not None and title.document_type == document_type and title.behind:
            for code in find(spec, title.behind, habits):
                if sum(c.isdigit() for c in code.normalised) >= 3:
                    yield 0.95 * code.quality, code.normalised

    def _place(self, row: Row) -> float:
        return row.box.middle / max(self.sheet.page.height, 1.0)


def _first(pattern: re.Pattern[str], rows: Sequence[Row]) -> str:
    for row in rows:
        for segment in row.segments:
            if len(segment.text) < 90 and pattern.search(fold(segment.text)):
                return segment.text
    return ""

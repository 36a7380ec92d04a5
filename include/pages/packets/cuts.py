"""The walk through a file's pages: what speaks for a cut before each, and what against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from include.document_types.catalogue import Catalogue
from include.extraction.layout.page import sheets_of
from include.models import Cut, Page
from include.pages.packets.border import Border, weigh
from include.pages.packets.document import Document
from include.pages.packets.signs import Signs

#: From here on a document begins; below it the pages stay together for a person to look at.
CUT = 1.0


def find_cuts(pages: Sequence[Page], catalogue: Catalogue) -> tuple[Cut, ...]:
    """The documents in a file as ranges of its pages, at least one, each with its evidence.

    `pages` in order, numbered from 1; ones that are missing belong to the document before them.
    Blank pages and separator sheets between documents belong to none.
    """
    if not pages:
        return ()
    last = max(page.number for page in pages)
    if last == 1:
        return (Cut(1, 1),)
    walk = _Walk()
    for sheet in sheets_of(sorted(pages, key=lambda page: page.number)):
        walk.step(Signs(sheet, catalogue))
    begun = walk.begun
    if len(begun) < 2:
        return (Cut(1, last, begun[0].evidence if begun else ()),)
    ends = [_end(one.number, walk.empty) for one in begun[1:]] + [_end(last + 1, walk.empty)]
    return tuple(Cut(b.number, e, b.evidence) for b, e in zip(begun, ends, strict=True))


@dataclass(frozen=True)
class _Begun:
    """The first page of a document and why it is one."""

    number: int
    evidence: tuple[str, ...]


@dataclass
class _Walk:
    """What has been seen so far."""

    begun: list[_Begun] = field(default_factory=list)
    empty: set[int] = field(default_factory=set)
    between: list[Signs] = field(default_factory=list)
    document: Document | None = None

    def step(self, page: Signs) -> None:
        if page.is_empty:
            self.empty.add(page.number)
            self.between.append(page)
            return
        if self.document is None:
            title = page.title
            shown = (f"title '{title.text}' on page {page.number}",) if title else ()
            self._begin(page, shown)
        else:
            border: Border = weigh(self.document, tuple(self.between), page)
            if border.score >= CUT:
                self._begin(page, border.evidence)
            else:
                self.document.add(page)
        self.between = []

    def _begin(self, page: Signs, evidence: tuple[str, ...]) -> None:
        # What lies before the first document goes with it: nothing is lost unseen.
        self.begun.append(_Begun(page.number, evidence))
        self.document = Document(page)


def _end(following: int, empty: set[int]) -> int:
    """The last page of the document before page `following`."""
    end = following - 1
    while end in empty:
        end -= 1
    return end

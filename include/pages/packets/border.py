"""What the page after a document says: that it goes on, or that another one begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from include.extraction.layout.text import squash
from include.pages.classify import UNKNOWN
from include.pages.packets.document import Document
from include.pages.packets.signs import Signs

#: Points of weight; the document is cut at 1. Each sign has one weight, for or against.
RESTARTS, RESTARTS_BARE, COMPLETE = 1.2, 0.7, 0.5
GOES_ON, SKIPS, INCOMPLETE, NOT_FIRST = -3.0, -2.0, -0.7, -1.0
OTHER_TITLE, FIRST_TITLE, SAME_TITLE, OTHER_LABELS, OTHER_NAMED = 1.3, 1.0, 0.6, 0.4, 0.8
OTHER_TYPES_NUMBER = 0.4
OTHER_NUMBER, OTHER_NUMBER_UNTITLED, SAME_NUMBER, NUMBER_PRINTED = 1.0, 0.7, -2.5, -0.7
OTHER_NAME, OTHER_SIZE = 0.5, 0.2
BLANK, SEPARATOR = 0.4, 3.0
ONWARD, BROUGHT, TERMS = -0.8, -1.5, -1.5
#: A page that nothing names before: only a title of this weight says that it begins a document.
FIRST_TITLE_WEIGHT = 4.0
#: How much the labels of a page without a title must say to count; a small title of the same type
#: with it is nearly a title.
SURE_LABELS, SMALL_TITLE = 0.85, 1.8
#: Two spellings of one name on scans are at least so alike.
ALIKE = 85
#: A name as long as this may stand inside a longer line.
INSIDE = 8


@dataclass(frozen=True)
class Sign:
    """A weight for (> 0) or against a cut, and what is seen."""

    weight: float
    text: str


@dataclass(frozen=True)
class Border:
    """All that is seen between a document and the page after it."""

    signs: tuple[Sign, ...]

    @property
    def score(self) -> float:
        return sum(sign.weight for sign in self.signs)

    @property
    def evidence(self) -> tuple[str, ...]:
        """What speaks for a cut, the weightiest first."""
        spoken = sorted((s for s in self.signs if s.weight > 0), key=lambda s: -s.weight)
        return tuple(dict.fromkeys(sign.text for sign in spoken))


def weigh(document: Document, between: Sequence[Signs], page: Signs) -> Border:
    """The signs for and against a cut before `page`; `between` are blank and separator pages."""
    if page.is_unread:
        return Border(())
    changes = _changes_type(document, page)
    return Border(
        (
            *_partings(between),
            *_counters(document, between, page),
            *_types(document, page),
            *_numbers(document, page, changes),
            *_names(document, page),
            *_sizes(document, page),
            *_words(document, page, changes),
        )
    )


def _changes_type(document: Document, page: Signs) -> bool:
    """Whether the page has a title of its own that says another type."""
    return (
        page.is_titled
        and document.document_type != UNKNOWN
        and not any(t.document_type == document.document_type for t in page.rival_titles)
    )


def _partings(between: Sequence[Signs]) -> Iterator[Sign]:
    sheet = next((s for s in between if s.is_separator), None)
    if sheet is not None:
        yield Sign(SEPARATOR, f"separator sheet on page {sheet.number}")
    elif between:
        yield Sign(BLANK, f"blank page {between[-1].number} before it")


def _counters(document: Document, between: Sequence[Signs], page: Signs) -> Iterator[Sign]:
    before, now = document.last.counter, page.counter
    apart = page.number - document.last.number
    if before is not None and before.y and before.is_last and (now is None or now.x <= before.x):
        yield Sign(COMPLETE, f"page {document.last.number} says '{before.text}'")
    if now is None:
        if before is not None and before.x < before.y:
            yield Sign(INCOMPLETE, f"'{before.text}' is not the last page")
        return
    told = f"page {page.number} says '{now.text}'"
    if now.x == 1:
        yield Sign(RESTARTS if now.y or before is not None else RESTARTS_BARE, told)
    elif before is None:
        yield Sign(NOT_FIRST, told)
    elif now.follows(before) or now.follows(before, apart):
        yield Sign(GOES_ON, told)
    elif now.x > before.x and (not now.y or not before.y or now.y == before.y):
        yield Sign(SKIPS, told)
    else:
        yield Sign(NOT_FIRST, told)


def _types(document: Document, page: Signs) -> Iterator[Sign]:
    title, known = page.title, document.document_type
    if title is not None and page.is_titled:
        told = f"title '{title.text}' on page {page.number}"
        if _changes_type(document, page):
            yield Sign(OTHER_TITLE, told)
        elif known == UNKNOWN:
            sure = title.weight >= FIRST_TITLE_WEIGHT
            yield Sign(FIRST_TITLE if sure else SAME_TITLE, told)
        else:
            yield Sign(SAME_TITLE, told)
        return
    yield from _labels(document, page)


def _labels(document: Document, page: Signs) -> Iterator[Sign]:
    """A page without a title whose labels are those of another type."""
    verdict, title = page.verdict, page.title
    other = verdict.document_type
    if UNKNOWN in (other, document.document_type) or other == document.document_type:
        return
    if verdict.confidence < SURE_LABELS:
        return
    is_named = title is not None and title.document_type == other and title.weight >= SMALL_TITLE
    kind, words = other.replace("_", " "), ", ".join(verdict.evidence[:3])
    told = f"words of another type, {kind}, on page {page.number}: {words}"
    yield Sign(OTHER_NAMED if is_named else OTHER_LABELS, told)
    number = page.own_number(other) if is_named else None
    if number is not None and not document.prints(number[0]):
        yield Sign(OTHER_TYPES_NUMBER, f"number of a {kind} on page {page.number}: {number[1]}")


def _numbers(document: Document, page: Signs, changes: bool) -> Iterator[Sign]:
    """The paper's own number; another type has another number, which tells nothing more."""
    if changes:
        return
    own = page.own_number(document.document_type)
    if own is not None and own[0] in document.numbers:
        yield Sign(SAME_NUMBER, f"the same number {own[1]}")
        return
    if any(page.prints(number) for number in document.numbers):
        yield Sign(NUMBER_PRINTED, "the document's number is printed on it")
        return
    if own is None or not document.numbers or document.prints(own[0]):
        return
    theirs = next(iter(document.numbers.values()))
    weight = OTHER_NUMBER if page.is_titled else OTHER_NUMBER_UNTITLED
    yield Sign(weight, f"other number: {own[1]} instead of {theirs}")


def _names(document: Document, page: Signs) -> Iterator[Sign]:
    """One company in the head gave way to another."""
    new = [n for n in page.names if not any(_alike(n, known) for known in document.names)]
    gone = [n for n in document.pages[0].names if not any(_alike(n, own) for own in page.names)]
    if new and gone:
        yield Sign(OTHER_NAME, f"other sender or recipient: {new[0]} instead of {gone[0]}")


def _alike(one: str, other: str) -> bool:
    from rapidfuzz.fuzz import ratio

    a, b = squash(one), squash(other)
    if min(len(a), len(b)) >= INSIDE and (a in b or b in a):
        return True
    return bool(ratio(a, b) >= ALIKE)


def _sizes(document: Document, page: Signs) -> Iterator[Sign]:
    a, b = document.last.sheet.page, page.sheet.page
    if abs(a.width - b.width) > 0.04 * a.width or abs(a.height - b.height) > 0.04 * a.height:
        yield Sign(OTHER_SIZE, f"page {b.number} has another size than page {a.number}")


def _words(document: Document, page: Signs, changes: bool) -> Iterator[Sign]:
    """Words of documents that go on, and small print, which follows what it belongs to."""
    if page.is_terms and not changes:
        yield Sign(TERMS, "terms and conditions")
    if page.brought and not changes:
        yield Sign(BROUGHT, f"'{page.brought}' on page {page.number}")
    if document.last.onward:
        yield Sign(ONWARD, f"'{document.last.onward}' on page {document.last.number}")

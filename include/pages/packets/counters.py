"""Page counters at the edges of a page: `Page 1 of 3`, `Seite 2`, `3/4`, `- 2 -`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from include.extraction.layout.page import Segment, Sheet

#: Where counters stand, as shares of the page's height; bare numbers only at the very edges.
HEAD, FOOT = 0.42, 0.8
EDGE_HEAD, EDGE_FOOT = 0.1, 0.9
#: No paper of a shipment has more pages than this; years and codes have.
MOST_PAGES = 400
_PAGE = (
    r"(?:page|p[aá]gina|p[aá]g|seite|blatt|feuille|feuillet|folio|hoja|folha|foglio|fl"
    r"|sheet|side|sida|sivu|oldal|strona|strana|stran|sayfa|lapa|blad|страница|стр)"
)
#: Too short to count without a total: `P.01` is what a fax machine writes over every page.
_SHORT_PAGE = r"(?:pages|pg|p|s|bl|str)"
_NUMBER_SIGN = r"(?:no|nr|n[°ºo]|number)?"
_OF = r"(?:of|von|sur|de|di|del|van|av|af|aus|z|ze|do|da|na|из|/|\(|\|)"
_X, _Y = r"([1-9lI]\d{0,2})", r"([1-9lI]\d{0,2})"
_END = r"(?![\d.,/\-])"
_OF_TOTAL = re.compile(
    rf"(?<![^\W\d_])(?:{_PAGE}|{_SHORT_PAGE})\s*{_NUMBER_SIGN}\s*[.:：]*\s*{_X}\s*{_OF}"
    rf"\s*(?:of|von|sur|de)?\s*{_Y}{_END}",
    re.IGNORECASE,
)
_ALONE = re.compile(
    rf"(?<![^\W\d_]){_PAGE}\s*{_NUMBER_SIGN}\s*[.:：]*\s*{_X}\s*[-–)]?\s*$", re.IGNORECASE
)
_BARE = re.compile(rf"^[-–(\s]*{_X}\s*(?:/|\bof\b|\bvon\b|\bsur\b|\bde\b)\s*{_Y}[-–)\s]*$", re.I)
_DASHED = re.compile(rf"^[-–]\s*{_X}\s*[-–]$")
_CJK = re.compile(r"第?\s*(\d{1,3})\s*(?:页|頁|ページ)(?:\D{0,4}(\d{1,3})\s*(?:页|頁|ページ))?")


@dataclass(frozen=True)
class Counter:
    """Page `x` of `y` of a document, as its paper says; `y` is 0 where it does not say."""

    x: int
    y: int
    text: str

    @property
    def is_last(self) -> bool:
        return self.x == self.y

    def follows(self, other: Counter, pages: int = 1) -> bool:
        """Whether this page is the `pages`-th after the one that `other` counts."""
        return self.x == other.x + pages and (not self.y or not other.y or self.y == other.y)


def counter_of(sheet: Sheet) -> Counter | None:
    """What the page says of its place in its document; the clearest wording counts."""
    best = max(_counters(sheet), key=lambda pair: pair[0], default=None)
    return best[1] if best else None


def _counters(sheet: Sheet) -> Iterator[tuple[float, Counter]]:
    height = max(sheet.page.height, 1.0)
    for row in sheet.rows:
        place = row.box.middle / height
        if HEAD < place < FOOT:
            continue
        is_edge = place < EDGE_HEAD or place > EDGE_FOOT
        whole = Segment(row.words, row.page, row.number)
        runs = row.segments if len(row.segments) == 1 else (*row.segments, whole)
        for run in runs:
            yield from _in_text(run.text, is_edge)


def _in_text(text: str, is_edge: bool) -> Iterator[tuple[float, Counter]]:
    edge = 0.5 * is_edge
    for match in _OF_TOTAL.finditer(text):
        yield from _counter(3.0 + edge, match[1], match[2], match[0])
    for match in _CJK.finditer(text):
        yield from _counter(2.5 + edge, match[1], match[2] or "0", match[0])
    alone = _ALONE.search(text)
    if alone:
        yield from _counter(1.5 + edge, alone[1], "0", alone[0])
    bare, dashed = _BARE.match(text), _DASHED.match(text)
    if bare and is_edge:
        yield from _counter(2.0, bare[1], bare[2], text)
    if dashed and is_edge:
        yield from _counter(1.0, dashed[1], "0", text)


def _counter(weight: float, x: str, y: str, text: str) -> Iterator[tuple[float, Counter]]:
    page, total = (int(re.sub("[lI]", "1", number, flags=re.IGNORECASE)) for number in (x, y))
    if page <= MOST_PAGES and total <= MOST_PAGES and (not total or page <= total):
        yield weight, Counter(page, total, text.strip(" -–:|"))

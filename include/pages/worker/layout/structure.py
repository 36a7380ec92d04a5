"""What a page's words make together: blocks in reading order, a language, tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from include.models import Box, Page, Word
from include.pages.worker.tables.find import find_tables
from include.pages.worker.tables.sheet import union


def structured(page: Page, rulings: Sequence[Box] = ()) -> Page:
    """The page with blocks, language and tables; `rulings`: drawn lines in points, thin boxes."""
    if not page.words:
        return page
    lines: dict[int, list[Word]] = {}
    for word in page.words:
        lines.setdefault(word.line, []).append(word)
    segments = list(lines.values())
    boxes = [union(segment) for segment in segments]
    tables = find_tables(segments, boxes, rulings)
    return replace(page, tables=tables)

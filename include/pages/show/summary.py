"""What was read, as a short table for the terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from include.models import Page
from include.pages.show.shown import Shown

#: Pages with a row of their own; the others are only counted.
MAX_ROWS = 20
_HEAD = ("page", "engine", "words", "confidence", "tables", "seconds", "flags")


def summary(shown: Shown) -> str:
    """Lines of text: the file, a row per page, type, packet, parts, unread pages."""
    reading, verdict = shown.reading, shown.verdict
    words = [word for page in reading.pages for word in page.words]
    engines = ", ".join(sorted({page.engine for page in reading.pages})) or "none"
    lines = [
        f"{_plain(shown.name)}: {reading.media_type}, {len(reading.pages)} page(s), "
        f"{len(words)} words by {engines}, {reading.seconds:.1f} s",
        "",
        *_table([_HEAD, *(_row(page) for page in reading.pages[:MAX_ROWS])]),
    ]
    if len(reading.pages) > MAX_ROWS:
        lines.append(f"... and {len(reading.pages) - MAX_ROWS} pages more")
    evidence = f" by {', '.join(map(_plain, verdict.evidence[:6]))}" if verdict.evidence else ""
    lines += ["", f"type    {verdict.document_type} ({verdict.confidence:.2f}){evidence}"]
    if len(shown.cuts) > 1:
        lines += [
            f"packet  {cut.spoken}: {_plain('; '.join(cut.evidence)) or 'begins'}"
            for cut in shown.cuts
        ]
    lines += [
        f"part    {part.index}: {_plain(part.name)}, {part.size_bytes} bytes"
        for part in reading.parts
    ]
    lines += [f"unread  page {n}: {_plain(why)}" for n, why in sorted(reading.bad_pages.items())]
    if reading.embedded_xml is not None:
        lines.append(f"data    an invoice as XML, {len(reading.embedded_xml)} characters")
    return "\n".join(lines)


def _row(page: Page) -> tuple[str, ...]:
    mean = sum(word.confidence for word in page.words) / max(len(page.words), 1)
    return (
        str(page.number),
        page.engine,
        str(len(page.words)),
        f"{mean:.3f}" if page.words else "-",
        str(len(page.tables)),
        f"{page.seconds:.2f}",
        _plain(" ".join(page.flags)),
    )


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows with their columns aligned: numbers to the right, words to the left."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(wide) if name in ("engine", "flags") else cell.rjust(wide)
            for name, cell, wide in zip(_HEAD, row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def _plain(text: str) -> str:
    """Text of the file without signs that a terminal would obey."""
    return "".join("?" if unicodedata.category(sign) in ("Cc", "Cf") else sign for sign in text)

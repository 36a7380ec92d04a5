"""The packet that a paper stands in, and how a person says where it is to be cut."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from include import db
from include.documents.claim import load
from include.models import Cut, Document
from include.pages.cuts import load_cuts

_RANGE = re.compile(r"(\d{1,4})(?:\s*[-–]\s*(\d{1,4}))?")


@dataclass(frozen=True)
class Packet:
    """A file of several pages; `cuts` is empty while it is one paper."""

    document: Document
    page_count: int
    cuts: tuple[Cut, ...]

    @property
    def ranges(self) -> str:
        """Its papers as a person writes them: `1-2, 3`."""
        return written(self.cuts or (Cut(1, self.page_count),))


def packet_of(session: db.Session, document: Document) -> Packet | None:
    """What `document` may be cut anew from: its packet, or itself; None when it has one page."""
    is_cut = document.first_page is not None and document.parent_id is not None
    packet = load(session, document.parent_id) if is_cut else document  # type: ignore[arg-type]
    row = session.one("documents.by_id", id=packet.id)
    count = (row or {}).get("page_count") or 0
    is_paged = packet.media_type.startswith(("application/pdf", "image/"))
    if count < 2 or not is_paged:
        return None
    return Packet(packet, count, load_cuts(session, packet.id))


def written(cuts: Sequence[Cut]) -> str:
    """Cuts as a person writes them: `1-2, 3`."""
    return ", ".join(cut.pages for cut in cuts)


def parsed(text: str, page_count: int, who: str) -> tuple[Cut, ...]:
    """The cuts that `1-2, 3` asks for; raises ValueError with what is wrong with it."""
    cuts: list[Cut] = []
    for piece in filter(None, (part.strip() for part in re.split(r"[,;\n]", text))):
        match = _RANGE.fullmatch(piece)
        if match is None:
            raise ValueError(f"“{piece}” is no range of pages; write for example 1-2, 3")
        first, last = int(match[1]), int(match[2] or match[1])
        if not 1 <= first <= last <= page_count:
            raise ValueError(f"pages {piece} are not in a file of {page_count} pages")
        if cuts and first <= cuts[-1].last:
            raise ValueError(f"pages {piece} come before, or twice; write the papers in order")
        cuts.append(Cut(first, last, (f"said by {who}",)))
    if not cuts:
        raise ValueError("no pages were given; write for example 1-2, 3")
    return tuple(cuts)


def described(packet: Packet, document: Document) -> list[str]:
    """Markdown: where this paper stands in its packet, and why it was cut there."""
    name = packet.document.file_name
    if document.first_page is None:
        return [f"The file has {packet.page_count} pages and was taken for one paper."]
    here = Cut(document.first_page, document.last_page or document.first_page).spoken
    lines = [f"{here.capitalize()} of the {packet.page_count} of {name}, which was cut into:", ""]
    for cut in packet.cuts:
        why = "; ".join(cut.evidence)
        lines.append(f"- {cut.spoken}{': ' + why if why else ''}")
    return lines

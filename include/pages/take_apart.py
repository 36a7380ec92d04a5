"""What one file turns out to be: a document, a packet of several, or a bag of files."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from include.document_types.catalogue import Catalogue
from include.documents.pieces import Piece, land, lost
from include.errors import BadDocument
from include.models import Cut, Document, Reading
from include.pages.options import ReadOptions
from include.pages.packets import find_cuts
from include.pages.reader import cut_pages, read_part

log = logging.getLogger(__name__)

#: Files of these kinds carry others: with attachments they are no papers of their own.
MAIL = frozenset(
    {"message/rfc822", "application/vnd.ms-outlook", "application/pkcs7-mime", "application/mbox"}
)
#: Files of these kinds have pages that can be cut out.
_PAGED = ("application/pdf", "image/")


@dataclass(frozen=True)
class Contents:
    """What was read, the documents that come out of it, and where it is cut.

    `is_split`: the file itself is no document any more, only its pieces are.
    """

    reading: Reading
    pieces: tuple[Piece, ...] = ()
    cuts: tuple[Cut, ...] = ()
    is_split: bool = False


def take_apart(
    document: Document,
    reading: Reading,
    known: Sequence[Cut],
    catalogue: Catalogue,
    path: Path,
    options: ReadOptions,
) -> Contents:
    """The documents inside a file, with their bytes landed; `known`: where it was cut before.

    Repeatable: the same file gives the same pieces. Raises ReaderUnavailable, StoreUnavailable.
    """
    parts = parts_of(document, reading, path, options)
    if parts and (not reading.pages or reading.media_type in MAIL):
        return Contents(reading, parts, is_split=True)
    cuts = tuple(known) if known else _cuts(document, reading, catalogue)
    if len(cuts) > 1 or known:
        papers = papers_of(document, cuts, path, options)
        return Contents(reading, (*papers, *parts), cuts, is_split=True)
    return Contents(reading, parts)


def parts_of(
    document: Document, reading: Reading, path: Path, options: ReadOptions
) -> tuple[Piece, ...]:
    """The files inside a file; one that cannot be got out is named with what is wrong."""
    pieces = []
    sender = reading.sender or document.sender
    for part in reading.parts:
        key = f"part:{document.id}:{part.index}"
        try:
            data = read_part(path, document.file_name, part.index, options)
        except BadDocument as error:
            pieces.append(lost(document, key, part.name, part.size_bytes, str(error)))
        else:
            pieces.append(land(data, key=key, file_name=part.name, sender=sender))
    return tuple(pieces)


def papers_of(
    packet: Document, cuts: Sequence[Cut], path: Path, options: ReadOptions
) -> tuple[Piece, ...]:
    """The papers of a packet as files of their own; raises a BadDocument when one cannot be cut."""
    stem = PurePosixPath(packet.file_name).stem
    pieces = []
    for cut in cuts:
        data, ending = cut_pages(path, packet.file_name, cut.first, cut.last, options)
        pieces.append(
            land(
                data,
                key=f"cut:{packet.id}:{cut.first}-{cut.last}",
                file_name=f"{stem}.p{cut.pages}{ending}",
                first=cut.first,
                last=cut.last,
                sender=packet.sender,
            )
        )
    return tuple(pieces)


def _cuts(document: Document, reading: Reading, catalogue: Catalogue) -> tuple[Cut, ...]:
    """Where a file holds several papers; one that was cut out already holds one."""
    is_paged = reading.media_type.startswith(_PAGED)
    if document.first_page or reading.embedded_xml or not is_paged or len(reading.pages) < 2:
        return ()
    return find_cuts(reading.pages, catalogue)

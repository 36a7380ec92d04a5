"""Everything that is shown of one file, gathered through the sandbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from include.document_types.catalogue import Catalogue
from include.errors import LadingError
from include.extraction.layout.page import sheets_of
from include.models import Cut, Page, Reading
from include.pages.classify import Verdict, classify
from include.pages.options import ReadOptions
from include.pages.packets import find_cuts
from include.pages.reader import read_file, render_page
from include.pages.vision.escalate import escalate
from include.settings import Settings

#: Pages that are shown unless all are asked for.
SHOWN_PAGES = 30
#: Resolution of the pictures; coarser when one is larger than `_MAX_BYTES`.
DPI, COARSE_DPI = 110, 60
_MAX_BYTES = 2 << 20
#: Pictures of one file together; the pages beyond are laid out from their boxes.
_MAX_TOTAL_BYTES = 48 << 20
_PNG = b"\x89PNG\r\n\x1a\n"

Progress = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A file as it was read; `pictures` by page number, as PNG."""

    name: str
    reading: Reading
    verdict: Verdict
    cuts: tuple[Cut, ...] = ()
    pages: tuple[Page, ...] = ()
    pictures: Mapping[int, bytes] = field(default_factory=dict)


def gather(
    path: Path,
    options: ReadOptions,
    catalogue: Catalogue,
    shows_all: bool = False,
    escalated: Settings | None = None,
    progress: Progress = lambda _: None,
) -> Shown:
    """Read a file and what belongs to it; raises a BadDocument, ReaderUnavailable.

    With `escalated` poor pages get the other look that these settings ask for.
    """
    progress("reading")
    reading = read_file(path, path.name, options)
    if escalated is not None:
        progress("another look at poor pages")
        pages, _ = escalate(reading.pages, path, path.name, catalogue, escalated, options)
        reading = replace(reading, pages=pages)
    pages = reading.pages if shows_all else reading.pages[:SHOWN_PAGES]
    return Shown(
        name=path.name,
        reading=reading,
        verdict=classify(sheets_of(reading.pages), catalogue),
        cuts=find_cuts(reading.pages, catalogue),
        pages=pages,
        pictures=_pictures(path, options, pages, progress),
    )


def _pictures(
    path: Path, options: ReadOptions, pages: Sequence[Page], progress: Progress
) -> dict[int, bytes]:
    """The pictures of the pages that have one; none is opened here, the browser does that."""
    found: dict[int, bytes] = {}
    left = _MAX_TOTAL_BYTES
    for count, page in enumerate(pages, 1):
        progress(f"picture {count} of {len(pages)}")
        try:
            picture = _picture(path, options, page)
        except LadingError:
            if not found:
                return {}  # a file without pages on paper
            continue
        if picture.startswith(_PNG) and len(picture) <= left:
            found[page.number] = picture
            left -= len(picture)
    return found


def _picture(path: Path, options: ReadOptions, page: Page) -> bytes:
    picture = render_page(path, path.name, page, dpi=DPI, options=options)
    if len(picture) <= _MAX_BYTES:
        return picture
    return render_page(path, path.name, page, dpi=COARSE_DPI, options=options)

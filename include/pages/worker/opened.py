"""What every kind of file looks like once it is open: pages, pictures of pages, files inside."""

from __future__ import annotations

from typing import Any, Protocol

from include.errors import OverLimit
from include.models import Page, Part

#: What `read_page` and `picture` raise when only this page is bad; the others may be read.
PAGE_FAULTS = (OverLimit, OSError, ValueError, SyntaxError, EOFError)


class OpenedFile(Protocol):
    """An open file. Opening it raised a BadDocument when nothing in it can be read.

    `embedded_xml`: a Factur-X or ZUGFeRD invoice carried inside. `parts`: the files inside that
    are documents of their own. A file that is only a bag of others has no pages.
    """

    media_type: str
    page_count: int
    embedded_xml: str | None
    parts: tuple[Part, ...]

    def read_page(self, number: int) -> Page:
        """Page `number` (from 1) as words; raises one of PAGE_FAULTS when it cannot be read."""

    def picture(self, number: int, dpi: float) -> Any:
        """A PIL image of the page as it lies in the file, `dpi / 72` pixels per point."""

    def part(self, index: int) -> bytes:
        """The bytes of the part with this index."""

    def cut(self, first: int, last: int) -> tuple[bytes, str]:
        """Pages `first` to `last` (from 1) as a file of their own, and its ending with the dot."""

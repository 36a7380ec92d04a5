"""An open file without page images: pages of laid out text, and the files inside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from include.errors import EmptyDocument, UnsupportedFormat
from include.models import Page, Part


@dataclass(frozen=True)
class Inside:
    """A file inside another; `load` brings its bytes or raises a BadDocument."""

    name: str
    size_bytes: int
    load: Callable[[], bytes]


class LaidOutFile:
    """An open document, mail or archive. `sender`: a mail's address it says to come from."""

    def __init__(
        self,
        media_type: str,
        pages: tuple[Page, ...],
        *,
        inside: Sequence[Inside] = (),
        embedded_xml: str | None = None,
        sender: str = "",
    ) -> None:
        self.media_type = media_type
        self.page_count = len(pages)
        self.parts = tuple(
            Part(index, one.name, one.size_bytes) for index, one in enumerate(inside)
        )
        self.embedded_xml = embedded_xml
        self.sender = sender
        self._pages = pages
        self._inside = inside

    def read_page(self, number: int) -> Page:
        return self._pages[number - 1]

    def picture(self, number: int, dpi: float) -> Any:
        raise UnsupportedFormat("there is no picture of a file without page images")

    def part(self, index: int) -> bytes:
        if not 0 <= index < len(self._inside):
            raise EmptyDocument(f"part {index} of {len(self._inside)}")
        return self._inside[index].load()

    def cut(self, first: int, last: int) -> tuple[bytes, str]:
        raise UnsupportedFormat("a file without page images is not cut")

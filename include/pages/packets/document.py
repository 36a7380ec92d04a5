"""A document as far as its pages have been seen."""

from __future__ import annotations

from include.pages.classify import UNKNOWN
from include.pages.packets.signs import Signs


class Document:
    """Type, numbers and names that the pages of one document have shown."""

    def __init__(self, first: Signs) -> None:
        self.pages: list[Signs] = []
        self.document_type = _type_of(first)
        self.numbers: dict[str, str] = {}
        self.names: dict[str, None] = {}
        self.add(first)

    @property
    def last(self) -> Signs:
        return self.pages[-1]

    def add(self, page: Signs) -> None:
        self.pages.append(page)
        self.names |= dict.fromkeys(page.names)
        number = page.own_number(self.document_type)
        if number is not None:
            self.numbers.setdefault(*number)

    def prints(self, number: str) -> bool:
        """Whether a squashed number stands anywhere on its pages."""
        return number in self.numbers or any(page.prints(number) for page in self.pages)

    @property
    def is_counted(self) -> bool:
        return any(page.counter is not None for page in self.pages)


def _type_of(page: Signs) -> str:
    title = page.title
    if page.is_titled and title is not None:
        return title.document_type
    known = page.verdict.document_type
    return known if known != UNKNOWN else title.document_type if title is not None else UNKNOWN

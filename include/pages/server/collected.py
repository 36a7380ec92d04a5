"""What has come of one file so far: its head, its pages, the pages that could not be read."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from typing import Any

from include.errors import EmptyDocument, LadingError, UnreadableScan
from include.pages.answer import error_to_json
from include.pages.legible import Seen, is_legible
from include.pages.options import ReadOptions
from include.pages.server.children import Fault
from include.settings import ReaderLimits


class Collected:
    """Pages by number, in whatever order they come; each as the JSON that the child wrote."""

    def __init__(self, file_name: str, options: ReadOptions, limits: ReaderLimits) -> None:
        self._file_name = file_name
        self._options = options
        self._limits = limits
        self._head: Mapping[str, Any] | None = None
        self._pages: dict[int, bytes] = {}
        self._seen: list[Seen] = []
        self._bad: dict[int, Fault] = {}
        self.todo: deque[int] = deque()
        self.size = 0
        self.page_count: int | None = None

    @property
    def is_open(self) -> bool:
        return self._head is not None

    @property
    def pages_read(self) -> int:
        return len(self._pages)

    @property
    def has_bad(self) -> bool:
        return bool(self._bad)

    def begin(self, head: Mapping[str, Any], page_count: int) -> None:
        """The file is open: note what it is and which pages are to be read."""
        if self._head is not None:
            return  # another child has opened it as well
        first = self._options.first or 1
        last = min(self._options.last or page_count, page_count)
        if first > last and page_count:
            raise EmptyDocument(f"page {first} of {page_count}")
        self._head, self.page_count = head, page_count
        self.todo.extend(range(first, min(last, first + self._limits.pages - 1) + 1))

    def add(self, number: int, seen: Seen, page: bytes) -> None:
        self._pages[number] = page
        self._seen.append(seen)

    def add_bad(self, number: int, fault: Fault) -> None:
        self._bad[number] = fault

    def give_up(self, fault: Fault) -> None:
        """Name the pages that nobody will read any more."""
        for number in self.todo:
            self._bad[number] = fault
        self.todo.clear()

    def answer(self, more: Mapping[str, Any], seconds: float) -> bytes:
        """The Reading as JSON, or the error when nothing of the file can be used."""
        error = self._error()
        if error:
            return json.dumps({**error_to_json(error), **more}).encode()
        head = dict(self._head or {})
        del head["pages"]
        head |= {
            "seconds": round(seconds, 3),
            "bad_pages": {str(n): self._bad[n].reason for n in sorted(self._bad)},
        }
        pages = b",".join(self._pages[number] for number in sorted(self._pages))
        start = json.dumps(head, ensure_ascii=False).encode("utf-8", "replace")[:-1]
        rest = json.dumps(more).encode()[1:]
        return b'{"ok":' + start + b',"pages":[' + pages + b"]}," + rest

    def _error(self) -> LadingError | None:
        if self._head is None:
            return EmptyDocument(self._file_name)
        if self._bad and not self._pages:
            return self._bad[min(self._bad)].error
        is_carrier = self._head["embedded_xml"] is not None or self._head["parts"]
        if not is_carrier and not is_legible(self._seen):
            return UnreadableScan(self._file_name)
        return None

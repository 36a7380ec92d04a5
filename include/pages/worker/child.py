"""The sandboxed child: gives up what it does not need, reads a file, answers through a pipe.

After a file that was nothing but text it may be told to forget it and to wait for another, whose
bytes come through the pipe: it has no right to open a file any more.
"""

from __future__ import annotations

import base64
import json
import os
import struct
import tempfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn

from include.errors import BrokenDocument, EmptyDocument, LadingError, OverLimit, StoreUnavailable
from include.models import Page
from include.pages.answer import error_to_json, page_to_json, reading_to_json
from include.pages.options import options_of
from include.pages.worker import turn
from include.pages.worker.confine import called, drop_rights
from include.pages.worker.forget import forget
from include.settings import ReaderLimits

#: What `ps` and `top` call it.
_BUSY, _IDLE = "lading-reads", "lading-waits"
#: Who does OCR lets others go first: text pages, the database, the scheduler.
_NICE = 5
#: An order that is no page: forget this file and wait for another.
_FORGET = 0xFFFFFFFF
#: An exception's text is cut to this: it may repeat what the file holds.
_MAX_DETAIL = 500


class Link:
    """To and from the server: messages are lines of JSON, orders are numbers of four bytes."""

    def __init__(self, says: int, hears: int) -> None:
        self._says, self._hears = says, hears
        self.stays = False

    def send(self, message: Mapping[str, Any], more: str = "") -> None:
        """A message; `more`, JSON of its own, follows after a tab."""
        text = json.dumps(message, ensure_ascii=False) + ("\t" + more if more else "") + "\n"
        view = memoryview(text.encode("utf-8", "replace"))
        while view:
            view = view[os.write(self._says, view) :]

    def orders(self) -> Iterator[int]:
        """The numbers of the pages to read, until there are no more."""
        while order := os.read(self._hears, 4):
            (number,) = struct.unpack("<I", order)
            if number == _FORGET:
                self.stays = True
                return
            yield number

    def next_request(self) -> tuple[Mapping[str, Any], bytes]:
        """Another request and its file's bytes; ends this process when there is none."""
        self.stays = False
        asked, size = struct.unpack("<II", self._heard(8))
        return json.loads(self._heard(asked)), bytes(self._heard(size))

    def _heard(self, size: int) -> bytearray:
        heard = bytearray()
        while len(heard) < size:
            piece = os.read(self._hears, size - len(heard))
            if not piece:
                os._exit(0)  # nobody is there any more
            heard += piece
        return heard

    def take_turn(self) -> None:
        if os.nice(0) < _NICE:
            os.nice(_NICE - os.nice(0))
        self.send({"turn": True})
        if not os.read(self._hears, 4):
            os._exit(0)  # nobody is there any more

    def give_turn_back(self) -> None:
        self.send({"turn": False})


def run(
    request: Mapping[str, Any], limits: ReaderLimits, folder: str, cpu_s: float, link: Link
) -> NoReturn:
    """Answer a request, and others if so told; `folder` is its own. Never returns."""
    try:
        with open(request["path"], "rb") as file:  # noqa: PTH123  before the rights are given up
            data = file.read()
        tempfile.tempdir = os.environ["TMPDIR"] = folder
        called(_BUSY)
        drop_rights(limits, cpu_s, folder)
        turn.wait_by(link.take_turn, link.give_turn_back)
        _answer(request, data, limits, link)
        while link.stays:
            data = b""
            forget(folder)
            called(_IDLE)
            link.send({"ready": True})
            request, data = link.next_request()
            called(_BUSY)
            _answer(request, data, limits, link)
    except BrokenPipeError:
        pass  # nobody is there any more
    except OSError as error:
        link.send(error_to_json(StoreUnavailable(str(error))))
    finally:
        os._exit(0)


def _answer(request: Mapping[str, Any], data: bytes, limits: ReaderLimits, link: Link) -> None:
    try:
        if request["kind"] == "read":
            _read(request, data, limits, link)
        else:
            link.send({"ok": ACTIONS[request["kind"]](request, data, limits)})
    except BrokenPipeError:
        raise
    except LadingError as error:
        link.send(error_to_json(error))
    except RecursionError:
        link.send(error_to_json(BrokenDocument("nested without end")))
    except Exception as error:  # whatever a library raises on bytes it cannot digest
        link.send(error_to_json(_what_it_says(error, limits)))


def _what_it_says(error: Exception, limits: ReaderLimits) -> LadingError:
    from include.pages.worker.read import is_for_want_of_memory

    if is_for_want_of_memory(error):
        return OverLimit(f"{limits.memory_mb} MB of memory")
    return BrokenDocument(f"{type(error).__name__}: {error}"[:_MAX_DETAIL])


def _read(request: Mapping[str, Any], data: bytes, limits: ReaderLimits, link: Link) -> None:
    """Open the file and say what it is, then read the pages that are ordered."""
    from include.pages.worker.open import open_file
    from include.pages.worker.read import read_page, seen_on, without_pages

    file = open_file(data, request["file_name"], limits, options_of(request))
    link.send({"head": reading_to_json(without_pages(file)), "page_count": file.page_count})
    for number in link.orders():
        page = read_page(file, number, limits)
        if isinstance(page, Page):
            seen = seen_on(page)
            told = {"page": number, "seen": [seen.words, seen.good_words, seen.is_text]}
            link.send(told, json.dumps(page_to_json(page), ensure_ascii=False))
            continue
        ends = page.detail.endswith("of memory")  # it is not given back: another begins afresh
        bad = {"page": number, "bad": page.detail, "error": type(page).__name__, "ends": ends}
        link.send(bad)
        if ends:
            return


def _render(request: Mapping[str, Any], data: bytes, limits: ReaderLimits) -> dict[str, Any]:
    from include.pages.worker.render import render_bytes

    return render_bytes(request, data, limits)


def _part(request: Mapping[str, Any], data: bytes, limits: ReaderLimits) -> dict[str, Any]:
    from include.pages.worker.open import open_file

    file = open_file(data, request["file_name"], limits, options_of(request))
    return {"bytes": base64.b64encode(file.part(int(request["index"]))).decode("ascii")}


def _cut(request: Mapping[str, Any], data: bytes, limits: ReaderLimits) -> dict[str, Any]:
    from include.pages.worker.open import open_file

    file = open_file(data, request["file_name"], limits, options_of(request))
    first, last = int(request["first"]), int(request["last"])
    if not 1 <= first <= last <= file.page_count:
        raise EmptyDocument(f"pages {first} to {last} of {file.page_count}")
    piece, ending = file.cut(first, last)
    return {"bytes": base64.b64encode(piece).decode("ascii"), "ending": ending}


Action = Callable[[Mapping[str, Any], bytes, ReaderLimits], dict[str, Any]]

#: What may be asked of the reader besides reading, by name.
ACTIONS: dict[str, Action] = {"render": _render, "part": _part, "cut": _cut}

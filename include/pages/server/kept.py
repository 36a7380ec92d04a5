"""Children that have read a file of text and wait a while for the next one.

What this gives up: a file that takes over its child without being noticed may alter how the next
files of that child are read, and any file's child may hold what is left of earlier ones in memory.
It gains no other right: no network, program, process, or file. A fault, OCR, much memory or much
time is the end of a child; a request with passwords has one to itself.
"""

from __future__ import annotations

import json
import os
import select
import stat
import struct
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from include.pages.server.children import Child
from include.pages.server.turns import Turns
from include.settings import ReaderLimits

#: A child reads so many files at most, and waits for the next one so many seconds.
_MOST_FILES, _WAITS_S = 50, 30.0
#: It has grown by less than this since it was forked, and used less of what it may use.
_MAX_GROWN_BYTES, _MAX_CPU_SHARE = 48 << 20, 0.05
#: Larger files are worth a child of their own.
_MAX_FILE_BYTES = 4 << 20
#: These need OCR, after which a child ends anyway.
_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".heic", ".webp", ".bmp"})
_READY = b'{"ready": true}'


class Kept:
    """The children that wait, each for a file with the limits that it was started with."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: list[Child] = []
        self._leaving: list[Child] = []

    def __len__(self) -> int:
        return len(self._waiting) + len(self._leaving)

    def watched(self) -> dict[int, int]:
        return {child.messages: select.POLLIN for child in self._waiting}

    def happened(self, number: int) -> None:
        """It has tidied up; whatever else it says is its end."""
        child = next((c for c in self._waiting if c.messages == number), None)
        if child is None:
            return
        lines = child.said()
        said = None if lines is None else list(lines)
        if said == [_READY] and not child.is_ready and _is_clean(child):
            child.is_ready = True
        elif said != [] or child.unfinished_bytes() > len(_READY):
            self._part_with(child)

    def keep(self, child: Child) -> None:
        """It has read a file and is told to forget it."""
        child.files_read += 1
        child.waits_since = time.monotonic()
        child.is_ready = False
        self._waiting.append(child)
        if len(self._waiting) > self._most:
            self._part_with(child)
        else:
            child.forget()

    def handed(self, request: Mapping[str, Any], limits: ReaderLimits) -> Child | None:
        """A child that has been given the request and its file; None: the request needs its own."""
        child = next(
            (c for c in reversed(self._waiting) if c.is_ready and c.limits == limits), None
        )
        if child is None or not may_share(request):
            return None
        data = _content(Path(request["path"]))
        if data is None:
            return None
        self._waiting.remove(child)
        asked = json.dumps(request).encode()
        child.begin_again(struct.pack("<II", len(asked), len(data)) + asked + data)
        return child

    def check(self, now: float) -> None:
        """End those that have waited for long, bury those that have ended."""
        for child in tuple(self._waiting):
            if now - child.waits_since > _WAITS_S:
                self._part_with(child)
        self._leaving = [child for child in self._leaving if not child.ended()]

    def _part_with(self, child: Child) -> None:
        self._waiting.remove(child)
        self._leaving.append(child)
        child.kill()
        child.close()


@dataclass(frozen=True)
class Means:
    """What all requests share."""

    turns: Turns
    kept: Kept
    scratch: Path
    workers: int


def may_share(request: Mapping[str, Any]) -> bool:
    """Whether a request may be worked on by a child that reads other files as well."""
    if request["kind"] != "read" or request.get("options", {}).get("passwords"):
        return False
    return PurePath(request["file_name"]).suffix.lower() not in _PICTURES


def is_light(child: Child, limits: ReaderLimits) -> bool:
    """Whether it has done little enough to read another file."""
    return (
        child.files_read + 1 < _MOST_FILES
        and not child.has_done_ocr
        and child.cpu_s(in_all=True) < _MAX_CPU_SHARE * limits.cpu_s
        and child.own_bytes() - child.own_at_start < _MAX_GROWN_BYTES
    )


def _is_clean(child: Child) -> bool:
    return child.unfinished_bytes() == 0 and not any(child.folder.iterdir())


def _content(path: Path) -> bytes | None:
    """What is in the file; None unless it is a small plain file."""
    try:
        number = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(number, "rb") as file:
        about = os.fstat(number)
        if not stat.S_ISREG(about.st_mode) or about.st_size > _MAX_FILE_BYTES:
            return None
        try:
            data = file.read(_MAX_FILE_BYTES + 1)
        except OSError:
            return None
    return data if len(data) <= _MAX_FILE_BYTES else None

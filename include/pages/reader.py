"""What the stages ask of the reader: the words of a file, pieces of it, the picture of a page."""

from __future__ import annotations

import base64
import dataclasses
from pathlib import Path
from typing import Any

from include.errors import ReaderCrashed, StoreUnavailable
from include.models import Page, Reading
from include.pages import cache, sandbox
from include.pages.answer import reading_from_json
from include.pages.options import ReadOptions
from include.settings import load_settings

_DEFAULT = ReadOptions()


def read_file(path: Path, file_name: str, options: ReadOptions = _DEFAULT) -> Reading:
    """Every page of the file as words; read in the sandbox, or kept from the last time.

    Raises a BadDocument when the file cannot be read, ReaderUnavailable when the reader cannot.
    """
    settings = load_settings()
    key = ""
    if settings.reader_cache_mb:
        key = cache.key_of(_content(path), file_name, options, settings)
        kept = cache.load(key, settings)
        if kept:
            return kept
    answer = _asked("read", path, file_name, options)
    try:
        reading = reading_from_json(answer["ok"])
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise ReaderCrashed("its answer makes no sense") from error
    if key and answer.get("code") == cache.code_version():  # and not an older reader's
        cache.keep(key, reading, options, settings)
    return reading


def read_part(path: Path, file_name: str, index: int, options: ReadOptions = _DEFAULT) -> bytes:
    """The bytes of the part with this index: an attachment, a member of an archive."""
    answer = _asked("part", path, file_name, options, index=index)
    return base64.b64decode(answer["ok"]["bytes"])


def cut_pages(
    path: Path, file_name: str, first: int, last: int, options: ReadOptions = _DEFAULT
) -> tuple[bytes, str]:
    """Pages `first` to `last` (from 1) as a file of their own, and its ending with the dot."""
    piece = _asked("cut", path, file_name, options, first=first, last=last)["ok"]
    return base64.b64decode(piece["bytes"]), str(piece["ending"])


def render_page(
    path: Path, file_name: str, page: Page, dpi: int = 110, options: ReadOptions = _DEFAULT
) -> bytes:
    """PNG of a page, upright as its words are: a point of a box is `dpi / 72` pixels."""
    skew = next((float(f.partition(":")[2]) for f in page.flags if f.startswith("skew:")), 0.0)
    turned = {"rotation": page.rotation, "skew": skew}
    answer = _asked("render", path, file_name, options, number=page.number, dpi=dpi, **turned)
    return base64.b64decode(answer["ok"]["png"])


def _asked(kind: str, path: Path, file_name: str, options: ReadOptions, **more: Any) -> Any:
    return sandbox.ask(kind, path, file_name, options=dataclasses.asdict(options), **more)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise StoreUnavailable(str(error)) from error

"""What the stages ask of the reader: the words of a file, pieces of it, the picture of a page."""

from __future__ import annotations

import base64
import dataclasses
from pathlib import Path
from typing import Any

from include.models import Page, Reading
from include.pages import sandbox
from include.pages.answer import reading_from_json
from include.pages.options import ReadOptions

_DEFAULT = ReadOptions()


def read_file(path: Path, file_name: str, options: ReadOptions = _DEFAULT) -> Reading:
    """Every page of the file as words; read in the sandbox.

    Raises a BadDocument when the file cannot be read, ReaderUnavailable when the reader cannot.
    """
    return reading_from_json(_ask("read", path, file_name, options))


def read_part(path: Path, file_name: str, index: int, options: ReadOptions = _DEFAULT) -> bytes:
    """The bytes of the part with this index: an attachment, a member of an archive."""
    return base64.b64decode(_ask("part", path, file_name, options, index=index)["bytes"])


def cut_pages(
    path: Path, file_name: str, first: int, last: int, options: ReadOptions = _DEFAULT
) -> tuple[bytes, str]:
    """Pages `first` to `last` (from 1) as a file of their own, and its ending with the dot."""
    answer = _ask("cut", path, file_name, options, first=first, last=last)
    return base64.b64decode(answer["bytes"]), str(answer["ending"])


def render_page(
    path: Path, file_name: str, page: Page, dpi: int = 110, options: ReadOptions = _DEFAULT
) -> bytes:
    """PNG of a page, upright as its words are: a point of a box is `dpi / 72` pixels."""
    skew = next((float(f.partition(":")[2]) for f in page.flags if f.startswith("skew:")), 0.0)
    turned = {"rotation": page.rotation, "skew": skew}
    answer = _ask("render", path, file_name, options, number=page.number, dpi=dpi, **turned)
    return base64.b64decode(answer["png"])


def _ask(kind: str, path: Path, file_name: str, options: ReadOptions, **more: Any) -> Any:
    return sandbox.ask(kind, path, file_name, options=dataclasses.asdict(options), **more)

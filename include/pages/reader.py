"""What the stages ask of the reader: the words of a file, the picture of a page."""

from __future__ import annotations

import base64
from pathlib import Path

from include.models import Page, Reading
from include.pages import sandbox
from include.pages.answer import reading_from_json


def read_file(path: Path, file_name: str) -> Reading:
    """Every page of the file as words; read in the sandbox.

    Raises a BadDocument when the file cannot be read, ReaderUnavailable when the reader cannot.
    """
    return reading_from_json(sandbox.ask("read", path, file_name))


def render_page(path: Path, file_name: str, page: Page, dpi: int = 110) -> bytes:
    """PNG of a page, upright as its words are: a point of a box is `dpi / 72` pixels."""
    skew = next((float(f.partition(":")[2]) for f in page.flags if f.startswith("skew:")), 0.0)
    answer = sandbox.ask(
        "render", path, file_name, number=page.number, dpi=dpi, rotation=page.rotation, skew=skew
    )
    return base64.b64decode(answer["png"])

"""One self-contained HTML page of what was read; every text of the file is data, never markup."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from pathlib import Path
from string import Template
from typing import Any

from include.models import Page
from include.pages.answer import page_to_json
from include.pages.show.flags import meaning, skew_of
from include.pages.show.shown import Shown

_FOLDER = Path(__file__).parent / "assets"
#: In the order in which they need each other.
_SCRIPTS = ("data.js", "layers.js", "panes.js", "page.js")
#: Signs that could end a script element or a line of a script.
_ESCAPES = str.maketrans({sign: f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"})


def as_html(shown: Shown) -> str:
    """The page: style, script and data inline; its policy lets nothing else run or load."""
    style, script = _file("page.css"), "\n".join(map(_file, _SCRIPTS))
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; "
        f"style-src {_hash(style)}; script-src {_hash(script)}"
    )
    return Template(_file("page.html")).substitute(
        title=html.escape(shown.name),
        policy=html.escape(policy),
        style=style,
        script=script,
        data=json.dumps(as_data(shown), ensure_ascii=False).translate(_ESCAPES),
    )


def as_data(shown: Shown) -> dict[str, Any]:
    """What the script draws."""
    reading, verdict = shown.reading, shown.verdict
    return {
        "name": shown.name,
        "media_type": reading.media_type,
        "seconds": reading.seconds,
        "page_count": len(reading.pages),
        "type": [verdict.document_type, verdict.confidence, list(verdict.evidence)],
        "cuts": [[cut.first, cut.last, list(cut.evidence)] for cut in shown.cuts],
        "parts": [[part.index, part.name, part.size_bytes] for part in reading.parts],
        "bad_pages": [[number, why] for number, why in sorted(reading.bad_pages.items())],
        "has_xml": reading.embedded_xml is not None,
        "pages": [_page(page, shown.pictures.get(page.number)) for page in shown.pages],
    }


def _page(page: Page, picture: bytes | None) -> dict[str, Any]:
    data = page_to_json(page)
    data["flags"] = [[flag, meaning(flag)] for flag in page.flags]
    data["skew"] = skew_of(page.flags)
    data["picture"] = (
        f"data:image/png;base64,{base64.b64encode(picture).decode('ascii')}" if picture else None
    )
    return data


def _file(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
    return f"'sha256-{digest}'"

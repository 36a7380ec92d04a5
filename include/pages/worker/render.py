"""A page as a picture for people, turned the way its words are."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from typing import Any

from PIL import Image

from include.errors import EmptyDocument
from include.pages.options import options_of
from include.pages.worker.open import open_file
from include.settings import ReaderLimits

_MAX_DPI = 300


def render_bytes(request: Mapping[str, Any], data: bytes, limits: ReaderLimits) -> dict[str, Any]:
    """`{"png": base64}` of page `number` at `dpi`, turned by `rotation` and `skew` degrees."""
    number, dpi = int(request["number"]), min(float(request["dpi"]), _MAX_DPI)
    file = open_file(data, request["file_name"], limits, options_of(request))
    if not 1 <= number <= file.page_count:
        raise EmptyDocument(f"page {number} of {file.page_count}")
    picture = file.picture(number, dpi)
    rotation = int(request.get("rotation", 0))
    if rotation:
        picture = picture.rotate(-rotation, expand=True)
    skew = float(request.get("skew", 0.0))
    if skew:
        picture = picture.rotate(skew, resample=Image.Resampling.BICUBIC, fillcolor="white")
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=False, compress_level=4)
    return {"png": base64.b64encode(out.getvalue()).decode("ascii")}

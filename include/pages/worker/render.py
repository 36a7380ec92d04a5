"""A page as a picture for people, turned the way its words are."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from typing import Any

from PIL import Image

from include.errors import EmptyDocument, OverLimit, UnsupportedFormat
from include.pages.worker.formats import images, pdf
from include.pages.worker.sniff import IMAGES, checked_kind
from include.settings import ReaderLimits

_MAX_DPI = 300


def render_bytes(request: Mapping[str, Any], data: bytes, limits: ReaderLimits) -> dict[str, Any]:
    """`{"png": base64}` of page `number` at `dpi`, turned by `rotation` and `skew` degrees."""
    number, dpi = int(request["number"]), min(float(request["dpi"]), _MAX_DPI)
    kind = checked_kind(data, request["file_name"])
    if kind == "pdf":
        picture = _pdf_page(data, number, dpi, limits)
    elif kind in IMAGES:
        picture = _frame(data, number, dpi, limits)
    else:
        raise UnsupportedFormat(f"no picture of a {kind} file")
    rotation = int(request.get("rotation", 0))
    if rotation:
        picture = picture.rotate(-rotation, expand=True)
    skew = float(request.get("skew", 0.0))
    if skew:
        picture = picture.rotate(skew, resample=Image.Resampling.BICUBIC, fillcolor="white")
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=False, compress_level=4)
    return {"png": base64.b64encode(out.getvalue()).decode("ascii")}


def _pdf_page(data: bytes, number: int, dpi: float, limits: ReaderLimits) -> Any:
    document = pdf.open_pdf(data, limits)
    if not 1 <= number <= len(document):
        raise EmptyDocument(f"page {number} of {len(document)}")
    return Image.fromarray(pdf.rendered(document[number - 1], dpi, limits)[1])


def _frame(data: bytes, number: int, dpi: float, limits: ReaderLimits) -> Any:
    image, count = images.open_image(data, limits)
    if not 1 <= number <= count:
        raise EmptyDocument(f"page {number} of {count}")
    array, scale = images.frame(image, number, limits)
    picture = Image.fromarray(array)
    factor = dpi / 72 / scale
    size = max(round(picture.width * factor), 1), max(round(picture.height * factor), 1)
    if size[0] * size[1] > limits.megapixels * 1e6:
        raise OverLimit(f"a picture of {size[0]} x {size[1]} pixels")
    return picture.resize(size)

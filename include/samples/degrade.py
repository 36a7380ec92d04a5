"""What happens to paper on its way: scanner, copier, fax, camera, stamps."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from random import Random

import cv2
import numpy as np
import numpy.typing as npt
import pypdfium2
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from include.samples.papers.sheet import Place

#: Resolution at which a page is rendered for each kind, in dots per inch.
DPI: Mapping[str, int] = {
    "scan300": 300, "scan200": 200, "blur": 200, "low_jpeg": 200, "sideways": 200,
    "upside_down": 200, "received": 200, "fax": 204, "fax_coarse": 204,
    "photo": 190, "unreadable": 100,
}  # fmt: skip
JPEG_QUALITY: Mapping[str, int] = {"low_jpeg": 24, "photo": 80, "unreadable": 40}
Pixels = npt.NDArray[np.uint8]


def render(pdf: bytes, dpi: int) -> list[Image.Image]:
    """The pages of a PDF as grey images."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.render(scale=dpi / 72).to_pil().convert("L") for page in document]
    finally:
        document.close()


def degrade(kind: str, page: Image.Image, rng: Random) -> Image.Image:
    """The page image as it looks after `kind` happened to it."""
    return _KINDS[kind](page, rng)


def _scan(page: Image.Image, rng: Random) -> Image.Image:
    angle = rng.choice((-1, 1)) * rng.uniform(0.3, 1.1)
    page = page.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 0.6)))
    page = page.rotate(angle, Image.Resampling.BICUBIC, fillcolor=248)
    return Image.fromarray(_sensor(np.asarray(page), rng, noise=rng.uniform(2.5, 5)))


def _sensor(pixels: npt.ArrayLike, rng: Random, noise: float) -> Pixels:
    """Paper is not white, ink not black, and every sensor adds some noise."""
    values = np.asarray(pixels, dtype=np.float32)
    values = 22 + values * rng.uniform(0.86, 0.9)
    generator = np.random.default_rng(rng.randrange(2**32))
    values += generator.standard_normal(values.shape, dtype=np.float32) * np.float32(noise)
    return np.clip(values, 0, 255).astype(np.uint8)


def _blur(page: Image.Image, rng: Random) -> Image.Image:
    return _scan(page.filter(ImageFilter.GaussianBlur(rng.uniform(0.9, 1.3))), rng)


def _sideways(page: Image.Image, rng: Random) -> Image.Image:
    """Fed through the scanner the long way."""
    return _scan(page.rotate(rng.choice((90, 270)), expand=True), rng)


def _upside_down(page: Image.Image, rng: Random) -> Image.Image:
    return _scan(page.rotate(180), rng)


def _received(page: Image.Image, rng: Random) -> Image.Image:
    """Stamped on arrival where there was room; what it crosses stays legible."""
    unit = page.width / 60
    ink = Image.new("L", page.size, 255)
    pen = ImageDraw.Draw(ink)
    x, y = page.width * rng.uniform(0.5, 0.62), page.height * rng.uniform(0.5, 0.66)
    pen.rectangle((x, y, x + 18 * unit, y + 7 * unit), outline=120, width=int(unit / 4))
    day = f"{rng.randint(10, 28)}. {rng.choice(('MAR', 'APR', 'JUN', 'SEP'))} 2026"
    for i, text in enumerate(("EINGEGANGEN", day)):
        font = ImageFont.load_default(2 * unit)
        pen.text((x + 9 * unit, y + (2 + 3 * i) * unit), text, fill=120, font=font, anchor="mm")
    ink = ink.rotate(rng.uniform(-6, 6), fillcolor=255)
    return _scan(ImageChops.darker(page, ink), rng)


def _fax(page: Image.Image, rng: Random, lines_per_inch: int = 196) -> Image.Image:
    """One bit per dot, specks, and rows that the line noise has torn."""
    height = round(page.height * lines_per_inch / 204)
    page = page.filter(ImageFilter.GaussianBlur(0.6)).rotate(rng.uniform(-0.5, 0.5), fillcolor=255)
    hour = f"{rng.randint(7, 19):02d}:{rng.randint(10, 59)}"
    header = f"FROM +{rng.randint(20, 98)} {rng.randint(100, 999)} {rng.randint(10**6, 10**7)}"
    font = ImageFont.load_default(page.width / 80)
    pen = ImageDraw.Draw(page)
    pen.text((page.width * 0.05, 4), f"{header}   {hour}   P.01", fill=0, font=font)
    values = np.asarray(page.resize((page.width, height), Image.Resampling.BOX)).astype(np.int16)
    generator = np.random.default_rng(rng.randrange(2**32))
    black = values < 150
    black ^= generator.random(values.shape, dtype=np.float32) < 0.0006
    for _ in range(rng.randint(2, 5)):
        row = rng.randrange(height)
        black[row] ^= generator.random(values.shape[1]) < 0.3
    return Image.fromarray(np.where(black, 0, 255).astype(np.uint8)).convert("1")


def _fax_coarse(page: Image.Image, rng: Random) -> Image.Image:
    return _fax(page, rng, lines_per_inch=98)


def _photo(page: Image.Image, rng: Random) -> Image.Image:
    """The sheet on a desk, seen at an angle, lit from one side."""
    width, height = page.size
    frame_width, frame_height = int(width * 1.12), int(height * 1.1)

    def near(x: float, y: float) -> tuple[float, float]:
        jitter = width * 0.028
        return x + rng.uniform(-jitter, jitter), y + rng.uniform(-jitter, jitter)

    left, top = (frame_width - width) / 2, (frame_height - height) / 2
    source = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    target = np.array(
        [near(left, top), near(left + width, top), near(left + width, top + height),
         near(left, top + height)],
        np.float32,
    )  # fmt: skip
    matrix = cv2.getPerspectiveTransform(source, target)
    size = (frame_width, frame_height)
    sheet = cv2.warpPerspective(np.asarray(page), matrix, size, flags=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.full((height, width), 255, np.uint8), matrix, size)
    inside = mask[..., None].astype(np.float32) / 255
    paper = sheet[..., None].astype(np.float32) * np.array([0.98, 0.96, 0.91], np.float32)
    desk = np.array([112, 84, 61], np.float32) * np.ones_like(paper)
    light = _shading(frame_width, frame_height, rng)[..., None]
    values = (paper * inside + desk * (1 - inside)) * light
    values = cv2.GaussianBlur(values, (0, 0), 0.6)
    generator = np.random.default_rng(rng.randrange(2**32))
    values += generator.standard_normal((frame_height, frame_width, 1), dtype=np.float32) * 3
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def _shading(width: int, height: int, rng: Random) -> npt.NDArray[np.float32]:
    across = np.linspace(rng.uniform(0.72, 0.85), 1.0, width, dtype=np.float32)
    down = np.linspace(1.0, rng.uniform(0.8, 0.92), height, dtype=np.float32)
    if rng.random() < 0.5:
        across = across[::-1]
    return np.asarray(down[:, None] * across[None, :])


def _unreadable(page: Image.Image, rng: Random) -> Image.Image:
    """A sheet pulled through the scanner out of focus: shades, no letters."""
    page = page.filter(ImageFilter.GaussianBlur(16))
    return Image.fromarray(_sensor(np.asarray(page), rng, noise=14))


_KINDS: Mapping[str, Callable[[Image.Image, Random], Image.Image]] = {
    "scan300": _scan, "scan200": _scan, "blur": _blur, "low_jpeg": _scan, "fax": _fax,
    "sideways": _sideways, "upside_down": _upside_down, "received": _received,
    "fax_coarse": _fax_coarse, "photo": _photo, "unreadable": _unreadable,
}  # fmt: skip


def stamp(page: Image.Image, place: Place, text: str, dpi: int, rng: Random) -> Image.Image:
    """An inked block stamp over the value at `place`, slightly askew: nothing shows through."""
    scale = dpi / 72
    width = int((place.x1 - place.x0) * scale + 0.3 * dpi)
    height = int((place.y1 - place.y0) * scale + 0.1 * dpi)
    ink = Image.new("L", (width, height), 70)
    size = height * 0.6
    font = ImageFont.load_default(size)
    length = font.getlength(text)
    if length > width * 0.9:
        font = ImageFont.load_default(size * width * 0.9 / length)
    ImageDraw.Draw(ink).text((width / 2, height / 2), text, fill=225, font=font, anchor="mm")
    cover = Image.new("L", ink.size, 255)
    angle = rng.uniform(-3, 3)
    ink, cover = (image.rotate(angle, expand=True) for image in (ink, cover))
    x = int((place.x0 + place.x1) / 2 * scale - ink.width / 2)
    y = int((place.y0 + place.y1) / 2 * scale - ink.height / 2)
    stamped = page.copy()
    stamped.paste(ink, (x, y), cover)
    return stamped


def to_pdf(pages: Sequence[Image.Image], dpi: int, quality: int) -> bytes:
    """The page images as JPEGs in a PDF without a text layer."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1)
    for page in pages:
        width, height = page.width * 72 / dpi, page.height * 72 / dpi
        canvas.setPageSize((width, height))
        jpeg = io.BytesIO(to_jpeg(page, dpi, quality))
        canvas.drawImage(ImageReader(jpeg), 0, 0, width, height)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def to_jpeg(page: Image.Image, dpi: int, quality: int) -> bytes:
    buffer = io.BytesIO()
    page.save(buffer, "JPEG", quality=quality, dpi=(dpi, dpi))
    return buffer.getvalue()


def to_png(page: Image.Image, dpi: int) -> bytes:
    buffer = io.BytesIO()
    page.save(buffer, "PNG", dpi=(dpi, dpi))
    return buffer.getvalue()


def to_tiff(pages: Sequence[Image.Image], dpi: tuple[int, int]) -> bytes:
    """One file of all pages; one-bit pages are packed as a fax machine does."""
    packing = "group4" if pages[0].mode == "1" else "tiff_lzw"
    buffer = io.BytesIO()
    pages[0].save(
        buffer, "TIFF", save_all=True, append_images=list(pages[1:]), dpi=dpi, compression=packing
    )
    return buffer.getvalue()

"""Frames of a picture as upright RGB pixels, whatever their colours, however much is left."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pi_heif  # type: ignore[import-untyped]
from PIL import Image, ImageCms, ImageFile, ImageOps, UnidentifiedImageError

from include.errors import BrokenDocument, EmptyDocument, OverLimit
from include.pages.worker.sniff import IMAGES
from include.settings import ReaderLimits

FORMATS = tuple(kind.upper() for kind in IMAGES)
#: Assumed width in points of a page whose resolution is not known: A4 upright or across.
A4_WIDTH, A4_ACROSS = 595.0, 842.0
#: With less than this share of its rows there, a cut off picture is of no use.
MIN_LEFT = 0.1
_SANE_DPI = range(60, 1201)
#: What grey values of a deep picture may end at: 8, 12 and 16 bits.
_DEPTHS = (255, 4095, 65535)
#: What libraries raise on bytes that they cannot decode.
_UNDECODABLE = (OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, OverflowError)

# One thread: the reader forks, and its children run side by side.
pi_heif.register_heif_opener(decode_threads=1, thumbnails=False, depth_images=False)
Image.init()  # once, before forking
Image.MAX_IMAGE_PIXELS = None  # counted before decoding, by a limit of our own


@dataclass(frozen=True)
class Frame:
    """Upright RGB pixels, how many of them make a point, and whether the end is missing."""

    array: Any
    scale: float
    is_truncated: bool = False


class Pictures:
    """The frames of one image file."""

    def __init__(self, data: bytes, limits: ReaderLimits) -> None:
        """Open `data`; raises BrokenDocument, EmptyDocument, OverLimit."""
        self._data = data
        self._limits = limits
        self.image = _opened(data)
        if 0 in self.image.size:
            raise EmptyDocument("a picture without area")
        self.count = _frames(self.image, limits.pages)
        if self.count > limits.pages:
            raise OverLimit(f"more than {limits.pages} pictures in one file")

    def frame(self, number: int) -> Frame:
        """Frame `number` (from 1); raises one of PAGE_FAULTS when it cannot be decoded."""
        image, is_truncated = self._loaded(number)
        across, down = (_sane(value) for value in (*image.info.get("dpi", (0, 0)), 0, 0)[:2])
        upright = _upright(image, across, down)
        rgb = np.asarray(_in_colour(upright).convert("RGB"))
        if is_truncated:
            rgb = _white_where_missing(rgb)
        return Frame(rgb, _scale(upright.size, max(across, down)), is_truncated)

    def _loaded(self, number: int) -> tuple[Any, bool]:
        """The decoded frame, and whether its end is missing; raises ValueError."""
        self._seek(self.image, number)
        try:
            self.image.load()
        except _UNDECODABLE:
            pass
        else:
            return self.image, False
        try:
            with _lenient():
                image = _opened(self._data)
                self._seek(image, number)
                image.load()
        except (BrokenDocument, *_UNDECODABLE) as error:
            raise ValueError(f"the picture is damaged ({error})") from error
        return image, True

    def _seek(self, image: Any, number: int) -> None:
        try:
            image.seek(number - 1)
        except _UNDECODABLE as error:
            raise ValueError(f"the picture is damaged ({error})") from error
        pixels, allowed = image.width * image.height, self._limits.megapixels
        if pixels > allowed * 1e6:
            raise OverLimit(f"{pixels / 1e6:.0f} megapixels on a page, allowed are {allowed}")


def _opened(data: bytes) -> Any:
    warnings.simplefilter("ignore")
    try:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError as error:
        raise BrokenDocument("the picture cannot be decoded") from error
    except _UNDECODABLE as error:
        if "too large" in str(error):  # texts inside a PNG that unpack to more than Pillow allows
            raise OverLimit("the picture carries hidden data that unpacks without end") from error
        raise BrokenDocument(f"the picture cannot be decoded ({error})") from error


def _frames(image: Any, enough: int) -> int:
    """How many frames there are; a damaged one counts, what may follow it cannot be found."""
    if image.format != "TIFF":
        return int(getattr(image, "n_frames", 1))
    for number in range(enough + 1):
        try:
            image.seek(number)
        except EOFError:
            return max(number, 1)
        except _UNDECODABLE:
            return number + 1
    return enough + 1


@contextmanager
def _lenient() -> Iterator[None]:
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False


def _white_where_missing(rgb: Any) -> Any:
    """Rows that were never there as paper; raises ValueError when hardly any other is left."""
    same = (rgb == rgb[-1, 0]).all(axis=(1, 2))
    there = len(rgb) - int(np.argmin(same[::-1])) if not same.all() else 0
    if there < MIN_LEFT * len(rgb):
        raise ValueError(f"the picture is cut off: only {there / len(rgb):.0%} of it is there")
    whole = rgb.copy()
    whole[there:] = 255
    return whole


def _upright(image: Any, across: int, down: int) -> Any:
    """The image as its camera was held, with as many dots per inch down as across."""
    squared = _squared(image, across, down)
    try:
        return ImageOps.exif_transpose(squared) or squared
    except (*_UNDECODABLE, ZeroDivisionError):
        return squared  # unreadable Exif data


def _squared(image: Any, across: int, down: int) -> Any:
    """A coarse fax has half as many dots per inch down as across."""
    if not across or not down or across == down or not 1 / 3 <= across / down <= 3:
        return image
    finer = max(across, down)
    size = round(image.width * finer / across), round(image.height * finer / down)
    exif = image.getexif()
    grown = _in_colour(image).convert("L" if image.mode == "1" else "RGB").resize(size)
    grown.getexif().update(exif)
    return grown


def _in_colour(image: Any) -> Any:
    """The image in 8-bit colours that Pillow makes RGB of, on white paper."""
    mode = image.mode
    if mode in ("RGBa", "La"):
        image, mode = image.convert("RGBA" if mode == "RGBa" else "LA"), "RGBA"
    if mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        whole = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", whole.size, "white"), whole)
    if mode.startswith("I") or mode == "F":
        return _eight_bit(image)
    if mode == "LAB":
        profiles = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, *profiles, outputMode="RGB")
    return image


def _eight_bit(image: Any) -> Any:
    values = np.nan_to_num(np.asarray(image).astype(np.float64), posinf=0, neginf=0)
    low, high = float(values.min()), float(values.max())
    top = 1.0 if image.mode == "F" and low >= 0 and high <= 1 else None
    if top is None:
        top = next((depth for depth in _DEPTHS if low >= 0 and high <= depth), None)
    if top is None:
        values, top = values - low, max(high - low, 1)
    return Image.fromarray((values * (255 / top)).astype(np.uint8))


def _sane(resolution: Any) -> int:
    """Dots per inch as the file says, 0 when that cannot be."""
    try:
        value = round(float(resolution))
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return 0
    return value if value in _SANE_DPI else 0


def _scale(size: tuple[int, int], resolution: int) -> float:
    """Pixels per point; from the resolution when it makes a page between a label and A2."""
    width, height = size
    if resolution and 2 <= max(size) / resolution <= 24:
        return resolution / 72
    return width / (A4_WIDTH if height >= width else A4_ACROSS)

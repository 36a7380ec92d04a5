"""Pictures of every kind become words, also odd, turned, and cut off ones."""

from __future__ import annotations

import io
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps
from PIL.PngImagePlugin import PngInfo

from include.errors import BrokenDocument, NotWhatItSays, OverLimit, UnsupportedFormat
from include.models import Reading
from include.pages.reader import read_file
from tests import papers

pytestmark = pytest.mark.usefixtures("reader")

NOTE = [(30, 40, "Delivery note DN-7781"), (30, 70, "Received on 14.03.2026 by Nordlicht")]


@pytest.fixture
def read(tmp_path: Path):
    def read_bytes(data: bytes, name: str) -> Reading:
        path = tmp_path / "file"
        path.write_bytes(data)
        return read_file(path, name)

    return read_bytes


def text(reading: Reading) -> str:
    return " ".join(word.text for page in reading.pages for word in page.words)


def note() -> Image.Image:
    """A small slip as a scanner gives it."""
    return papers.picture(NOTE).crop((0, 0, 800, 250))


def deep(dtype: type, top: float) -> Image.Image:
    """The slip in a deeper grey."""
    return Image.fromarray((np.asarray(note().convert("L")) / 255 * top).astype(dtype))


def lab() -> Image.Image:
    profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    return ImageCms.profileToProfile(note(), *profiles, outputMode="LAB")


def transparent() -> Image.Image:
    """Black letters on nothing."""
    slip = note().convert("RGBA")
    slip.putalpha(ImageOps.invert(note().convert("L")))
    return slip


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (papers.encoded(deep(np.uint16, 65535)), "image/png"),
        (papers.encoded(deep(np.float32, 1.0), "TIFF"), "image/tiff"),
        (papers.encoded(note().convert("CMYK"), "JPEG"), "image/jpeg"),
        (papers.encoded(lab(), "TIFF"), "image/tiff"),
        (papers.encoded(note().convert("1"), "TIFF", compression="group4"), "image/tiff"),
        (papers.encoded(transparent()), "image/png"),
        (papers.encoded(transparent().quantize(8)), "image/png"),  # a palette with transparency
        (papers.encoded(note(), "BMP"), "image/bmp"),
        (papers.encoded(note(), "GIF"), "image/gif"),
        (papers.encoded(note(), "WEBP"), "image/webp"),
        ((Path(__file__).parent / "note.heic").read_bytes(), "image/heif"),
    ],
)
def test_pictures_of_every_kind_and_colour_are_read(read, data: bytes, media_type: str) -> None:
    reading = read(data, "slip")
    assert reading.media_type == media_type
    assert "DN-7781" in text(reading)


def test_a_photo_is_turned_as_the_camera_was_held(read) -> None:
    exif = Image.Exif()
    exif[0x112] = 6  # to be turned by a quarter clockwise
    data = papers.encoded(note().rotate(90, expand=True), "JPEG", exif=exif, dpi=(150, 150))
    [page] = read(data, "photo.jpg").pages
    assert page.rotation == 0
    assert page.width > page.height


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_what_is_left_of_a_cut_off_picture_is_read_and_flagged(read, kind: str) -> None:
    whole = papers.encoded(papers.picture(), kind)
    [page] = read(whole[: len(whole) * 6 // 10], "scan").pages
    assert "truncated" in page.flags
    assert "INV-2026-00417" in " ".join(word.text for word in page.words)


def test_a_picture_of_which_hardly_anything_is_left_is_broken(read) -> None:
    noise = Image.effect_noise((900, 1200), 120)  # so that few bytes are few rows
    with pytest.raises(BrokenDocument, match="cut off"):
        read(papers.encoded(noise)[:4000], "scan.png")


def test_a_bad_frame_costs_neither_the_frames_before_nor_after_it(read) -> None:
    frames = [papers.picture([(60, 100, f"Waybill number {number}")]) for number in (11, 22, 33)]
    data = bytearray(
        papers.encoded(
            frames[0].convert("1"),
            "TIFF",
            save_all=True,
            append_images=[frame.convert("1") for frame in frames[1:]],
            compression="group4",
        )
    )
    with Image.open(io.BytesIO(bytes(data))) as image:
        image.seek(1)
        start = image.tag_v2[273][0]
    data[start : start + 40] = b"\xff\x00" * 20
    image_reading = read(bytes(data), "fax.tif")
    assert {1, 3} <= {page.number for page in image_reading.pages}
    assert {"11", "33"} <= set(text(image_reading).split())


def test_frames_that_cannot_be_found_are_named_and_the_first_is_read(read) -> None:
    frames = [note(), note()]
    data = papers.encoded(frames[0], "TIFF", save_all=True, append_images=frames[1:])
    with Image.open(io.BytesIO(data)) as image:
        image.seek(1)
        second = image.tag_v2[273][0]
    reading = read(data[: second + 100], "fax.tif")
    assert "DN-7781" in text(reading)
    assert list(reading.bad_pages) in ([2], [])


def test_more_pixels_than_allowed_are_not_decoded(read, monkeypatch) -> None:
    monkeypatch.setenv("LADING_READER_MEGAPIXELS", "1")
    with pytest.raises(OverLimit, match="megapixels"):
        read(papers.encoded(papers.picture()), "scan.png")


def test_texts_hidden_in_a_png_do_not_unfold(read) -> None:
    info = PngInfo()
    info.add(b"zTXt", b"Comment\x00\x00" + zlib.compress(b"a" * (80 << 20)))
    with pytest.raises(OverLimit):
        read(papers.encoded(note(), pnginfo=info), "scan.png")


@pytest.mark.parametrize(
    ("name", "data", "error", "reason"),
    [
        ("a.jp2", b"\x00\x00\x00\x0cjP  \r\n\x87\n" + b"\x00" * 40, UnsupportedFormat, "JPEG 2000"),
        ("a.heic", b"\x00\x00\x00\x1cftypmp42" + b"\x00" * 40, NotWhatItSays, "film"),
        ("a.heic", b"\x00\x00\x00\x1cftypheic" + b"\x00" * 40, BrokenDocument, "decoded"),
    ],
)
def test_pictures_that_nobody_reads_say_what_they_are(
    read, name: str, data: bytes, error: type[Exception], reason: str
) -> None:
    with pytest.raises(error, match=reason):
        read(data, name)

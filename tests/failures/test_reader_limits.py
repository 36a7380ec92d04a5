"""What a hostile file may do to the reader: nothing but fail, with the reason."""

from __future__ import annotations

import io
import os
import signal
import threading
import time
import zipfile
import zlib
from pathlib import Path

import pytest

from include.errors import BadDocument, LadingError, OverLimit, ReaderCrashed, ReaderUnavailable
from include.pages.reader import read_file
from tests import papers
from tests.conftest import stop_reader

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A dense page that takes the OCR some seconds."""
    path = tmp_path / "scan.png"
    rows = [(x, y, f"{x * y} kg") for y in range(40, 800, 14) for x in (40, 180, 320, 460)]
    path.write_bytes(papers.encoded(papers.picture(rows, dpi=200), dpi=(200, 200)))
    return path


@pytest.fixture
def still_reads(reader: Path, tmp_path: Path):
    """The reader goes on working whatever the test did to it."""
    path = tmp_path / "good.pdf"
    path.write_bytes(papers.pdf())
    yield
    assert read_file(path, "good.pdf").pages[0].words


def png_of(width: int, height: int) -> bytes:
    """A black PNG of any size in a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data).to_bytes(4, "big")
        return len(data).to_bytes(4, "big") + kind + data + check

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x01\x00\x00\x00\x00"
    packer = zlib.compressobj(9)
    row = b"\x00" * (1 + (width + 7) // 8)
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def children_of(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in text.split()]


def busy_children_of(pid: int) -> list[int]:
    """Without those that wait for another file."""
    return [child for child in children_of(pid) if name_of(child) != "lading-waits"]


def name_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def reading_process(home: Path) -> int:
    """The process that reads the file at this moment: the server's child.

    It is seen twice: one that has just finished an earlier file is about to wait for another.
    """
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            server = int((home / "run" / "reader.pid").read_text())
            for child in busy_children_of(server):
                time.sleep(0.1)
                if child in busy_children_of(server):
                    return child
        except (OSError, ValueError):
            pass
        time.sleep(0.02)
    raise AssertionError("nothing is being read")


def read_aside(path: Path) -> tuple[threading.Thread, list[object]]:
    """Read in a thread; the list gets the reading or the error."""
    result: list[object] = []

    def run() -> None:
        try:
            result.append(read_file(path, path.name))
        except LadingError as error:
            result.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, result


@pytest.mark.usefixtures("still_reads")
def test_an_image_bomb_is_refused_before_it_unfolds(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(png_of(40_000, 40_000))
    assert path.stat().st_size < 1_000_000
    begun = time.monotonic()
    with pytest.raises(OverLimit, match="1600 megapixels"):
        read_file(path, path.name)
    assert time.monotonic() - begun < 20


@pytest.mark.usefixtures("still_reads")
def test_a_zip_bomb_in_a_word_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.docx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/document.xml", "w") as member,
    ):
        for _ in range(600):
            member.write(b"\x00" * (1 << 20))
    with pytest.raises(OverLimit, match="unpacked"):
        read_file(path, path.name)


@pytest.mark.usefixtures("still_reads")
def test_too_many_pages_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LADING_READER_PAGES", "2")
    path = tmp_path / "long.pdf"
    path.write_bytes(papers.pdf(papers.INVOICE, papers.INVOICE, papers.INVOICE))
    with pytest.raises(OverLimit, match="3 pages"):
        read_file(path, path.name)


@pytest.mark.usefixtures("still_reads")
def test_a_memory_hog_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LADING_READER_MEMORY_MB", "64")
    path = tmp_path / "hog.png"
    path.write_bytes(png_of(8000, 8000))
    with pytest.raises(OverLimit, match="64 MB of memory"):
        read_file(path, path.name)


def endless_pdf() -> bytes:
    """Forms that draw forms that draw forms: each level ten times the work of the next."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        " /Resources << /XObject << /F 5 0 R >> >> >>",
        stream("/F Do " * 10),
    ]
    for level in range(9):
        inner = f"/Resources << /XObject << /F {6 + level} 0 R >> >>" if level < 8 else ""
        content = "/F Do " * 10 if level < 8 else "0 0 m 500 500 l S " * 10
        objects.append(
            stream(content, f"/Type /XObject /Subtype /Form /BBox [0 0 595 842] {inner}")
        )
    out = io.BytesIO(b"")
    out.write(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n{body}\nendobj\n".encode())
    start = out.tell()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode())
    out.write(f"trailer << /Root 1 0 R /Size {len(objects) + 1} >>\n".encode())
    out.write(f"startxref\n{start}\n%%EOF".encode())
    return out.getvalue()


def stream(content: str, entries: str = "") -> str:
    return f"<< /Length {len(content)} {entries} >>\nstream\n{content}\nendstream"


# Whichever limit is reached first ends it, and is named.
@pytest.mark.usefixtures("still_reads")
@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("LADING_READER_WALL_S", "2", "2 s of time"),
        ("LADING_READER_CPU_S", "2", "2 s of processor time"),
        ("LADING_READER_PAGE_S", "1", "1 s of processor time"),
    ],
)
def test_a_page_that_never_ends_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, said: str
) -> None:
    monkeypatch.setenv(setting, value)
    path = tmp_path / "endless.pdf"
    path.write_bytes(endless_pdf())
    with pytest.raises((BadDocument, ReaderUnavailable)) as caught:
        read_file(path, path.name)
    if isinstance(caught.value, ReaderUnavailable):  # the tests' machine has other things to do
        assert "too busy" in str(caught.value)
        assert setting == "LADING_READER_WALL_S"
    else:
        assert said in str(caught.value)


@pytest.mark.usefixtures("still_reads")
def test_too_much_output_is_refused(scan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("LADING_READER_OUTPUT_MB", "0")
        with pytest.raises(OverLimit, match="0 MB of output"):
            read_file(scan, scan.name)


@pytest.mark.usefixtures("still_reads")
def test_a_crash_of_the_child_is_named_and_harms_nobody_else(reader: Path, scan: Path) -> None:
    thread, result = read_aside(scan)
    os.kill(reading_process(reader), signal.SIGSEGV)
    thread.join(60)
    [error] = result
    assert isinstance(error, ReaderCrashed)
    assert "SIGSEGV" in str(error)


def test_a_reader_killed_in_the_middle_is_a_passing_fault_and_comes_back(
    tmp_path: Path, scan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LADING_READER_HOME", str(tmp_path / "own"))
    thread, result = read_aside(scan)
    child = reading_process(tmp_path / "own")
    os.kill(int((tmp_path / "own" / "run" / "reader.pid").read_text()), signal.SIGKILL)
    thread.join(30)
    assert isinstance(result[0], ReaderUnavailable)
    deadline = time.monotonic() + 10
    while Path(f"/proc/{child}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{child}").exists(), "the child outlives the server"
    assert read_file(scan, scan.name).pages[0].words
    stop_reader(tmp_path / "own")


def test_two_at_once_start_one_reader_and_an_idle_one_leaves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / ("a" * 120)  # too long for a socket's address
    monkeypatch.setenv("LADING_READER_HOME", str(home))
    monkeypatch.setenv("LADING_READER_IDLE_S", "1")
    path = tmp_path / "good.pdf"
    path.write_bytes(papers.pdf())
    asked = [read_aside(path) for _ in range(2)]
    for thread, _ in asked:
        thread.join(180)
    assert all(not isinstance(result[0], LadingError) for _, result in asked)
    assert (home / "logs" / "reader.log").read_text().count("ready after") == 1
    deadline = time.monotonic() + 30
    while (home / "run" / "reader.pid").exists() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not (home / "run" / "reader.pid").exists()


def test_the_socket_is_for_its_owner_only(reader: Path, tmp_path: Path) -> None:
    from include.pages.sandbox import socket_path

    path = tmp_path / "good.pdf"
    path.write_bytes(papers.pdf())
    read_file(path, "good.pdf")
    assert socket_path(reader).stat().st_mode & 0o777 == 0o600
    assert socket_path(reader).parent.stat().st_mode & 0o777 == 0o700

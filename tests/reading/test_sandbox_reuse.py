"""A child that has read a plain text file reads the next one, and knows nothing of the first."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest

from include.errors import LadingError
from include.models import Reading
from include.pages.options import ReadOptions
from include.pages.reader import read_file
from tests import papers
from tests.conftest import stop_reader
from tests.failures.test_reader_limits import (
    busy_children_of,
    children_of,
    endless_pdf,
    name_of,
    reading_process,
)
from tests.reading.test_sandbox_pages import begun, joined, numbers, scan_of, written

#: With passwords at hand every file has a child of its own.
_ALONE = ReadOptions(passwords=("none",))


@pytest.fixture(scope="module")
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A reader of this module's own, whose temporary folder is `tmp` below its home."""
    home = tmp_path_factory.mktemp("own-reader")
    (home / "tmp").mkdir()
    yield home
    stop_reader(home)


@pytest.fixture
def server(own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """The process of a running reader."""
    monkeypatch.setenv("LADING_READER_HOME", str(own_home))
    monkeypatch.setenv("LADING_READER_CACHE_MB", "0")
    monkeypatch.setenv("TMPDIR", str(own_home / "tmp"))
    path = written(tmp_path, "first.pdf", papers.pdf())
    assert numbers(read_file(path, path.name, _ALONE)) == [1]
    return int((own_home / "run" / "reader.pid").read_text())


def waiting(server: int) -> set[int]:
    """The children that wait for another file, once nothing is being read any more."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        before = children_of(server)
        time.sleep(0.2)
        if children_of(server) == before and not busy_children_of(server):
            return {child for child in before if name_of(child) == "lading-waits"}
    raise AssertionError("it does not come to rest")


def scratch(home: Path) -> list[Path]:
    """The temporary files of children, and the folders of those that do not wait."""
    return [path for path in home.glob("run/reader-scratch/*/*")]


def same(one: Reading, other: Reading) -> bool:
    def timeless(reading: Reading) -> Reading:
        pages = tuple(dataclasses.replace(page, seconds=0) for page in reading.pages)
        return dataclasses.replace(reading, pages=pages, seconds=0)

    return timeless(one) == timeless(other)


def word_file() -> bytes:
    document, out = docx.Document(), io.BytesIO()
    document.add_paragraph("Packing list of the goods that were shipped.")
    document.save(out)
    return out.getvalue()


def test_one_child_reads_files_of_all_kinds_as_fresh_ones_do(
    own_home: Path, server: int, tmp_path: Path
) -> None:
    other = [(60, 100, "PACKING LIST"), (60, 130, "Gross weight 412 kg")]
    paths = [
        written(tmp_path, "invoice.pdf", papers.pdf()),
        written(tmp_path, "list.pdf", papers.pdf(other, papers.INVOICE)),
        written(tmp_path, "goods.csv", b"item,quantity\nbolt,4\n"),
        written(tmp_path, "note.txt", b"Please find the invoice attached.\n"),
        written(tmp_path, "list.docx", word_file()),
        written(tmp_path, "large.pdf", papers.pdf(*[papers.INVOICE] * 40)),
    ]
    fresh = [read_file(path, path.name, _ALONE) for path in paths]
    read_file(paths[0], paths[0].name)
    [child] = waiting(server)
    for path, expected in [*zip(paths, fresh, strict=True)] * 2:
        assert same(read_file(path, path.name), expected), path.name
        assert waiting(server) == {child}
        assert scratch(own_home) == []


def test_a_child_that_did_anything_unusual_reads_no_other_file(
    server: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("LADING_READER_PAGE_S", "1")
        bad = written(tmp_path, "mixed.pdf", joined(papers.pdf(), endless_pdf(), papers.pdf()))
        before = waiting(server)
        assert numbers(read_file(bad, bad.name)) == [1, 3]
        assert waiting(server) <= before
    good = written(tmp_path, "good.pdf", papers.pdf())
    read_file(good, good.name, _ALONE)
    scan = written(tmp_path, "scan.tif", scan_of(1))
    read_file(scan, scan.name)
    broken = written(tmp_path, "broken.docx", word_file()[:400])
    with pytest.raises(LadingError):
        read_file(broken, broken.name)
    assert waiting(server) <= before


def test_one_that_is_killed_while_it_waits_harms_nobody(server: int, tmp_path: Path) -> None:
    path = written(tmp_path, "good.pdf", papers.pdf())
    for _ in range(3):
        read_file(path, path.name)
        for child in waiting(server):
            os.kill(child, signal.SIGKILL)
    assert numbers(read_file(path, path.name)) == [1]


def test_one_that_dies_on_its_next_file_leaves_that_to_a_fresh_one(
    own_home: Path, server: int, tmp_path: Path
) -> None:
    path = written(tmp_path, "good.pdf", papers.pdf())
    read_file(path, path.name)
    children = waiting(server)
    long = written(tmp_path, "long.pdf", papers.pdf(*[papers.INVOICE] * 60))
    thread, result = begun(long)
    child = reading_process(own_home)
    os.kill(child, signal.SIGSEGV)
    thread.join(60)
    assert child in children
    [reading] = result
    assert isinstance(reading, Reading)
    assert numbers(reading) == list(range(1, 61))
    assert reading.bad_pages == {}
    assert child not in waiting(server)


def test_two_hundred_requests_leave_nothing_behind(
    own_home: Path, server: int, tmp_path: Path
) -> None:
    path = written(tmp_path, "good.pdf", papers.pdf())
    for _ in range(50):
        four = [begun(path) for _ in range(4)]
        for thread, _ in four:
            thread.join(60)
        assert all(isinstance(result[0], Reading) for _, result in four)
    assert len(waiting(server)) <= (os.cpu_count() or 1) + 1
    assert len(children_of(server)) == len(waiting(server))
    assert len(list(own_home.glob("run/reader-scratch/*"))) == len(waiting(server))
    assert scratch(own_home) == []
    handles = len(list(Path(f"/proc/{server}/fd").iterdir()))
    assert handles < 20 + 2 * len(waiting(server))
    os.kill(server, signal.SIGTERM)
    deadline = time.monotonic() + 20
    while Path(f"/proc/{server}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    with contextlib.suppress(FileNotFoundError):
        assert not (own_home / "run" / "reader-scratch").exists()

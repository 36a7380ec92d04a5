"""A file that was read once is not read again, unless anything that matters has changed."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from include.models import Page, Reading
from include.pages import cache
from include.pages.options import ReadOptions
from include.pages.reader import read_file
from include.settings import Settings, load_settings
from tests import papers

PROJECT = Path(__file__).resolve().parents[2]
DEFAULT = ReadOptions()


@pytest.fixture
def settings(reader: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A cache of this test's own; the reader is everybody's."""
    monkeypatch.setenv("LADING_READER_CACHE_MB", "8")
    folder = reader / "cache"
    if folder.is_symlink():
        folder.unlink()
    (tmp_path / "cache").mkdir()
    folder.symlink_to(tmp_path / "cache")
    return load_settings()


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "scan.png"
    path.write_bytes(papers.encoded(papers.picture(dpi=100), dpi=(100, 100)))
    return path


def entries(settings: Settings) -> list[Path]:
    folder = settings.reader_home / "cache" / "readings"
    return [path for path in folder.rglob("*") if path.is_file()]


def reading(words: int = 3) -> Reading:
    from include.models import Box, Word

    one = Word("Rechnung", Box(1, 2, 3, 4), 0.9)
    page = Page(number=1, width=595, height=842, words=(one,) * words, engine="x")
    return Reading(media_type="image/png", pages=(page,))


def test_a_scan_is_read_once(settings: Settings, scan: Path) -> None:
    first = read_file(scan, scan.name)
    begun = time.perf_counter()
    second = read_file(scan, scan.name)
    assert time.perf_counter() - begun < 0.05 or os.getloadavg()[0] > (os.cpu_count() or 1)
    assert second == first
    [entry] = entries(settings)
    assert entry.stat().st_mode & 0o777 == 0o600


def test_only_complete_readings_without_a_password_are_kept(settings: Settings) -> None:
    bad = dataclasses.replace(reading(), bad_pages={2: "torn"})
    cache.keep("a" * 64, bad, DEFAULT, settings)
    cache.keep("a" * 64, reading(), ReadOptions(passwords=("x",)), settings)
    off = dataclasses.replace(settings, reader_cache_mb=0)
    cache.keep("a" * 64, reading(), DEFAULT, off)
    assert entries(settings) == []
    cache.keep("a" * 64, reading(), DEFAULT, settings)
    assert cache.load("a" * 64, settings) == reading()
    assert cache.load("a" * 64, off) is None


def test_whatever_changes_the_words_changes_the_key(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = dataclasses.replace(settings.reader, megapixels=1)
    keys = [
        cache.key_of(b"x", "a.png", DEFAULT, settings),
        cache.key_of(b"y", "a.png", DEFAULT, settings),
        cache.key_of(b"x", "a.txt", DEFAULT, settings),
        cache.key_of(b"x", "a.png", ReadOptions(engine="tesseract"), settings),
        cache.key_of(b"x", "a.png", ReadOptions(first=2), settings),
        cache.key_of(b"x", "a.png", DEFAULT, dataclasses.replace(settings, reader=other)),
    ]
    monkeypatch.setattr(cache, "code_version", lambda: "of tomorrow")
    keys.append(cache.key_of(b"x", "a.png", DEFAULT, settings))
    assert len(set(keys)) == len(keys)
    monkeypatch.undo()
    assert cache.key_of(b"x", "other.PNG", DEFAULT, settings) == keys[0]


def test_what_an_older_reader_read_is_not_kept(
    settings: Settings, scan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "code_version", lambda: "newer than the running reader's")
    read_file(scan, scan.name)
    assert entries(settings) == []


@pytest.mark.parametrize("damage", [b"", b"junk", b"\x00" * 64])
def test_a_damaged_entry_is_no_entry(settings: Settings, damage: bytes) -> None:
    cache.keep("b" * 64, reading(), DEFAULT, settings)
    [entry] = entries(settings)
    entry.write_bytes(damage)
    assert cache.load("b" * 64, settings) is None
    assert not entry.exists()


def test_the_oldest_go_first_when_there_is_no_room(settings: Settings) -> None:
    small = dataclasses.replace(settings, reader_cache_mb=1)
    text = [os.urandom(4).hex() for _ in range(2000)]  # does not compress well
    page = reading(1).pages[0]
    words = tuple(dataclasses.replace(page.words[0], text=t) for t in text)
    big = dataclasses.replace(reading(), pages=(dataclasses.replace(page, words=words),))
    keys = [f"c{n}".ljust(64, "0") for n in range(8)]
    for age, key in enumerate(keys):
        cache.keep(key, big, DEFAULT, small)
        path = small.reader_home / "cache" / "readings" / "c" / key
        os.utime(path, (age, age))
        assert cache.load(keys[0], small)  # used again and again
    assert sum(path.stat().st_size for path in entries(small)) <= 1 << 16
    assert cache.load(keys[0], small)
    assert cache.load(keys[1], small) is None


_WRITES = """
import sys
from include.pages import cache
from include.pages.options import ReadOptions
from include.settings import load_settings
from tests.reading.test_cache import reading
big = reading(20000)
print("writing", flush=True)
while True:
    for n in range(16):
        cache.keep(f"{n:x}".ljust(64, "0"), big, ReadOptions(), load_settings())
"""


def test_a_writer_killed_in_the_middle_leaves_no_broken_entry(settings: Settings) -> None:
    for delay in (0.02, 0.1, 0.3):
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITES], cwd=PROJECT, stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout and writer.stdout.readline() == "writing\n"
        time.sleep(delay)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        for n in range(16):
            key = f"{n:x}".ljust(64, "0")
            path = settings.reader_home / "cache" / "readings" / key[0] / key
            assert not path.exists() or cache.load(key, settings) == reading(20000)


def test_several_may_keep_and_load_the_same_at_once(settings: Settings) -> None:
    def both(_: int) -> bool:
        cache.keep("d" * 64, reading(500), DEFAULT, settings)
        return cache.load("d" * 64, settings) in (None, reading(500))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(both, range(100)))
    assert [path.name for path in entries(settings)] == ["d" * 64]

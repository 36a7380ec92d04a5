"""Readings kept on disk, so that the same bytes are not read twice by the same reader."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import secrets
import time
import zlib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from include.models import Reading
from include.pages.answer import reading_from_json, reading_to_json
from include.pages.options import ReadOptions
from include.settings import Settings

#: Packages whose version changes what is read.
_PACKAGES = (
    "pypdfium2",
    "rapidocr",
    "onnxruntime",
    "unstructured",
    "pillow",
    "opencv-python-headless",
)
#: Each folder is bounded by its share, so that keeping one reading looks at few others.
_FOLDERS = 16
_DIGEST_BYTES = 32
#: A file that is being written is taken for abandoned after this many seconds.
_ABANDONED_S = 3600.0


@functools.cache
def code_version() -> str:
    """What reads: a digest of the reader's own code and of the versions of what it uses."""
    digest = hashlib.sha256()
    worker = Path(__file__).parent / "worker"
    for path in sorted(worker.rglob("*.py")):
        digest.update(str(path.relative_to(worker)).encode())
        digest.update(path.read_bytes())
    for name in _PACKAGES:
        digest.update(f"{name}={_version(name)}\n".encode())
    return digest.hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def key_of(data: bytes, file_name: str, options: ReadOptions, settings: Settings) -> str:
    """Names a reading: the same bytes, read in the same way, by the same code."""
    ways = [
        code_version(),
        Path(file_name).suffix.lower(),
        options.engine,
        options.first,
        options.last,
        settings.reader.pages,
        settings.reader.megapixels,
    ]
    digest = hashlib.sha256(data)
    digest.update(json.dumps(ways).encode())
    return digest.hexdigest()


def load(key: str, settings: Settings) -> Reading | None:
    """The reading kept under this key, if it is there and whole."""
    if not settings.reader_cache_mb:
        return None
    path = _path(key, settings)
    try:
        stored = path.read_bytes()
    except OSError:
        return None
    body = stored[_DIGEST_BYTES:]
    try:
        if hashlib.sha256(body).digest() != stored[:_DIGEST_BYTES]:
            raise ValueError("damaged")
        reading = reading_from_json(json.loads(zlib.decompress(body)))
        os.utime(path)
    except (ValueError, KeyError, TypeError, IndexError, zlib.error):
        path.unlink(missing_ok=True)
        return None
    except OSError:
        return None  # removed at this very moment
    return reading


def keep(key: str, reading: Reading, options: ReadOptions, settings: Settings) -> None:
    """Keep a complete reading; never one of a file that a password may have opened."""
    if not settings.reader_cache_mb or reading.bad_pages or options.passwords:
        return
    text = json.dumps(reading_to_json(reading), ensure_ascii=False)
    body = zlib.compress(text.encode("utf-8", "replace"), 3)
    most = settings.reader_cache_mb * (1 << 20) // _FOLDERS
    if len(body) + _DIGEST_BYTES > most:
        return
    path = _path(key, settings)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(path, hashlib.sha256(body).digest() + body)
        _make_room(path.parent, most)
    except OSError:
        return  # a full disk must not cost the reading


def _path(key: str, settings: Settings) -> Path:
    return settings.reader_home / "cache" / "readings" / key[0] / key


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, and for the owner only."""
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    number = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
        aside.replace(path)
    except OSError:
        aside.unlink(missing_ok=True)
        raise


def _make_room(folder: Path, most: int) -> None:
    """Remove what was used longest ago until the folder's files are within `most` bytes."""
    found = sorted(_files(folder))
    size = sum(size for _, size, _ in found)
    for used_at, bytes_, path in found:
        is_abandoned = path.name.startswith(".") and time.time() - used_at > _ABANDONED_S
        if size > most or is_abandoned:
            path.unlink(missing_ok=True)
            size -= bytes_


def _files(folder: Path) -> Iterator[tuple[float, int, Path]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            try:
                about = entry.stat()
            except OSError:
                continue  # removed at this very moment
            yield about.st_mtime, about.st_size, Path(entry.path)

"""A child that waits for another file may say that it has tidied up, once, and nothing else."""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from include.pages.server.children import Child
from include.pages.server.kept import Kept, may_share
from include.settings import ReaderLimits

LIMITS = ReaderLimits()
_READY = b'{"ready": true}\n'


def forked(folder: Path, act: Callable[[int], None]) -> Child:
    """A child that does this with its pipe, and then waits to be killed."""
    folder.mkdir()
    messages, says = os.pipe()
    hears, orders = os.pipe()
    pid = os.fork()
    if pid == 0:
        act(says)
        time.sleep(60)
        os._exit(0)
    os.close(says)
    os.close(hears)
    return Child(pid, messages, orders, folder, LIMITS)


def heard(kept: Kept, times: int) -> None:
    for _ in range(times):
        for number in kept.watched():
            if select.select([number], [], [], 1)[0]:
                kept.happened(number)


def is_kept(kept: Kept, child: Child) -> bool:
    """Whether it waits and may be given a file; if not, it has been ended."""
    deadline = time.monotonic() + 5
    while len(kept) > len(kept.watched()) and time.monotonic() < deadline:
        kept.check(time.monotonic())
        time.sleep(0.01)
    return child.messages in kept.watched()


@pytest.mark.parametrize(
    ("said", "is_trusted"),
    [
        (_READY, True),
        (_READY * 2, False),
        (b'{"ready": true, "more": 1}\n', False),
        (b'{"page": 1}\n', False),
        (b"x" * 100, False),
    ],
)
def test_whatever_else_it_says_is_its_end(tmp_path: Path, said: bytes, is_trusted: bool) -> None:
    kept = Kept(2)
    child = forked(tmp_path / "own", lambda pipe: os.write(pipe, said) and None)
    kept.keep(child)
    heard(kept, 2 if not is_trusted else 1)
    assert is_kept(kept, child) == is_trusted
    assert (tmp_path / "own").exists() == is_trusted
    if is_trusted:
        os.kill(child.pid, signal.SIGKILL)
        heard(kept, 1)
        assert not is_kept(kept, child)


def test_one_that_left_a_file_behind_is_ended(tmp_path: Path) -> None:
    def act(pipe: int) -> None:
        (tmp_path / "own" / "left").write_text("x")
        os.write(pipe, _READY)

    kept = Kept(2)
    child = forked(tmp_path / "own", act)
    kept.keep(child)
    heard(kept, 1)
    assert not is_kept(kept, child)


def test_no_more_than_so_many_wait_and_not_for_long(tmp_path: Path) -> None:
    kept = Kept(2)
    children = [forked(tmp_path / str(n), lambda pipe: None) for n in range(3)]
    for child in children:
        kept.keep(child)
    assert [is_kept(kept, child) for child in children] == [True, True, False]
    kept.check(time.monotonic() + 3600)
    assert not any(is_kept(kept, child) for child in children)


def test_only_a_small_plain_file_is_handed_over(tmp_path: Path) -> None:
    small, large, pipe = tmp_path / "small", tmp_path / "large", tmp_path / "pipe"
    small.write_bytes(b"x" * 100_000)
    large.write_bytes(b"x" * (5 << 20))
    os.mkfifo(pipe)
    kept = Kept(2)
    child = forked(tmp_path / "own", lambda says: os.write(says, _READY) and None)
    kept.keep(child)
    heard(kept, 1)
    for path in (large, pipe, tmp_path / "none"):
        assert kept.handed(request(path), LIMITS) is None
    assert kept.handed(request(small), ReaderLimits(pages=1)) is None
    assert kept.handed(request(small), LIMITS) is child
    assert kept.handed(request(small), LIMITS) is None
    child.kill()
    child.close()
    while not child.ended():
        time.sleep(0.01)


def request(path: Path, **more: object) -> dict[str, object]:
    return {"kind": "read", "path": str(path), "file_name": path.name} | more


def test_passwords_pictures_and_other_work_are_not_shared() -> None:
    assert may_share(request(Path("a.pdf")))
    assert not may_share(request(Path("a.pdf"), options={"passwords": ["x"]}))
    assert not may_share(request(Path("a.pdf"), kind="render"))
    assert not may_share(request(Path("A.TIFF")))

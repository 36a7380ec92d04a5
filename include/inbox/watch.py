"""What lies in the inbox folder, and which of it is finished; light enough for the triggerer."""

from __future__ import annotations

import fcntl
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

#: Endings that programs use while they are still writing.
UNFINISHED = (".part", ".tmp", ".partial", ".crdownload", ".filepart", ".swp")

#: How long a file must rest where nobody can tell whether it is still open for writing.
BLIND_S = 3.0


def candidates(inbox: Path) -> Iterator[Path]:
    """Regular files below the inbox, hidden and unfinished names left out."""
    for folder, folders, names in os.walk(inbox):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(folder) / name
            if name.startswith(".") or name.lower().endswith(UNFINISHED):
                continue
            try:
                if stat.S_ISREG(path.lstat().st_mode):
                    yield path
            except FileNotFoundError:
                continue


def is_stable(path: Path, stable_s: float) -> bool:
    """Whether nobody writes the file any more: old enough, and open for writing nowhere."""
    try:
        age = time.time() - path.lstat().st_mtime
        # A clock that runs ahead on the sender's side must not hold a file back for ever.
        if -60 < age < stable_s:
            return False
        is_written = _is_being_written(path)
    except FileNotFoundError:
        return False
    return is_written is False or (is_written is None and not -60 < age < BLIND_S)


def _is_being_written(path: Path) -> bool | None:
    """Linux grants a read lease only on files that no process has open for writing.

    None where there are no leases: another's file, or a file system such as NFS.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return False


def arrival_key(inbox: Path, path: Path) -> str:
    """The same file handed over again has the same key; a file put there anew has another."""
    s = path.stat()
    return f"folder:{path.relative_to(inbox)}:{s.st_ino}:{s.st_mtime_ns}:{s.st_size}"


def stable_keys(inbox: Path, stable_s: float) -> set[str]:
    """The arrival keys of the files that are ready to be landed."""
    keys = set()
    for path in candidates(inbox):
        if is_stable(path, stable_s):
            try:
                keys.add(arrival_key(inbox, path))
            except FileNotFoundError:
                continue
    return keys

"""Names of files inside files: somebody else wrote them, so they are cleaned before use."""

from __future__ import annotations

import re
import unicodedata

MAX_LENGTH = 120
_FORBIDDEN = re.compile(r'[<>:"|?*]')


def clean_name(raw: str, fallback: str, keep_folders: bool = False) -> str:
    """A name without a path, control or invisible characters, and of bearable length.

    With `keep_folders` the folders inside an archive stay before it, as "folder/name".
    """
    # Control, format (they turn the reading direction around), surrogate and private characters.
    shown = "".join(c for c in raw if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))
    pieces = [
        " ".join(_FORBIDDEN.sub("_", piece).split()).strip(" .") if piece.strip(" .") else ""
        for piece in _without_drive(shown.replace("\\", "/")).split("/")
    ]
    kept = [piece for piece in pieces if piece]
    name = "/".join(kept) if keep_folders else (kept[-1] if kept else "")
    return _shortened(name or fallback)


def _without_drive(path: str) -> str:
    return path[2:] if re.match(r"[A-Za-z]:", path) else path


def _shortened(name: str) -> str:
    if len(name) <= MAX_LENGTH:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 8:
        return name[:MAX_LENGTH]
    return stem[: MAX_LENGTH - len(ending) - 1] + "." + ending

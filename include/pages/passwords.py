"""Which passwords to try on an encrypted file: those whose pattern fits its name or its sender."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase


def passwords_for(
    passwords: Mapping[str, tuple[str, ...]], file_name: str, sender: str = ""
) -> tuple[str, ...]:
    """The passwords in the order of their patterns; letters' case does not matter."""
    names = [file_name.lower(), *([sender.lower()] if sender else [])]
    found = (
        word
        for pattern, words in passwords.items()
        if any(fnmatchcase(name, pattern.lower()) for name in names)
        for word in words
    )
    return tuple(dict.fromkeys(found))

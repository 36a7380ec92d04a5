"""What may be said with a request to the reader, beyond the file and its limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class ReadOptions:
    """How to read one file.

    `passwords` are tried in order on an encrypted file; `engine` is the OCR engine's name;
    `first` and `last` (from 1) read only these pages, all when they are 0.
    """

    passwords: tuple[str, ...] = field(default=(), repr=False)
    engine: str = "rapidocr"
    first: int = 0
    last: int = 0


def options_of(request: Mapping[str, Any]) -> ReadOptions:
    """The options in a request."""
    given = dict(request.get("options", {}))
    return ReadOptions(**given | {"passwords": tuple(given.get("passwords", ()))})

"""Heavy work waits for its turn: no more processes do OCR at once than there are workers."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_R = TypeVar("_R")


def _at_once() -> None:
    """Outside a reader's child nobody has to wait."""


class _Turn:
    take: Callable[[], None] = staticmethod(_at_once)
    give_back: Callable[[], None] = staticmethod(_at_once)
    depth = 0


def wait_by(take: Callable[[], None], give_back: Callable[[], None]) -> None:
    """How this process gets a turn and gives it back."""
    _Turn.take, _Turn.give_back = staticmethod(take), staticmethod(give_back)


def in_turn(work: Callable[_P, _R]) -> Callable[_P, _R]:
    """The same function, run while it is this process's turn."""

    @functools.wraps(work)
    def waiting(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        if _Turn.depth == 0:
            _Turn.take()
        _Turn.depth += 1
        try:
            return work(*args, **kwargs)
        finally:
            _Turn.depth -= 1
            if _Turn.depth == 0:
                _Turn.give_back()

    return waiting

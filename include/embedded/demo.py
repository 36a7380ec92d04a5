"""The demo."""

from __future__ import annotations

from collections.abc import Callable


def run(up: Callable[[], int]) -> int:
    return up()

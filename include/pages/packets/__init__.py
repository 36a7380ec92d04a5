"""Where a file that holds several documents is to be cut, and why there."""

from __future__ import annotations

from include.pages.packets.cuts import find_cuts

__all__ = ["find_cuts"]

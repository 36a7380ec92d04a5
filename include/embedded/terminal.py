"""What the commands print: lines, tables, and one line that changes in place on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def say(text: str = "") -> None:
    """One line now, also when the output is a pipe."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def complain(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def table(rows: Sequence[Sequence[str]]) -> str:
    """Left-aligned columns."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


class Progress:
    """A line in place on a terminal; elsewhere a line now and then when something has changed."""

    def __init__(self, pause_s: float = 5.0) -> None:
        self.is_live = sys.stdout.isatty()
        self.pause_s = pause_s
        self.shown = ""
        self.shown_at = -pause_s

    def show(self, elapsed_s: float, text: str, is_last: bool = False) -> None:
        line = f"[{elapsed_s:5.1f} s] {text}"
        if self.is_live:
            sys.stdout.write(f"\r\x1b[K{line}{chr(10) if is_last else ''}")
            sys.stdout.flush()
        elif text != self.shown and (is_last or elapsed_s - self.shown_at >= self.pause_s):
            say(line)
            self.shown, self.shown_at = text, elapsed_s

"""`python -m include.pages.show FILE [--engine E] [--password P] [--escalate] [--all] [--open]`."""

from __future__ import annotations

import argparse
import sys
import time
import webbrowser
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from include.document_types.catalogue import load_catalogue
from include.errors import LadingError
from include.pages.options import ReadOptions
from include.pages.show.html import as_html
from include.pages.show.shown import Shown, gather
from include.pages.show.summary import summary
from include.settings import Settings, load_settings

#: Seconds after which a person is told that something is still going on, and how often.
_QUIET_S, _EVERY_S = 3.0, 2.0


def main(arguments: list[str]) -> int:
    """Read a file, write its page, print where it is and a summary; 1 when it cannot be read."""
    asked = _parser().parse_args(arguments)
    path = Path(asked.file)
    if not path.is_file():
        sys.stderr.write(f"There is no file {path}\n")
        return 1
    settings = load_settings()
    options = ReadOptions(
        passwords=tuple(asked.password), engine=asked.engine or settings.ocr_engine
    )
    try:
        shown = _gathered(path, options, asked.all, settings if asked.escalate else None)
    except LadingError as error:
        sys.stderr.write(f"{path.name}: {error}\n")
        return 1
    target = settings.home / "read" / f"{path.name}.html"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(as_html(shown), encoding="utf-8", errors="replace")
    sys.stdout.write(f"{target}\n\n{summary(shown)}\n")
    if asked.open:
        webbrowser.open(target.as_uri())
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="make read", description="Show how a file is read, as one HTML page."
    )
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--engine", help="the OCR engine (default: the setting LADING_OCR_ENGINE)")
    parser.add_argument("--password", action="append", default=[], help="tried on encrypted files")
    parser.add_argument(
        "--escalate", action="store_true", help="give poor pages the other look that is set"
    )
    parser.add_argument("--all", action="store_true", help="show every page, not only the first 30")
    parser.add_argument("--open", action="store_true", help="open the page in the browser")
    return parser


def _gathered(
    path: Path, options: ReadOptions, shows_all: bool, escalated: Settings | None
) -> Shown:
    """Gather while the terminal is told how far it is."""
    step = ["reading"]
    begun = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        future: Future[Shown] = pool.submit(
            gather, path, options, load_catalogue(), shows_all, escalated, step.append
        )
        wait_s = _QUIET_S
        while True:
            try:
                return future.result(timeout=wait_s)
            except TimeoutError:
                if future.done():
                    raise
            wait_s = _EVERY_S
            sys.stderr.write(f"{path.name}: {step[-1]}, {time.monotonic() - begun:.0f} s\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

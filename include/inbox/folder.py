"""The folder source: files that have stopped growing are landed, then moved to `.processed`."""

from __future__ import annotations

import time
from pathlib import Path

from include.documents.register import Arrival, Landed, register
from include.inbox.watch import arrival_key, candidates, is_stable
from include.settings import load_settings

#: How long one landing waits for files that are still being written beside finished ones.
PATIENCE_S = 3.0


def land(actor: str) -> list[Landed]:
    """Land every finished file of the inbox as one batch, then move the files aside."""
    settings = load_settings()
    inbox = settings.inbox
    inbox.mkdir(parents=True, exist_ok=True)
    arrivals = [
        Arrival(
            path=path,
            file_name=path.name,
            key=arrival_key(inbox, path),
            source="folder",
        )
        for path in _wait_for_finished(inbox, settings.stable_s)
    ]
    landed = register(arrivals, actor)
    for item in landed:
        _acknowledge(inbox, item)
    return landed


def _wait_for_finished(inbox: Path, stable_s: float) -> list[Path]:
    """The finished files; those still being written are waited for a little, so that papers that
    arrive together stay together."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        paths = list(candidates(inbox))
        finished = [path for path in paths if is_stable(path, stable_s)]
        if len(finished) == len(paths) or not finished or time.monotonic() > deadline:
            return finished
        time.sleep(0.1)


def _acknowledge(inbox: Path, landed: Landed) -> None:
    """Take the file out of the inbox; the document's id keeps equal names apart."""
    processed = inbox / ".processed"
    processed.mkdir(exist_ok=True)
    target = processed / f"{landed.document_id}-{landed.arrival.file_name}"
    try:
        landed.arrival.path.replace(target)
    except FileNotFoundError:
        return

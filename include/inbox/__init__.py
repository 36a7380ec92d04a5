"""Inbox sources: each lands bytes durably, then acknowledges.

A source is a module with `land(actor) -> list[Landed]`; one that is not configured lands nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from include.documents.register import Landed

#: The sources that `ingest_documents` asks, one mapped task each.
SOURCES = ("folder",)


def land(source: str, actor: str) -> list[Landed]:
    """What the source has for us, landed and registered."""
    # Imported here because the DAG file needs SOURCES and nothing heavier.
    from include.inbox import folder

    return {"folder": folder.land}[source](actor)

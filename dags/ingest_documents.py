"""
### Documents in: from the inbox sources to registered documents

Lands the bytes of every finished file durably, registers it (a file with bytes that are known
already becomes a `duplicate`), and only then takes it out of the inbox. Runs at once when files
arrive, every minute as a safety net, and by hand. Files still being written wait.

**When it fails**

- *Postgres or the document store does not answer*: repeated by itself; the files stay in the
  inbox.
- *A file never leaves the inbox*: it is hidden, ends in `.part`/`.tmp`, or a program still has
  it open for writing. Rename or close it.
- Running it again is always safe: a file that is registered already is only moved aside
  (`.processed/` in the inbox).
"""

from __future__ import annotations

import datetime as dt

from airflow.sdk import Asset, AssetWatcher, Param, dag, task
from airflow.sdk.exceptions import AirflowSkipException

from dags.inbox_trigger import InboxTrigger
from include.inbox import SOURCES
from include.retries import DAG_DEFAULTS, actor, on_asset_or_every

inbox_changed = Asset(
    "inbox_changed", watchers=[AssetWatcher(name="inbox_folder", trigger=InboxTrigger())]
)


@dag(
    dag_id="ingest_documents",
    doc_md=__doc__,
    schedule=on_asset_or_every(inbox_changed, "* * * * *"),
    max_active_runs=1,
    dagrun_timeout=dt.timedelta(minutes=30),
    params={
        "sources": Param(
            list(SOURCES),
            type="array",
            items={"type": "string", "enum": list(SOURCES)},
            description="The sources to ask.",
        )
    },
    **DAG_DEFAULTS,
)
def ingest_documents() -> None:
    @task(outlets=[Asset("documents_received")], max_active_tis_per_dag=1)
    def land_documents(source: str, params: dict[str, list[str]] | None = None) -> list[int]:
        """The ids of the new documents."""
        from include.inbox import land

        asked = source in (params or {}).get("sources", [source])
        landed = [item for item in land(source, actor()) if item.is_new] if asked else []
        if not landed:
            raise AirflowSkipException("nothing new")  # no event for the DAG that waits for one
        return [item.document_id for item in landed]

    land_documents.expand(source=list(SOURCES))


ingest_documents()

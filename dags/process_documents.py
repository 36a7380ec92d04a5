"""
### Documents through: read, extract, check, decide

Claims what waits (new documents, and those whose worker died), cuts it into chunks, and takes
each chunk through the four stages. Then the papers that arrived together are compared, and each
document goes its way: what is certain to the ERP's outbox, the rest to a person. Starts at once
when documents are received, every 5 minutes as a safety net, and by hand.

**By hand**: `document_ids` processes just these again, `from_stage` says from where (documents
that the ERP holds stay as they are).

**When it fails**

- *One document fails*: it is `quarantined` (cannot be read) or `failed` (an outside system
  refused for good) with its reason in `lading.documents.reason`; mend the cause, then run this
  DAG by hand with its id.
- *A task fails*: passing faults (database, reader, model server) are repeated. After the last
  try `watch_failures` turns the run red; the documents are claimed again by the next sweep, at
  most five times, then they are `failed`.
- Clearing any task is safe: a document that has moved on is left alone.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from airflow.sdk import Asset, Param, TriggerRule, dag, task, task_group

from dags.review_operator import start_reviews
from include.retries import DAG_DEFAULTS, actor, in_chunk, on_asset_or_every
from include.settings import LLM_CONNECTION, SOURCE_DB_CONNECTION


@task
def claim(params: dict[str, Any] | None = None, run_id: str | None = None) -> list[int]:
    from include.documents.claim import claim_for_run

    return claim_for_run(str(run_id), actor(), **(params or {}))


@task
def read_pages(chunk_id: int) -> int:
    from include.pages.stage import read_pages as stage

    return in_chunk(stage, chunk_id)


@task
def extract_fields(chunk_id: int) -> int:
    from include.extraction.stage import extract_fields as stage

    return in_chunk(stage, chunk_id, LLM_CONNECTION)


@task
def check_fields(chunk_id: int) -> int:
    from include.checks.stage import check_fields as stage

    return in_chunk(stage, chunk_id, SOURCE_DB_CONNECTION)


@task
def decide(chunk_id: int) -> int:
    from include.decision.stage import decide_documents as stage

    return in_chunk(stage, chunk_id)


@task_group
def chunk(chunk_id: int) -> None:
    decide(check_fields(extract_fields(read_pages(chunk_id))))


@task.branch(trigger_rule=TriggerRule.ALL_DONE)
def route() -> list[str]:
    from include.decision.settle import settle
    from include.review.queue import unasked

    settled = settle(actor())
    ways = {"queue_exports": settled.exports, "open_reviews": settled.reviews or unasked()}
    return [way for way, documents in ways.items() if documents]


@task(outlets=[Asset("documents_approved")])
def queue_exports() -> int:
    from include.export.queue import queue_exports as queue

    return queue(actor())


@task
def open_reviews() -> list[dict[str, Any]]:
    from include.review.queue import open_and_list

    return open_and_list(actor())


@task(trigger_rule=TriggerRule.ONE_FAILED, retries=0)
def watch_failures() -> None:
    raise RuntimeError("a task of this run failed; its documents are claimed again")


@dag(
    dag_id="process_documents",
    doc_md=__doc__,
    schedule=on_asset_or_every(Asset("documents_received"), "*/5 * * * *"),
    max_active_runs=4,
    dagrun_timeout=dt.timedelta(hours=6),
    params={
        "document_ids": Param(
            [], type="array", items={"type": "integer"}, description="Only these; [] = what waits."
        ),
        "from_stage": Param(
            "received",
            enum=["received", "read", "extracted", "checked"],
            description="Where the documents named above start again.",
        ),
        "limit": Param(500, type="integer", minimum=1, description="At most so many documents."),
    },
    **DAG_DEFAULTS,
)
def process_documents() -> None:
    chunks, routed, exports = chunk.expand(chunk_id=claim()), route(), queue_exports()
    ask = start_reviews("ask_reviewers", reviews := open_reviews())
    chunks >> routed >> [exports, reviews]
    [chunks, routed, exports, ask] >> watch_failures()


process_documents()

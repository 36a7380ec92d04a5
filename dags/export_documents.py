"""
### Documents out: from the outbox into the ERP

Leases outbox rows, looks up in the ERP what an earlier try may have left there, sends what is
missing, reads the record back and stores its reference. Starts at once when documents are
approved, every 2 minutes as a safety net, and by hand.

**When it fails**

- *The ERP does not answer*: repeated by itself, later and later; nothing is sent twice, because
  every record carries Lading's marker and is looked up first.
- *The ERP refuses a record* (`lading.export_outbox.last_error`): the document goes back to a
  person with the ERP's own words.
- *A document is `failed`*: the ERP answered with errors until the tries were spent. Mend the
  cause, then `process_documents` by hand with its id.
- Clearing is safe, and so are several runs at once.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from airflow.sdk import Asset, Param, dag, task
from airflow.sdk.exceptions import AirflowSkipException

from dags.review_operator import start_reviews
from include.retries import DAG_DEFAULTS, actor, connect, on_asset_or_every
from include.settings import ERP_CONNECTION


@dag(
    dag_id="export_documents",
    doc_md=__doc__,
    schedule=on_asset_or_every(Asset("documents_approved"), "*/2 * * * *"),
    max_active_runs=2,
    dagrun_timeout=dt.timedelta(hours=2),
    params={"limit": Param(200, type="integer", minimum=1, description="At most so many rows.")},
    **DAG_DEFAULTS,
)
def export_documents() -> None:
    @task(outlets=[Asset("documents_exported")])
    def drain_outbox(params: dict[str, Any] | None = None) -> int:
        """How many outbox rows were brought to an end."""
        from include.export.outbox import drain

        connect(ERP_CONNECTION)
        if not (done := drain(actor(), (params or {})["limit"])):
            raise AirflowSkipException("nothing to send")
        return done

    @task
    def list_refused() -> list[dict[str, Any]]:
        """The questions that the ERP's refusals have opened."""
        from include.review.queue import unasked

        actor()
        return unasked()

    drain_outbox() >> (refused := list_refused())
    start_reviews("ask_reviewers", refused)


export_documents()

"""
### One uncertain document: ask a person, then go on

One run per review, started by `process_documents` or `export_documents` (and by hand with the id
of an open review). The form in *Browse > Required Actions* shows what is doubtful and why, with
the value that was read; the person corrects and approves, or rejects. Waiting holds no worker
slot. The answer is stored in `lading.reviews`, then applied in one transaction: approved goes to
the ERP's outbox, rejected ends. *Cut again* divides a file of several pages into other papers than
it was taken for; the new ones are processed at once.

**When it fails**

- *Nobody answers*: after a day the try ends and the next one asks again, for as long as it
  takes.
- *A value given is not valid* (a date that is none): the question comes again with the reason on
  top.
- *The run was deleted or failed*: run this DAG by hand with `review_id` (`select id, document_id
  from lading.reviews where state = 'open'`).
- Clearing is safe: an answer takes effect once.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from airflow.sdk import Asset, AssetAlias, Param, dag, task

from dags.review_operator import ReviewOperator, start_reviews
from include.retries import DAG_DEFAULTS, actor

#: Becomes `documents_received` when a person has cut a packet anew.
CUT_PAPERS = AssetAlias("papers_cut_again")


@dag(
    dag_id="review_document",
    doc_md=__doc__,
    schedule=None,
    max_active_runs=2000,
    params={"review_id": Param(type="integer", minimum=1, description="An open review.")},
    **DAG_DEFAULTS,
)
def review_document() -> None:
    ask = ReviewOperator(
        task_id="ask",
        review_id="{{ params.review_id }}",
        response_timeout=dt.timedelta(days=1),
        execution_timeout=None,
        retries=1000,
    )

    @task(outlets=[Asset("documents_approved"), CUT_PAPERS])
    def apply_answer(
        params: dict[str, Any] | None = None, outlet_events: Any = None
    ) -> list[dict[str, Any]]:
        """The questions to be asked again: none, or this one."""
        from include.review.answer import apply_and_list, has_cut

        review_id = (params or {})["review_id"]
        again = apply_and_list(review_id, actor())
        if has_cut(review_id):
            outlet_events[CUT_PAPERS].add(Asset("documents_received"))
        return again

    ask >> (again := apply_answer())
    start_reviews("ask_again", again)


review_document()

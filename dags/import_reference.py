"""
### Reference lists in: tariff, ports, countries, currencies, parties, products, orders

Reads every `.csv` and `.json` file of a folder, recognises each list by its header, and puts its
rows into the tables that the checks ask (`erp_mirror`, or the database of the connection
`lading_source_db`). Run it by hand when a list is new; it starts as a trial that writes nothing:
read its log, then run it again with `dry_run` off.

Known are our own forms (the columns of the tables, see `include/samples/reference`) and the
official full lists: Harmonized System (`hscode, description`), ISO countries, ISO 4217
currencies, ports (`CITY, COUNTRY`; they get a code of our own such as `DE~HAMBURG`).

**When it fails**

- *The folder holds no reference list*: the path is wrong, or the headers are; the log names the
  columns that were found.
- *Rows are bad*: they are left out and do not fail the run; the log gives their number and the
  first examples with line. Mend the file and run it again: what is there already stays.
- *The database does not answer*: repeated by itself. Each file is one transaction, so clearing
  the task is always safe.
- Nothing is ever deleted. A code that is no longer valid comes as `is_active = false`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from airflow.sdk import Param, dag, task

from include.retries import DAG_DEFAULTS, actor, connect
from include.settings import DB_CONNECTION, SOURCE_DB_CONNECTION

KINDS = [
    "countries",
    "currencies",
    "hs_codes",
    "ports",
    "parties",
    "products",
    "purchase_orders",
    "purchase_order_lines",
]


@dag(
    dag_id="import_reference",
    doc_md=__doc__,
    schedule=None,
    max_active_runs=1,
    dagrun_timeout=dt.timedelta(hours=1),
    params={
        "folder": Param(
            "include/samples/reference",
            type="string",
            minLength=1,
            description="Folder with the lists, as the worker sees it; relative to the project.",
        ),
        "kinds": Param(
            KINDS,
            type="array",
            items={"type": "string", "enum": KINDS},
            description="Only lists of these kinds.",
        ),
        "dry_run": Param(True, type="boolean", description="Try only: write nothing."),
    },
    **DAG_DEFAULTS,
)
def import_reference() -> None:
    @task
    def import_lists(params: dict[str, Any] | None = None) -> list[str]:
        """What became of each file."""
        from include.checks.import_reference import import_reference as import_all
        from include.settings import PROJECT_ROOT

        connect(DB_CONNECTION, SOURCE_DB_CONNECTION)
        asked = params or {}
        folder = PROJECT_ROOT / asked["folder"]
        reports = import_all(folder, actor(), asked["kinds"], is_trial=asked["dry_run"])
        return [str(report) for report in reports]

    import_lists()


import_reference()

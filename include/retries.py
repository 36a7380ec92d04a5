"""The tie to Airflow: what it does with our errors, and where its connections go."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from typing import Any

from airflow.sdk import (
    Asset,
    AssetOrTimeSchedule,
    CronTriggerTimetable,
    ExceptionRetryPolicy,
    RetryAction,
    RetryRule,
    get_current_context,
)

from include import settings
from include.errors import BadDocument, Refused, SetupError, TryAgain

#: Passing faults are repeated with growing pauses; what a person has to mend fails at once.
RETRY_POLICY = ExceptionRetryPolicy(
    rules=[
        RetryRule(exception=TryAgain, action=RetryAction.RETRY, reason="passing fault"),
        RetryRule(
            exception=[SetupError, BadDocument, Refused],
            action=RetryAction.FAIL,
            reason="needs a person",
        ),
    ]
)


def note_failure(context: Any) -> None:
    """Write the failed task on the way of every document it was working on."""
    from include.documents.claim import note_failure as note

    connect(settings.DB_CONNECTION)
    task = context["ti"]
    note(task.run_id, f"{task.dag_id}.{task.task_id}: {context.get('exception')}")


DEFAULT_ARGS: dict[str, Any] = {
    "owner": "lading",
    "retries": 4,
    "retry_delay": dt.timedelta(seconds=2),
    "retry_exponential_backoff": 2,
    "max_retry_delay": dt.timedelta(minutes=5),
    "retry_policy": RETRY_POLICY,
    "execution_timeout": dt.timedelta(minutes=20),
    "on_failure_callback": note_failure,
}

#: What every DAG has in common; a DAG adds its own schedule, Params and limits.
DAG_DEFAULTS: dict[str, Any] = {
    "start_date": dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    "catchup": False,
    "default_args": DEFAULT_ARGS,
    "tags": ["lading", "documents"],
}


def on_asset_or_every(asset: Asset, cron: str) -> AssetOrTimeSchedule:
    """At once when the asset changes, and by the clock as a safety net for lost events."""
    return AssetOrTimeSchedule(timetable=CronTriggerTimetable(cron, timezone="UTC"), assets=[asset])


def connect(*connections: str) -> None:
    """Put the named Airflow connections where `load_settings` finds them.

    A connection that Airflow does not know leaves the plain environment variable in force.
    """
    for connection_id in connections or (settings.DB_CONNECTION,):
        os.environ.update(_environment_of(connection_id))


def _environment_of(connection_id: str) -> dict[str, str]:
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        found = Connection.get(connection_id)
    except AirflowNotFoundException:
        return {}
    if connection_id in (settings.DB_CONNECTION, settings.SOURCE_DB_CONNECTION):
        return {f"{connection_id.upper()}_DSN": _postgres_dsn(connection_id)}
    values = {
        "BASE_URL": _base_url(found),
        "API_KEY": found.password,
        "MODEL": found.extra_dejson.get("model"),
    }
    if connection_id == settings.ERP_CONNECTION:
        values = {"URL": _base_url(found), "KEY": found.password}
    prefix = connection_id.upper()
    return {f"{prefix}_{key}": value for key, value in values.items() if value}


def _postgres_dsn(connection_id: str) -> str:
    from airflow.providers.postgres.hooks.postgres import PostgresHook

    uri: str = PostgresHook(postgres_conn_id=connection_id).get_uri()
    scheme, _, rest = uri.partition("://")
    return f"{scheme.partition('+')[0]}://{rest}"


def _base_url(connection: Any) -> str | None:
    host = connection.host or ""
    if "://" not in host and host:
        host = f"{connection.schema or 'https'}://{host}"
        if connection.port:
            host = f"{host}:{connection.port}"
    return host or None


def actor() -> str:
    """Connect to Lading's Postgres; returns who acts, for `document_events`: this DAG and run."""
    connect(settings.DB_CONNECTION)
    context = get_current_context()
    return f"{context['dag'].dag_id}/{context['run_id']}"


def in_chunk(stage: Callable[[int, str], int], chunk_id: int, *connections: str) -> int:
    """Run a stage on a chunk; returns the chunk's id for the next stage."""
    who = actor()
    if connections:
        connect(*connections)
    stage(chunk_id, who)
    return chunk_id

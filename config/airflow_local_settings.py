"""Loaded by every Airflow process: the scheduler pays its tasks' imports once, before it forks."""

from __future__ import annotations

import contextlib
import importlib
import sys

#: What tasks import (a test compares it with the DAGs). Heavy ones live in processes of their own.
OF_TASKS = (
    "airflow.providers.postgres.hooks.postgres",
    "airflow.providers.standard.decorators.python",
    "airflow.providers.standard.operators.hitl",
    "airflow.providers.standard.operators.trigger_dagrun",
    "airflow.sdk.definitions.decorators",
    "jinja2.ext",
    "include.checks.import_reference",
    "include.checks.stage",
    "include.decision.settle",
    "include.decision.stage",
    "include.documents.claim",
    "include.export.outbox",
    "include.export.queue",
    "include.export.tryton.adapter",
    "include.extraction.stage",
    "include.inbox",
    "include.inbox.folder",
    "include.pages.stage",
    "include.review.answer",
    "include.review.form",
    "include.review.queue",
    "include.retries",
    "include.settings",
)

if "scheduler" in sys.argv:
    for _module in OF_TASKS:
        # A module that is missing or broken shall fail its task, not the scheduler.
        with contextlib.suppress(Exception):
            importlib.import_module(_module)

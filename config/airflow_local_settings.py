"""Loaded by every Airflow process: the scheduler pays its tasks' imports once, before it forks."""

from __future__ import annotations

import contextlib
import importlib
import sys

# Cheap to hold, costly to import in each task; OCR and its like live in a process of their own.
_OF_TASKS = (
    "httpx",
    "psycopg",
    "rapidfuzz",
    "stdnum",
    "yaml",
    "include.db",
    "include.models",
    "include.retries",
    "include.settings",
    "include.checks.stage",
    "include.decision.settle",
    "include.decision.stage",
    "include.documents.work",
    "include.export.outbox",
    "include.extraction.stage",
    "include.inbox.folder",
    "include.pages.stage",
    "include.review.queue",
)

if "scheduler" in sys.argv:
    for _module in _OF_TASKS:
        # A module that is missing or broken shall fail its task, not the scheduler.
        with contextlib.suppress(Exception):
            importlib.import_module(_module)

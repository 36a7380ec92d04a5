"""The adapter for Tryton, spoken to over its REST interface."""

from __future__ import annotations

"""The papers of a shipment, each in several layouts."""

from __future__ import annotations

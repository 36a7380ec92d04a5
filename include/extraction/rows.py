"""Extractions in Postgres: each run is a new version, the latest counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from include import db
from include.extraction.llm.client import Call
from include.models import Box, Extraction, Field, Line, Tier


def save_extraction(session: db.Session, document_id: int, extraction: Extraction) -> int:
    """Store an extraction as the document's newest version; returns its id."""
    row = session.one(
        "extractions.add",
        document_id=document_id,
        document_type=extraction.document_type,
        type_confidence=extraction.type_confidence,
        type_evidence=db.json(list(extraction.type_evidence)),
        tier=extraction.tier.value,
        model=extraction.model,
        prompt_hash=extraction.prompt_hash,
        mentions=db.json([list(pair) for pair in extraction.mentions]),
        flags=db.json(list(extraction.flags)),
    )
    assert row is not None
    extraction_id = int(row["id"])
    session.many(
        "extractions.add_field",
        [
            {
                **field_to_json(field),
                "boxes": db.json(_boxes(field)),
                "extraction_id": extraction_id,
            }
            for field in extraction.fields.values()
        ],
    )
    session.many(
        "extractions.add_line",
        [
            {
                "extraction_id": extraction_id,
                "position": line.position,
                "page": line.page,
                "cells": db.json({name: field_to_json(f) for name, f in line.cells.items()}),
            }
            for line in extraction.lines
        ],
    )
    return extraction_id


def load_extraction(session: db.Session, document_id: int) -> tuple[int, Extraction] | None:
    """The latest extraction of a document with its id; None when there is none."""
    row = session.one("extractions.latest", document_id=document_id)
    if row is None:
        return None
    fields = session.all("extractions.fields", extraction_id=row["id"])
    lines = session.all("extractions.lines", extraction_id=row["id"])
    return row["id"], Extraction(
        document_type=row["document_type"],
        type_confidence=row["type_confidence"],
        type_evidence=tuple(row["type_evidence"]),
        tier=Tier(row["tier"]),
        model=row["model"],
        prompt_hash=row["prompt_hash"],
        mentions=tuple((kind, value) for kind, value in row["mentions"]),
        flags=tuple(row["flags"]),
        fields={field["name"]: field_from_json(field) for field in fields},
        lines=tuple(
            Line(
                position=line["position"],
                page=line["page"],
                cells={name: field_from_json(cell) for name, cell in line["cells"].items()},
            )
            for line in lines
        ),
    )


def save_calls(session: db.Session, document_id: int, calls: Sequence[Call]) -> None:
    """Book calls of a model; the cost stays open where its price is not known."""
    session.many(
        "extractions.add_call",
        [{**asdict(call), "document_id": document_id, "cost_usd": None} for call in calls],
    )


def field_to_json(field: Field) -> dict[str, Any]:
    """A field as it is stored in a row or in the cells of a line."""
    return {
        "name": field.name,
        "value": field.value,
        "normalised": field.normalised,
        "confidence": field.confidence,
        "tier": field.tier.value,
        "page": field.page,
        "boxes": _boxes(field),
        "grounded": field.grounded,
        "label": field.label,
    }


def field_from_json(row: Mapping[str, Any]) -> Field:
    return Field(
        name=row["name"],
        value=row["value"],
        normalised=row["normalised"],
        confidence=row["confidence"],
        tier=Tier(row["tier"]),
        page=row["page"],
        boxes=tuple(Box.from_list(box) for box in row["boxes"]),
        grounded=row["grounded"],
        label=row["label"],
    )


def _boxes(field: Field) -> list[list[float]]:
    return [box.as_list() for box in field.boxes]

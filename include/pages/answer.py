"""What the reader's child process answers: a Reading as plain JSON, or the error by its name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from include import errors
from include.models import Box, Cell, Difference, Element, Page, Part, Reading, Table, Word


def page_to_json(page: Page) -> dict[str, Any]:
    return {
        "number": page.number,
        "width": round(page.width, 2),
        "height": round(page.height, 2),
        "rotation": page.rotation,
        "engine": page.engine,
        "seconds": page.seconds,
        "words": [word.as_list() for word in page.words],
        "elements": [[e.kind, e.text, e.box.as_list() if e.box else None] for e in page.elements],
        "language": page.language,
        "tables": [_table_to_json(table) for table in page.tables],
        "differences": [[d.box.as_list(), d.layer, d.seen] for d in page.differences],
        "flags": list(page.flags),
    }


def _table_to_json(table: Table) -> dict[str, Any]:
    return {
        "box": table.box.as_list(),
        "is_ruled": table.is_ruled,
        "header_rows": table.header_rows,
        "cells": [
            [c.text, c.box.as_list(), c.row, c.column, c.row_span, c.column_span]
            for c in table.cells
        ],
    }


def _table_from_json(row: Mapping[str, Any]) -> Table:
    return Table(
        box=Box.from_list(row["box"]),
        is_ruled=row["is_ruled"],
        header_rows=row["header_rows"],
        cells=tuple(Cell(text, Box.from_list(box), *rest) for text, box, *rest in row["cells"]),
    )


def page_from_json(row: Mapping[str, Any]) -> Page:
    return Page(
        number=row["number"],
        width=row["width"],
        height=row["height"],
        rotation=row["rotation"],
        engine=row["engine"],
        seconds=row["seconds"],
        words=tuple(Word.from_list(word) for word in row["words"]),
        elements=tuple(
            Element(kind, text, Box.from_list(box) if box else None)
            for kind, text, box in row["elements"]
        ),
        language=row["language"],
        tables=tuple(map(_table_from_json, row["tables"])),
        differences=tuple(
            Difference(Box.from_list(box), layer, seen) for box, layer, seen in row["differences"]
        ),
        flags=tuple(row["flags"]),
    )


def reading_to_json(reading: Reading) -> dict[str, Any]:
    return {
        "media_type": reading.media_type,
        "seconds": reading.seconds,
        "embedded_xml": reading.embedded_xml,
        "sender": reading.sender,
        "parts": [[part.index, part.name, part.size_bytes] for part in reading.parts],
        "bad_pages": {str(number): reason for number, reason in reading.bad_pages.items()},
        "pages": [page_to_json(page) for page in reading.pages],
    }


def reading_from_json(value: Mapping[str, Any]) -> Reading:
    return Reading(
        media_type=value["media_type"],
        seconds=value["seconds"],
        embedded_xml=value["embedded_xml"],
        sender=value["sender"],
        parts=tuple(Part(*part) for part in value["parts"]),
        bad_pages={int(number): reason for number, reason in value["bad_pages"].items()},
        pages=tuple(page_from_json(page) for page in value["pages"]),
    )


def error_to_json(error: errors.LadingError) -> dict[str, str]:
    return {"error": type(error).__name__, "detail": error.detail}


def raise_error(answer: Mapping[str, Any]) -> None:
    """Raise the error that an answer names, if it names one."""
    name = answer.get("error")
    if name is None:
        return
    kind = getattr(errors, str(name), errors.ReaderCrashed)
    if not (isinstance(kind, type) and issubclass(kind, errors.LadingError)):
        kind = errors.ReaderCrashed
    raise kind(str(answer.get("detail", ""))[:1000])

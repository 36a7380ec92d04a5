"""Numbers of orders, bookings and transport documents beside their labels, on any paper."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from include.document_types.catalogue import Catalogue, FieldSpec
from include.extraction.finders.found import Habits
from include.extraction.labels.board import Board
from include.extraction.labels.hits import find_labels
from include.extraction.labels.index import LabelIndex, build_index
from include.extraction.layout.page import Sheet
from include.extraction.rules.candidates import candidates_for

#: Where the labels of each kind of reference are taken from: (type, field).
SOURCES = {
    "order": ("invoice", "order_reference"),
    "booking": ("bill_of_lading", "booking_number"),
    "bill_of_lading": ("bill_of_lading", "number"),
    "air_waybill": ("air_waybill", "number"),
    "invoice": ("packing_list", "invoice_number"),
}
#: Below this a reference is too unsure to tie papers together.
MINIMUM = 0.75


@lru_cache(maxsize=4)
def _index(catalogue: Catalogue) -> tuple[LabelIndex, dict[str, FieldSpec]]:
    specs = {}
    for kind, (type_name, field) in SOURCES.items():
        spec = (
            catalogue.types[type_name].fields.get(field) if type_name in catalogue.types else None
        )
        if spec is not None:
            specs[kind] = FieldSpec(
                name=kind, kind="code", labels_by_language=spec.labels_by_language, pattern=None
            )
    return build_index(specs.values(), catalogue.other_labels), specs


def references(sheets: Sequence[Sheet], catalogue: Catalogue) -> tuple[tuple[str, str], ...]:
    """(kind, number) for each label with a code beside or under it."""
    index, specs = _index(catalogue)
    out: dict[tuple[str, str], None] = {}
    for sheet in sheets:
        hits = find_labels(sheet, index)
        board = Board(sheet, hits)
        for hit in hits:
            for name in hit.names:
                found = sorted(
                    candidates_for(specs[name], board, hit, Habits(is_scan=sheet.is_scan)),
                    key=lambda candidate: -candidate.score,
                )
                for candidate in found[:1]:
                    digits = sum(c.isdigit() for c in candidate.normalised)
                    if (
                        candidate.score >= MINIMUM
                        and digits >= 3
                        and len(candidate.normalised) >= 4
                    ):
                        out[name, candidate.normalised] = None
    return tuple(out)

"""From pages to type, fields, lines and mentions by rules alone; pure."""

from __future__ import annotations

from collections.abc import Sequence

from include.document_types.catalogue import Catalogue
from include.extraction.layout.page import sheets_of
from include.extraction.mentions import mentions_of
from include.extraction.rules.fields import fields_of, set_scene
from include.extraction.rules.references import references
from include.models import Extraction, Page
from include.pages.classify import UNKNOWN, classify


def extract(
    pages: Sequence[Page], catalogue: Catalogue, document_type: str | None = None
) -> Extraction:
    """The rules' reading of a document; `document_type` overrides the classification."""
    sheets = sheets_of(pages)
    verdict = classify(sheets, catalogue)
    name = document_type or verdict.document_type
    if name == UNKNOWN or name not in catalogue.types:
        return Extraction(
            document_type=UNKNOWN,
            type_confidence=verdict.confidence,
            fields={},
            type_evidence=verdict.evidence,
            mentions=mentions_of(sheets, UNKNOWN, {}, (), references(sheets, catalogue)),
        )
    scene = set_scene(sheets, catalogue, name)
    fields, lines = fields_of(scene)
    return Extraction(
        document_type=name,
        type_confidence=verdict.confidence if document_type is None else 1.0,
        fields=fields,
        lines=lines,
        type_evidence=verdict.evidence,
        mentions=mentions_of(sheets, name, fields, lines, references(sheets, catalogue)),
    )

"""Documents, what was extracted from them, checked and decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from include.models.pages import Box
from include.models.states import Outcome, Severity, State, Tier


@dataclass(frozen=True, kw_only=True)
class Field:
    """One extracted value: as printed, normalised by its type, and where it stands.

    `normalised`: ISO dates, decimals as plain strings with a point, codes without blanks.
    `confidence` 0..1. `grounded` is true when the printed value was found on the page words.
    """

    name: str
    value: str
    normalised: str
    confidence: float
    tier: Tier = Tier.RULES
    page: int | None = None
    boxes: tuple[Box, ...] = ()
    grounded: bool = True
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of the document's table; `cells` by field name; `position` counts from 1."""

    position: int
    cells: Mapping[str, Field]
    page: int | None = None


@dataclass(frozen=True, kw_only=True)
class Extraction:
    """Type, fields and lines of one document, by one run of the extraction.

    `mentions`: identifiers of orders, containers and transport documents printed anywhere on
    the pages, as (kind, normalised value); they tie the papers of one shipment together.
    """

    document_type: str
    type_confidence: float
    fields: Mapping[str, Field]
    lines: tuple[Line, ...] = ()
    tier: Tier = Tier.RULES
    type_evidence: tuple[str, ...] = ()
    mentions: tuple[tuple[str, str], ...] = ()
    flags: tuple[str, ...] = ()
    model: str | None = None
    prompt_hash: str | None = None

    def value(self, name: str) -> str | None:
        """The normalised value of field `name`, or None when it was not found."""
        found = self.fields.get(name)
        return found.normalised if found else None


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    """What one check said; a wrong document is this, not an exception."""

    check: str
    passed: bool
    severity: Severity = Severity.ERROR
    reason: str = ""
    field: str | None = None
    line: int | None = None
    page: int | None = None
    box: Box | None = None
    other_document_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a document is not exported unseen; always names a field when there is one."""

    code: str
    text: str
    field: str | None = None
    line: int | None = None


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """What stands behind a threshold: how many reviewed documents, how many wrong, the bound."""

    threshold: float | None
    is_certified: bool = False
    reviewed: int = 0
    wrong: int = 0
    bound: float | None = None
    since: dt.date | None = None
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Export, review or reject, with the reasons and the certificate it rests on."""

    outcome: Outcome
    confidence: float
    reasons: tuple[Reason, ...]
    certificate: Certificate


@dataclass(frozen=True, kw_only=True)
class Document:
    """A registered document as the stages see it.

    `parent_id`: the file it came out of; `first_page`, `last_page`: where in that packet, when it
    was cut from one. `sender`: the mail address it came from, empty when unknown.
    """

    id: int
    sha256: str
    file_name: str
    media_type: str
    blob_key: str
    state: State
    received_at: dt.datetime
    document_type: str | None = None
    source: str = "folder"
    revision: int = 1
    shipment_id: int | None = None
    chunk_id: int | None = None
    batch_id: str | None = None
    parent_id: int | None = None
    first_page: int | None = None
    last_page: int | None = None
    sender: str = ""

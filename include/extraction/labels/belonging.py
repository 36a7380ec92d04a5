"""Whose number it is: a tax number in the buyer's block is the buyer's, whatever its label says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from include.document_types.catalogue import DocumentType
from include.extraction.finders.countries import codes, country_code
from include.extraction.labels.match import LabelHit
from include.extraction.layout.page import Sheet
from include.extraction.layout.text import fold

#: A number belongs to a party whose label stands at most this many text heights above it.
REACH = 14.0
_BUYER = re.compile(
    r"buyer|customer|client|bill|invoicee|kaufer|kaeufer|kunde|empfanger|acheteur|comprador"
)
_SELLER = re.compile(
    r"seller|supplier|vendor|exporter|verkaufer|lieferant|vendeur|fournisseur|vendedor|proveedor"
)


def by_party(hits: Sequence[LabelHit], kind: DocumentType, sheet: Sheet) -> list[LabelHit]:
    """The labels; those of `<party>_...` fields go to the party in whose block they stand."""
    parties = {name.removesuffix("_name") for name, s in kind.fields.items() if s.kind == "name"}
    explicit = {
        f"buyer_{name.partition('_')[2]}"
        for hit in hits
        for name in hit.names
        if _BUYER.search(_said(hit, sheet))
    }
    return [_given(hit, hits, kind, parties, sheet, explicit) for hit in hits]


def _given(
    hit: LabelHit,
    hits: Sequence[LabelHit],
    kind: DocumentType,
    parties: set[str],
    sheet: Sheet,
    explicit: set[str],
) -> LabelHit:
    for name in hit.names:
        owner = next((p for p in parties if name.startswith(f"{p}_")), None)
        spec = kind.fields[name]
        if owner is None or spec.kind in ("name", "address"):
            continue
        suffix = name.removeprefix(f"{owner}_")
        said = _said(hit, sheet)
        to = "buyer" if _BUYER.search(said) else "seller" if _SELLER.search(said) else None
        if to is None:
            to = _block_owner(hit, hits, parties, sheet)
            if f"{to}_{suffix}" in explicit:  # said so at another number
                continue
        other = f"{to}_{suffix}"
        if to and other in kind.fields and other != name:
            names = tuple(dict.fromkeys(other if n == name else n for n in hit.names))
            return replace(hit, names=names)
    return hit


def _said(hit: LabelHit, sheet: Sheet) -> str:
    """What the label says, with a bracket that begins the next segment: `VAT No.  (buyer):`."""
    row = sheet.rows[hit.row].segments
    beside = next((s.text for s in row if s.box.x0 > hit.segment.box.x1), "")
    bracket = beside if beside.startswith("(") else ""
    return fold(f"{hit.text} {bracket}")


def _block_owner(
    hit: LabelHit, hits: Sequence[LabelHit], parties: set[str], sheet: Sheet
) -> str | None:
    """The party whose label stands nearest above in the same column."""
    best: tuple[float, str] | None = None
    owner = hit
    for other in hits:
        party = next((n.removesuffix("_name") for n in other.names if n.endswith("_name")), None)
        if party not in parties or other.page != hit.page or not other.is_party:
            continue
        drop = hit.box.y0 - other.box.y0
        same_column = abs(hit.segment.box.x0 - other.box.x0) < 4 * sheet.height
        near = 0 <= drop <= REACH * sheet.height
        if same_column and near and (best is None or drop < best[0]):
            best = (drop, party)
            owner = other
    if best is None or _is_foreign(hit, owner, sheet):
        return None
    return best[1]


def _is_foreign(hit: LabelHit, owner: LabelHit, sheet: Sheet) -> bool:
    """Whether the number's country is another than the one in the block above it."""
    value = " ".join(w.text for w in hit.segment.words[hit.end :])
    if not value:
        beside = sheet.rows[hit.row].segments
        value = next((s.text for s in beside if s.box.x0 > hit.segment.box.x1), "")
    prefix = "GR" if value[:2] == "EL" else value[:2]
    if prefix not in codes():
        return False
    for row in sheet.rows[owner.row + 1 : hit.row]:
        for segment in row.segments:
            country = country_code(segment.text.rpartition(",")[2])
            if country and abs(segment.box.x0 - owner.box.x0) < 4 * sheet.height:
                return country != prefix
    return False

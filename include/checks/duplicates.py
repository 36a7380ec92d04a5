"""Recognises a paper that came before as another file; pure, whatever the order of processing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from include.checks.identifiers import compact
from include.checks.names import party_name
from include.checks.result import Fault, result, spoken
from include.models import CheckResult, Extraction, State

#: Who gives a type of paper its number; the number is theirs alone.
_ISSUERS = {
    "invoice": "seller_name",
    "bill_of_lading": "carrier_name",
    "air_waybill": "carrier_name",
    "cargo_manifest": "carrier_name",
    "packing_list": "shipper_name",
    "delivery_note": "shipper_name",
    "purchase_order": "buyer_name",
}
#: What a person or an earlier check has put aside is no original.
PUT_ASIDE = frozenset(
    {State.REJECTED, State.QUARANTINED, State.FAILED, State.DUPLICATE, State.SPLIT}
)
#: On its way into the ERP or there already: no later decision holds it back.
GONE = frozenset({State.APPROVED, State.EXPORTING, State.EXPORTED})


@dataclass(frozen=True)
class Registered:
    """A paper as far as a double of it is concerned."""

    document_id: int
    file_name: str
    state: State
    extraction: Extraction


def check_duplicate(paper: Registered, others: Sequence[Registered]) -> CheckResult | None:
    """Fails for the later of two papers with one number; None when the paper has no number.

    Later is the higher document id. When the later one is in the ERP already, the earlier one
    fails all the same: nothing is booked twice.
    """
    number = paper.extraction.fields.get("number")
    if number is None or not compact(number.normalised):
        return None
    firsts = [
        other
        for other in others
        if other.document_id != paper.document_id
        and other.state not in PUT_ASIDE
        and (other.document_id < paper.document_id or other.state in GONE)
        and is_same_paper(paper.extraction, other.extraction)
    ]
    if not firsts:
        return result("duplicate", None, number)
    first = min(firsts, key=lambda other: (other.state not in GONE, other.document_id))
    kind = spoken(paper.extraction.document_type)
    issuer = paper.extraction.fields.get(_ISSUERS.get(paper.extraction.document_type, ""))
    of = f" of {issuer.value}" if issuer else ""
    reason = (
        f"The {kind} {number.value}{of} is here already: {first.file_name}"
        f" (document {first.document_id}, {first.state.value.replace('_', ' ')})."
    )
    return result("duplicate", Fault(reason), number, other=first.document_id)


def is_same_paper(one: Extraction, other: Extraction) -> bool:
    """Same type and number, and not the number of another issuer."""
    if one.document_type != other.document_type or one.document_type == "unknown":
        return False
    mine, theirs = compact(one.value("number") or ""), compact(other.value("number") or "")
    if not mine or mine != theirs:
        return False
    issuer = _ISSUERS.get(one.document_type, "")
    names = [party_name(x.fields[issuer].value) for x in (one, other) if issuer in x.fields]
    return len(names) < 2 or names[0].means(names[1])

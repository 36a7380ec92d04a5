"""Compares the papers that travel with the same goods; pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import product

from include.checks.arithmetic import same_weight
from include.checks.consignment import (
    CONTAINER,
    INVOICE,
    NUMBERS,
    ORDER,
    OWN_NUMBER,
    TRANSPORT,
    Consignment,
    Said,
)
from include.checks.identifiers import compact
from include.checks.names import folded, is_to_order, party_name
from include.checks.reference import place_names
from include.checks.result import Fault, result, sentence, shown, spoken
from include.models import CheckResult, Severity

CHECK = "papers_agree"
#: Two container numbers this much alike are one number, misprinted or misread.
_SLIPS = 2
_SERIOUS = frozenset({"gross_weight_kg", "net_weight_kg", "package_count"})

#: What differs, as this paper says it, as the other does, and how serious it is.
Difference = tuple[str, Said, Said, Severity]
Crowds = Counter[tuple[str, str]]
_NONE: frozenset[str] = frozenset()


def compare_paper(document_id: int, consignments: Sequence[Consignment]) -> list[CheckResult]:
    """What other papers say to the values of this one: contradictions first, then agreements.

    Papers of the same type are not compared: they are different lots or a duplicate, which is
    checked elsewhere. When in doubt whether two papers mean the same goods they are not compared.
    """
    crowds = _crowds(consignments)
    pairs = [
        (one, other)
        for one in consignments
        if one.document_id == document_id
        for other in consignments
        if same_goods(one, other, crowds)
    ]
    conflicts = [
        _conflict(one, other, difference)
        for one, other in pairs
        for difference in _differences(one, other)
    ]
    contested = {conflict.field for conflict in conflicts}
    agreements = [
        result(CHECK, None, said.found, field=what, line=said.line, other=other.document_id)
        for one, other in pairs
        for what, said in _agreements(one, other)
        if what not in contested
    ]
    return [*conflicts, *{one.field: one for one in agreements}.values()]


def _crowds(consignments: Sequence[Consignment]) -> Crowds:
    """How many different papers of one kind name an order or a container.

    More than one means part shipments, or goods of several owners in one box.
    """
    papers = {
        (key, _side(one), _identity(one))
        for one in consignments
        for kind in (ORDER, CONTAINER)
        for key in one.keys.get(kind, ())
    }
    return Counter((key, side) for key, side, _ in papers)


def _side(one: Consignment) -> str:
    """Sea and air papers count together: an order that has both goes in parts."""
    is_transport = one.document_type in ("bill_of_lading", "air_waybill")
    return TRANSPORT if is_transport else one.document_type


def _identity(one: Consignment) -> str:
    """The same for two copies of a paper, another one for each lot of a manifest."""
    lot = sorted(one.keys.get(TRANSPORT, ())) if one.document_type == "cargo_manifest" else []
    return " ".join(lot) or one.own_number or str(one.document_id)


def same_goods(one: Consignment, other: Consignment, crowds: Crowds) -> bool:
    """Whether two papers surely mean the same lot of goods."""
    if one.document_id == other.document_id or one.document_type == other.document_type:
        return False
    is_tied = False
    for kind in (TRANSPORT, INVOICE, ORDER):
        mine, theirs = one.keys.get(kind), other.keys.get(kind)
        if mine and theirs:
            if not mine & theirs:
                return False
            is_tied = is_tied or kind == TRANSPORT or (kind == INVOICE and _same_sender(one, other))
    if is_tied:
        return True
    boxes, other_boxes = (c.keys.get(CONTAINER, frozenset()) for c in (one, other))
    if boxes and other_boxes and not boxes & other_boxes and not _alike(boxes, other_boxes):
        return False
    shared = boxes & other_boxes | one.keys.get(ORDER, _NONE) & other.keys.get(ORDER, _NONE)
    return any(crowds[key, _side(one)] == 1 == crowds[key, _side(other)] for key in shared)


def _same_sender(one: Consignment, other: Consignment) -> bool:
    """An invoice number is its sender's own; another sender may use it too."""
    return not one.sender or not other.sender or one.sender == other.sender


def _alike(boxes: frozenset[str], others: frozenset[str]) -> bool:
    """Whether a number of one side is one of the other's with a slip or two."""
    return any(
        len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) <= _SLIPS
        for a, b in product(boxes, others)
    )


def _differences(one: Consignment, other: Consignment) -> Iterator[Difference]:
    boxes, other_boxes = (c.keys.get(CONTAINER, frozenset()) for c in (one, other))
    if boxes and other_boxes and boxes != other_boxes:
        is_part = boxes < other_boxes or other_boxes < boxes
        yield (
            "container_number",
            _containers(one, boxes),
            _containers(other, other_boxes),
            Severity.WARNING if is_part else Severity.ERROR,
        )
        if is_part:  # one paper covers more goods: its totals are others
            return
    for name in NUMBERS:
        if name in one.numbers and name in other.numbers:
            (mine, said), (theirs, other_said) = one.numbers[name], other.numbers[name]
            if not _same_number(name, mine, theirs):
                severity = Severity.ERROR if name in _SERIOUS else Severity.WARNING
                yield name, _as(said, mine), _as(other_said, theirs), severity
    for name, said in one.texts.items():
        if name in other.texts and not _same_text(name, said.value, other.texts[name].value):
            yield name, said, other.texts[name], Severity.WARNING
    if one.hs_place and other.hs_place and not _same_hs(one.hs_codes, other.hs_codes):
        mine_hs, their_hs = (", ".join(sorted(c.hs_codes)) for c in (one, other))
        yield (
            "hs_code",
            Said(mine_hs, one.hs_place.found, one.hs_place.line),
            Said(their_hs, other.hs_place.found, other.hs_place.line),
            Severity.WARNING,
        )


def _agreements(one: Consignment, other: Consignment) -> Iterator[tuple[str, Said]]:
    """Totals, containers and the own number, where the other paper says exactly the same."""
    for name in NUMBERS:
        if name in one.numbers and name in other.numbers:
            (mine, said), (theirs, _) = one.numbers[name], other.numbers[name]
            if _same_number(name, mine, theirs):
                yield name, said
    boxes = one.keys.get(CONTAINER, _NONE)
    if boxes and one.container_place and boxes == other.keys.get(CONTAINER):
        yield "container_number", one.container_place
    if one.number_place and _named(one) and _named(one) <= _all_keys(other):
        yield "number", one.number_place


def _named(one: Consignment) -> frozenset[tuple[str, str]]:
    """A paper's own number as the key by which others name it."""
    kind = OWN_NUMBER.get(one.document_type)
    return frozenset({(kind, compact(one.own_number))}) if kind else frozenset()


def _all_keys(one: Consignment) -> frozenset[tuple[str, str]]:
    return frozenset((kind, value) for kind, values in one.keys.items() for value in values)


def _containers(one: Consignment, boxes: frozenset[str]) -> Said:
    place = one.container_place
    return Said(", ".join(sorted(boxes)), place.found if place else None)


def _as(said: Said, value: Decimal) -> Said:
    return Said(shown(value), said.found, said.line)


def _same_number(name: str, one: Decimal, other: Decimal) -> bool:
    if name.endswith("_kg"):
        return same_weight(one, other)
    if name == "volume_m3":
        return abs(one - other) <= max(Decimal("0.1"), Decimal("0.01") * max(one, other))
    return one == other


def _same_text(name: str, one: str, other: str) -> bool:
    if name == "consignee_name":
        return is_to_order(one) or is_to_order(other) or party_name(one).means(party_name(other))
    if name == "vessel_name":
        ships = [re.sub(r"^(?:m ?v|m ?s|mt|vessel) ", "", folded(text)) for text in (one, other)]
        return ships[0] == ships[1]
    mine, theirs = ({folded(n) for n in place_names(text)} for text in (one, other))
    return bool(mine & theirs)


def _same_hs(one: frozenset[str], other: frozenset[str]) -> bool:
    """One paper may name only the heading, or only the main goods."""
    small, large = sorted((one, other), key=len)
    return all(any(b.startswith(a) or a.startswith(b) for b in large) for a in small)


def _conflict(one: Consignment, other: Consignment, difference: Difference) -> CheckResult:
    what, said, other_said, severity = difference
    unit = " kg" if what.endswith("_kg") else " m³" if what.endswith("_m3") else ""
    paper = f"{spoken(other.document_type)} {other.own_number}".rstrip()
    reason = (
        f"{sentence(spoken(what))} is {said.value}{unit} here, but {other_said.value}{unit}"
        f" on the {paper} ({other.file_name})."
    )
    return result(
        CHECK,
        Fault(reason, severity),
        said.found,
        field=what,
        line=said.line,
        other=other.document_id,
    )

"""The demo's 24 documents: eight shipments in four languages, every planted fault once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from include.samples import faults
from include.samples.dataset import Sample, clean, worn, write
from include.samples.papers.draw import draw
from include.samples.reference import orders
from include.samples.shipment import Shipment, build_shipment
from include.samples.truth import DUPLICATE, EXPORTED, IN_REVIEW, QUARANTINED, Truth


@dataclass(frozen=True)
class Part:
    """One paper of the demo: which, of which order, how it looks and what is wrong with it."""

    order: str
    kind: str
    layout: str
    language: str
    scan: str = ""
    suffix: str = ".pdf"
    fault: str = ""


PARTS = (
    # By sea from China: everything is in order.
    Part("PO-2026-0001", "invoice", "boxed", "en"),
    Part("PO-2026-0001", "packing_list", "typed", "en"),
    Part("PO-2026-0001", "bill_of_lading", "classic", "en"),
    Part("PO-2026-0001", "cargo_manifest", "header_boxes", "en"),
    Part("PO-2026-0001", "delivery_note", "cells", "de", scan="scan300"),
    # By road within Germany, with value added tax.
    Part("PO-2026-0005", "invoice", "letter", "de"),
    Part("PO-2026-0005", "packing_list", "cells", "de", scan="scan200"),
    Part("PO-2026-0005", "delivery_note", "band", "de"),
    # By air from the United States; somebody stamped the invoice in the wrong place.
    Part("PO-2026-0003", "invoice", "cells", "en", scan="scan200", fault=faults.STAMP),
    Part("PO-2026-0003", "packing_list", "boxed", "en"),
    Part("PO-2026-0003", "air_waybill", "airline_form", "en"),
    # By sea from France; the carrier's weight is not the packing list's.
    Part("PO-2026-0004", "invoice", "cells", "fr"),
    Part("PO-2026-0004", "packing_list", "letter", "fr", fault=faults.WEIGHTS),
    Part("PO-2026-0004", "bill_of_lading", "listing", "fr", fault=faults.WEIGHTS),
    # By air from Spain; the delivery note names a stranger.
    Part("PO-2026-0007", "invoice", "band", "es"),
    Part("PO-2026-0007", "air_waybill", "neutral", "es", scan="scan200", suffix=".png"),
    Part("PO-2026-0007", "delivery_note", "letter", "es", fault=faults.CONSIGNEE),
    # By sea from Spain; a tariff code that does not exist, a container number that cannot be.
    Part("PO-2026-0002", "invoice", "typed", "es", fault=faults.HS_CODE),
    Part("PO-2026-0002", "bill_of_lading", "mirrored", "es", fault=faults.CONTAINER),
    # By sea from China; the invoice comes twice, the second time from the scanner.
    Part("PO-2026-0010", "invoice", "letter", "en"),
    Part("PO-2026-0010", "invoice", "letter", "en", scan="scan200", fault=faults.DUPLICATE_INVOICE),
)
_CHANGES = {
    faults.CONTAINER: faults.with_wrong_container,
    faults.HS_CODE: faults.with_unknown_hs_code,
    faults.CONSIGNEE: faults.with_unknown_consignee,
}


def write_demo(folder: Path) -> list[Path]:
    """Writes the demo's documents with their truth; returns them in the order of their names."""
    return write(folder, demo_samples())


def demo_samples() -> Iterator[Sample]:
    first: Sample | None = None
    for number, part in enumerate(PARTS, 1):
        sample = _sample(f"{number:02d}-{part.kind.replace('_', '-')}", part)
        first = first or sample
        yield sample
    assert first is not None
    copied = replace(first.truth, expected_state=DUPLICATE, flags=(faults.SAME_BYTES,))
    yield replace(first, name="22-invoice-copy", truth=copied)
    rng = Random("demo extras")
    nothing = Truth(document_type="unknown", expected_state=QUARANTINED)
    paper = draw("packing_list", _shipment("PO-2026-0008"), rng)
    blurred = worn("23-scan", paper, "unreadable", rng)
    yield replace(blurred, truth=replace(nothing, flags=(faults.UNREADABLE,)))
    nothing = replace(nothing, flags=(faults.NOT_A_PDF,))
    yield Sample("24-attachment", ".pdf", faults.not_a_pdf(rng), nothing)


def _shipment(order: str) -> Shipment:
    return build_shipment(orders()[order], Random(f"demo {order}"))


def _sample(name: str, part: Part) -> Sample:
    shipment = _shipment(part.order)
    # The kind, not the turn, seeds the drawing: a repeated invoice is the same paper again.
    rng = Random(f"demo {part.order} {part.kind}")
    if part.fault in _CHANGES:
        shipment = _CHANGES[part.fault](shipment, rng)
    if part.fault == faults.WEIGHTS and part.kind == "bill_of_lading":
        shipment = faults.with_other_weight(shipment, rng)
    paper = draw(part.kind, shipment, rng, layout=part.layout, language=part.language)
    state = IN_REVIEW if part.fault else EXPORTED
    flags = (part.fault,) if part.fault else ()
    if not part.scan:
        return clean(name, paper, state=state, flags=flags)
    stamped = "number" if part.fault == faults.STAMP else ""
    return worn(
        name, paper, part.scan, rng, suffix=part.suffix, state=state, flags=flags, stamped=stamped
    )

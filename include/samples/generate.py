"""Sets of shipments for tests and measurements: most sound, some degraded, some with a fault."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from include.samples import faults, office
from include.samples.dataset import Sample, clean, worn
from include.samples.identifiers import container_number
from include.samples.papers.draw import Paper, draw, is_from_seller
from include.samples.reference import DEMO_ORDERS, Order, orders
from include.samples.shipment import Shipment, build_shipment
from include.samples.truth import DUPLICATE, EXPORTED, IN_REVIEW, QUARANTINED, Truth

PAPERS = {
    "sea": ("invoice", "packing_list", "bill_of_lading", "cargo_manifest", "delivery_note"),
    "air": ("invoice", "packing_list", "air_waybill", "delivery_note"),
    "road": ("invoice", "packing_list", "delivery_note"),
}
#: What is wrong with every tenth shipment, by its turn; the empty ones are sound.
FAULTS = (
    "", faults.CONTAINER, "", faults.WEIGHTS, faults.HS_CODE, "", faults.CONSIGNEE,
    faults.DUPLICATE_INVOICE, faults.STAMP, "",
)  # fmt: skip
#: Papers of faulty shipments, so that the fault shows on the flagged paper and nowhere else.
FAULTY_PAPERS = {
    faults.CONTAINER: ("invoice", "bill_of_lading", "delivery_note"),
    faults.WEIGHTS: ("invoice", "packing_list", "bill_of_lading"),
}
#: Ways papers arrive, with the ending of the file, and how often.
WAYS = (
    ("", ".pdf", 55), ("scan200", ".pdf", 9), ("scan300", ".pdf", 6), ("scan200", ".png", 4),
    ("scan200", ".tif", 2), ("low_jpeg", ".pdf", 5), ("blur", ".pdf", 4), ("fax", ".tif", 5),
    ("photo", ".jpg", 8), ("fax_coarse", ".tif", 2), ("received", ".pdf", 3),
    ("sideways", ".pdf", 1), ("upside_down", ".pdf", 1),
)  # fmt: skip
#: One shipment in so many has papers longer than a page.
LONG_EVERY = 6


def generate(count: int, seed: int) -> Iterator[Sample]:
    """The papers of `count` shipments of distinct orders; the same seed gives the same bytes."""
    rng = Random(f"samples {seed}")
    waiting = [o for o in orders().values() if o.state == "open" and o.number not in DEMO_ORDERS]
    rng.shuffle(waiting)
    if count > len(waiting):
        raise ValueError(f"There are {len(waiting)} orders to draw from, not {count}.")
    for turn in range(count):
        fault = FAULTS[turn % len(FAULTS)]
        order = _next_order(waiting, needs_ship=fault in FAULTY_PAPERS)
        yield from _shipment(turn + 1, order, fault, Random(f"{seed} {order.number}"))
    yield from _extras([*waiting, *(orders()[n] for n in DEMO_ORDERS)], rng)


def _next_order(waiting: list[Order], *, needs_ship: bool) -> Order:
    for order in waiting:
        if not needs_ship or build_shipment(order, Random(0)).mode == "sea":
            waiting.remove(order)
            return order
    return waiting.pop(0)


def _shipment(number: int, order: Order, fault: str, rng: Random) -> Iterator[Sample]:
    shipment = build_shipment(order, rng)
    if fault in FAULTY_PAPERS and shipment.mode != "sea":
        fault = ""
    if not fault:
        shipment = _varied(shipment, rng)
    detailed = shipment
    if not fault and number % LONG_EVERY == 0:
        detailed = faults.split_into_batches(shipment, 14, rng)
    faulty = _faulty_kind(fault, shipment, rng)
    for kind in FAULTY_PAPERS.get(fault, PAPERS[shipment.mode]):
        name = f"{number:04d}-{kind}"
        told = _told(fault, shipment, rng) if kind == faulty else shipment
        if detailed is not shipment and kind in ("invoice", "packing_list", "delivery_note"):
            told = detailed
        paper = _draw(kind, told, rng, shows_hs=fault == faults.HS_CODE and kind == faulty)
        flagged = kind == faulty or (fault == faults.WEIGHTS and kind == "packing_list")
        flags = (fault,) if flagged else ()
        state = IN_REVIEW if flagged and fault != faults.DUPLICATE_INVOICE else EXPORTED
        if flagged and fault == faults.STAMP:
            yield worn(name, paper, "scan200", rng, state=state, flags=flags, stamped="number")
        elif flagged and fault == faults.DUPLICATE_INVOICE:
            yield clean(name, paper)
            yield worn(f"9{name[1:]}-again", paper, "scan200", rng, state=IN_REVIEW, flags=flags)
        else:
            yield _arrive(name, paper, rng, state, flags)


def _varied(shipment: Shipment, rng: Random) -> Shipment:
    """Shared ships, goods in two containers and bills of lading to order, all of them sound."""
    if shipment.mode == "sea" and len(shipment.items) > 1 and rng.random() < 0.2:
        owner = shipment.carrier.code[:3]
        shipment = replace(shipment, second_container=container_number(rng, owner))
    return replace(shipment, shares_vessel=rng.random() < 0.5, is_to_order=rng.random() < 0.1)


def _draw(kind: str, shipment: Shipment, rng: Random, *, shows_hs: bool = False) -> Paper:
    """The paper in some layout; with `shows_hs` in one that has a column for tariff codes."""
    while True:
        decimals = 2 if is_from_seller(kind) else rng.choice((2, 2, 2, 3))
        paper = draw(kind, shipment, rng, weight_decimals=decimals)
        if not shows_hs or paper.truth.lines[0].get("hs_code"):
            return paper


def _faulty_kind(fault: str, shipment: Shipment, rng: Random) -> str:
    """The paper that shows the fault."""
    fixed = {
        faults.CONTAINER: "bill_of_lading", faults.WEIGHTS: "bill_of_lading",
        faults.HS_CODE: "invoice", faults.DUPLICATE_INVOICE: "invoice", faults.STAMP: "invoice",
    }  # fmt: skip
    if fault == faults.CONSIGNEE:
        return rng.choice(
            [k for k in PAPERS[shipment.mode] if k not in ("invoice", "cargo_manifest")]
        )
    return fixed.get(fault, "")


def _told(fault: str, shipment: Shipment, rng: Random) -> Shipment:
    """The shipment as the faulty paper tells it."""
    change = {
        faults.CONTAINER: faults.with_wrong_container,
        faults.WEIGHTS: faults.with_other_weight,
        faults.HS_CODE: faults.with_unknown_hs_code,
        faults.CONSIGNEE: faults.with_unknown_consignee,
    }.get(fault)
    return change(shipment, rng) if change else shipment


def _arrive(name: str, paper: Paper, rng: Random, state: str, flags: tuple[str, ...]) -> Sample:
    weights = [share for _, _, share in WAYS]
    kind, suffix, _ = rng.choices(WAYS, weights)[0]
    if not kind:
        return clean(name, paper, state=state, flags=flags)
    if paper.pages > 1 and suffix in (".png", ".jpg"):
        kind, suffix = "scan200", ".pdf"
    return worn(name, paper, kind, rng, suffix=suffix, state=state, flags=flags)


def _extras(spare: list[Order], rng: Random) -> Iterator[Sample]:
    """Files that are no papers, a copy of the same bytes, and papers in office formats."""
    paper = draw("invoice", build_shipment(spare[0], rng), rng)
    yield clean("8001-invoice", paper)
    copy = clean("9801-invoice-copy", paper, state=DUPLICATE, flags=(faults.SAME_BYTES,))
    yield copy
    nothing = Truth(document_type="unknown", expected_state=QUARANTINED)
    unreadable = worn("9802-scan", paper, "unreadable", rng)
    yield replace(unreadable, truth=replace(nothing, flags=(faults.UNREADABLE,)))
    yield Sample(
        "9803-document", ".pdf", faults.not_a_pdf(rng), replace(nothing, flags=(faults.NOT_A_PDF,))
    )
    yield from office.office_samples(build_shipment(spare[1], rng), rng)

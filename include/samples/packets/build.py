"""Packets of papers as one file each, with the pages and the type of every paper in them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random

import pikepdf

from include.samples import degrade, faults
from include.samples.generate import PAPERS
from include.samples.packets import pages
from include.samples.papers.draw import draw, is_from_seller
from include.samples.reference import Order, orders
from include.samples.shipment import Shipment, build_shipment

#: Kinds of files and how often: packets of several papers, and papers that must stay whole.
KINDS: Mapping[str, int] = {
    "shipment": 32, "same_sender": 18, "one_type": 14, "mixed": 14,
    "long": 8, "with_terms": 8, "one_paper": 6,
}  # fmt: skip
#: Files of these kinds hold one paper.
WHOLE = frozenset(("long", "with_terms", "one_paper"))
#: What lies between the papers, and how often.
PARTINGS: Mapping[str, int] = {"": 60, "blank": 16, "sheet": 10, "back": 14}
#: How scanned packets look; the hopeless kinds are left to other measurements.
SCANS = ("scan200", "scan200", "low_jpeg", "received", "blur")
UNKNOWN = "unknown"


@dataclass(frozen=True)
class PacketPart:
    """One paper in a packet: its pages (from 1, blank sides left out) and its type."""

    first: int
    last: int
    document_type: str


@dataclass(frozen=True)
class Packet:
    """A file with its truth; `traits` name what is special about it."""

    name: str
    kind: str
    data: bytes
    parts: tuple[PacketPart, ...]
    pages: int
    traits: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Leaf:
    """A paper on its way into a packet."""

    document_type: str
    pdf: bytes
    language: str = "en"


def packets(
    count: int, seed: int, *, held_out: bool = False, scanned: bool = False
) -> Iterator[Packet]:
    """`count` files; the same seed gives the same bytes. `held_out`: other habits of counting."""
    for number in range(1, count + 1):
        rng = Random(f"packets {seed} {number} {scanned}")
        yield _packet(f"{number:04d}", rng, held_out=held_out, scanned=scanned)


def _packet(name: str, rng: Random, *, held_out: bool, scanned: bool) -> Packet:
    kind = rng.choices(list(KINDS), list(KINDS.values()))[0]
    leaves = _LEAVES[kind](rng)
    traits = []
    wordings = pages.HELD_OUT_COUNTERS if held_out else pages.COUNTERS
    if rng.random() < 0.5:
        traits.append("counted")
        leaves = [_counted(leaf, wordings, rng) for leaf in leaves]
    parting = rng.choices(list(PARTINGS), list(PARTINGS.values()))[0]
    if parting and (len(leaves) > 1 or parting == "back"):
        traits.append(parting)
    data, parts = _joined(leaves, parting, rng)
    if scanned:
        traits.append("scanned")
        data = _scanned(data, rng)
    elif rng.random() < 0.08:
        traits.append("turned")
        data = pages.turned(data, rng.choice((90, 180, 270)))
    return Packet(name, kind, data, parts, pages.page_count(data), tuple(traits))


def _joined(
    leaves: Sequence[_Leaf], parting: str, rng: Random
) -> tuple[bytes, tuple[PacketPart, ...]]:
    """The leaves in one file. `back`: each ends on an even page, as duplex scanners leave it."""
    files: list[bytes] = []
    parts: list[PacketPart] = []
    at = 0
    for leaf in leaves:
        if parts and parting in ("blank", "sheet"):
            files.append(pages.blank() if parting == "blank" else pages.separator(rng))
            at += 1
        length = pages.page_count(leaf.pdf)
        files.append(leaf.pdf)
        parts.append(PacketPart(at + 1, at + length, leaf.document_type))
        at += length
        if parting == "back" and at % 2:
            files.append(pages.blank(pages.first_size(leaf.pdf)))
            at += 1
    return pages.merged(files), tuple(parts)


def _counted(leaf: _Leaf, wordings: Mapping[str, Sequence[str]], rng: Random) -> _Leaf:
    """The leaf with counters; one in five has none, as if another program had made it."""
    if rng.random() < 0.2:
        return leaf
    wording = rng.choice(wordings[leaf.language])
    return _Leaf(leaf.document_type, pages.counted(leaf.pdf, wording, rng), leaf.language)


def _scanned(data: bytes, rng: Random) -> bytes:
    """Every page through the scanner; now and then one lies upside down or sideways."""
    kind = rng.choice(SCANS)
    dpi = degrade.DPI[kind]
    images = []
    for page in degrade.render(data, dpi):
        fed = rng.choices((kind, "upside_down", "sideways"), (94, 3, 3))[0]
        images.append(degrade.degrade(fed, page, rng))
    return _same_id(degrade.to_pdf(images, dpi, degrade.JPEG_QUALITY.get(kind, 78)))


def _same_id(data: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as file:
        out = io.BytesIO()
        file.save(out, deterministic_id=True)
        return out.getvalue()


def _orders(rng: Random, count: int, *, supplier: str = "") -> list[Order]:
    known = [o for o in orders().values() if not supplier or o.supplier.code == supplier]
    return rng.sample(known, min(count, len(known)))


def _long(shipment: Shipment, rng: Random) -> Shipment:
    return faults.split_into_batches(shipment, rng.choice((10, 14, 20)), rng)


def _leaf(kind: str, shipment: Shipment, rng: Random, *, often_long: float = 0.15) -> _Leaf:
    if is_from_seller(kind) and rng.random() < often_long:
        shipment = _long(shipment, rng)
    paper = draw(kind, shipment, rng)
    return _Leaf(kind, paper.pdf, paper.language)


def _of_shipment(rng: Random) -> list[_Leaf]:
    """The papers of one shipment, now and then under a covering letter."""
    shipment = build_shipment(_orders(rng, 1)[0], rng)
    kinds = list(PAPERS[shipment.mode])
    if rng.random() < 0.5:
        rng.shuffle(kinds)
    kinds = kinds[: rng.randint(2, len(kinds))]
    leaves = [_leaf(kind, shipment, rng) for kind in kinds]
    if rng.random() < 0.2:
        language = leaves[0].language
        said = pages.letter(language, shipment.seller.name, shipment.order.number, rng)
        leaves.insert(0, _Leaf(UNKNOWN, said, language))
    return leaves


def _same_sender(rng: Random) -> list[_Leaf]:
    """Papers of one type from one sender, each with its own number."""
    sender = rng.choice(_orders(rng, 1)).supplier.code
    chosen = _orders(rng, rng.randint(2, 4), supplier=sender)
    kind = rng.choice(("invoice", "invoice", "packing_list", "delivery_note"))
    layout = rng.choice(("letter", "boxed", "band", "typed", "cells"))
    leaves = []
    for order in chosen:
        shipment = build_shipment(order, rng)
        if rng.random() < 0.15:
            shipment = _long(shipment, rng)
        paper = draw(kind, shipment, rng, layout=layout)
        leaves.append(_Leaf(kind, paper.pdf, paper.language))
    return leaves


def _one_type(rng: Random) -> list[_Leaf]:
    """Papers of one type from several senders."""
    kind = rng.choice(("invoice", "invoice", "delivery_note", "packing_list", "bill_of_lading"))
    return list(_several(rng, lambda _: kind))


def _mixed(rng: Random) -> list[_Leaf]:
    """Papers of several shipments."""
    return list(_several(rng, lambda mode: rng.choice(PAPERS[mode])))


def _several(rng: Random, choose: Callable[[str], str]) -> Iterator[_Leaf]:
    wanted = rng.randint(2, 6)
    for order in _orders(rng, 4 * wanted):
        shipment = build_shipment(order, rng)
        kind = choose(shipment.mode)
        if kind in PAPERS[shipment.mode] and wanted:
            wanted -= 1
            yield _leaf(kind, shipment, rng)


def _one_long(rng: Random, *, with_terms: bool = False) -> list[_Leaf]:
    """One paper of several pages; `with_terms`: small print follows it."""
    shipment = build_shipment(_orders(rng, 1)[0], rng)
    kinds = [k for k in PAPERS[shipment.mode] if with_terms is False or is_from_seller(k)]
    if "cargo_manifest" in kinds and rng.random() < 0.5:
        kinds = ["cargo_manifest"]
    kind = rng.choice([k for k in kinds if is_from_seller(k) or k == "cargo_manifest"])
    leaf = _leaf(kind, _long(shipment, rng), rng, often_long=0.0)
    if with_terms:
        small = pages.terms(leaf.language, rng)
        leaf = _Leaf(leaf.document_type, pages.merged([leaf.pdf, small]), leaf.language)
    return [leaf]


def _one_paper(rng: Random) -> list[_Leaf]:
    shipment = build_shipment(_orders(rng, 1)[0], rng)
    return [_leaf(rng.choice(PAPERS[shipment.mode]), shipment, rng, often_long=0.5)]


_LEAVES: Mapping[str, Callable[[Random], list[_Leaf]]] = {
    "shipment": _of_shipment,
    "same_sender": _same_sender,
    "one_type": _one_type,
    "mixed": _mixed,
    "long": _one_long,
    "with_terms": partial(_one_long, with_terms=True),
    "one_paper": _one_paper,
}

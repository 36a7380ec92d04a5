"""Generated packets, read by the reader: each paper in them is found, and no paper is torn."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.document_types.catalogue import load_catalogue
from include.extraction.layout.page import sheets_of
from include.models import Page
from include.pages.classify import classify
from include.pages.packets import find_cuts
from include.pages.reader import read_file
from include.samples.packets.build import WHOLE, Packet, packets

pytestmark = pytest.mark.usefixtures("reader")
CATALOGUE = load_catalogue()


def read(packet: Packet, folder: Path) -> tuple[Page, ...]:
    path = folder / "packet.pdf"
    path.write_bytes(packet.data)
    return read_file(path, path.name).pages


def upright(count: int, seed: int) -> list[Packet]:
    return [made for made in packets(count, seed) if "turned" not in made.traits]


def test_packets_are_made_alike_from_the_same_seed() -> None:
    assert list(packets(4, 5)) == list(packets(4, 5))
    assert [p.data for p in packets(4, 5)] != [p.data for p in packets(4, 6)]


def test_packets_with_text_are_cut_into_their_papers(tmp_path: Path) -> None:
    for packet in upright(25, 11):
        cuts = find_cuts(read(packet, tmp_path), CATALOGUE)
        true = [part.first for part in packet.parts]
        assert [cut.first for cut in cuts] == true, (packet.name, packet.traits)
        if len(true) > 1:
            assert [cut.last for cut in cuts] == [part.last for part in packet.parts]
            assert all(cut.evidence for cut in cuts[1:])


def test_papers_of_several_pages_stay_whole(tmp_path: Path) -> None:
    whole = [made for made in upright(40, 12) if made.kind in WHOLE]
    assert sum(packet.pages > 1 for packet in whole) >= 5
    for packet in whole:
        assert len(find_cuts(read(packet, tmp_path), CATALOGUE)) == 1, packet.name


def test_a_scanned_packet_is_cut_and_its_papers_are_known(tmp_path: Path) -> None:
    small = (p for p in packets(20, 13, scanned=True) if len(p.parts) > 1 and p.pages <= 3)
    packet = next(small)
    pages = read(packet, tmp_path)
    cuts = find_cuts(pages, CATALOGUE)
    assert [(cut.first, cut.last) for cut in cuts] == [(p.first, p.last) for p in packet.parts]
    for cut, part in zip(cuts, packet.parts, strict=True):
        own = [page for page in pages if cut.first <= page.number <= cut.last]
        assert classify(sheets_of(own), CATALOGUE).document_type == part.document_type

"""The sets that are written: the demo, the generated ones, the reference data behind both."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from stdnum import iban, iso6346
from stdnum.eu import vat

from include.samples import faults
from include.samples.__main__ import main
from include.samples.dataset import Sample
from include.samples.degrade import DPI, degrade, render
from include.samples.demo import demo_samples, write_demo
from include.samples.generate import generate
from include.samples.papers.draw import draw
from include.samples.reference import hs_codes, orders, parties, products, rows
from include.samples.shipment import build_shipment


@pytest.fixture(scope="module")
def demo() -> list[Sample]:
    return list(demo_samples())


@pytest.fixture(scope="module")
def made() -> list[Sample]:
    return list(generate(10, 1))


def flagged(samples: list[Sample], flag: str) -> list[Sample]:
    return [sample for sample in samples if flag in sample.truth.flags]


def test_the_demo_has_24_documents_of_all_types_and_states(demo: list[Sample]) -> None:
    states = Counter(sample.truth.expected_state for sample in demo)
    kinds = {sample.truth.document_type for sample in demo} - {"unknown"}
    assert len(demo) == len({sample.name for sample in demo}) == 24
    assert states == {"exported": 14, "in_review": 7, "duplicate": 1, "quarantined": 2}
    assert kinds == {
        "invoice", "packing_list", "bill_of_lading", "cargo_manifest", "air_waybill",
        "delivery_note",
    }  # fmt: skip


def test_every_fault_is_planted_in_the_demo_and_in_ten_generated_shipments(
    demo: list[Sample], made: list[Sample]
) -> None:
    for samples in (demo, made):
        for fault in (
            faults.CONTAINER, faults.WEIGHTS, faults.HS_CODE, faults.CONSIGNEE, faults.STAMP,
            faults.DUPLICATE_INVOICE, faults.UNREADABLE, faults.NOT_A_PDF, faults.SAME_BYTES,
        ):  # fmt: skip
            assert flagged(samples, fault), fault


def test_the_faults_are_what_they_are_called(demo: list[Sample], made: list[Sample]) -> None:
    for samples in (demo, made):
        (container,) = flagged(samples, faults.CONTAINER)
        assert not iso6346.is_valid(str(container.truth.fields["container_number"]))
        weights = {s.truth.fields["gross_weight_kg"] for s in flagged(samples, faults.WEIGHTS)}
        assert len(weights) == 2
        (tariff,) = flagged(samples, faults.HS_CODE)
        assert str(tariff.truth.lines[0]["hs_code"]) not in hs_codes()
        (stranger,) = flagged(samples, faults.CONSIGNEE)
        names = {party.name for party in parties().values()}
        assert stranger.truth.fields["consignee_name"] not in names
        (stamped,) = flagged(samples, faults.STAMP)
        assert "number" not in stamped.truth.fields


def test_a_repeated_invoice_comes_after_its_original_with_other_bytes(
    demo: list[Sample], made: list[Sample]
) -> None:
    for samples in (demo, made):
        (again,) = flagged(samples, faults.DUPLICATE_INVOICE)
        number = again.truth.fields["number"]
        originals = [
            s
            for s in samples
            if s.truth.document_type == "invoice"
            and s.truth.fields.get("number") == number
            and s.truth.fields["seller_name"] == again.truth.fields["seller_name"]
            and s is not again
        ]
        assert [s.name for s in originals if s.name < again.name]
        assert all(s.data != again.data for s in originals)
        (copy,) = flagged(samples, faults.SAME_BYTES)
        assert [s.name for s in samples if s.data == copy.data and s.name < copy.name]


def test_the_demo_is_the_same_bytes_each_time(demo: list[Sample], tmp_path: Path) -> None:
    paths = write_demo(tmp_path)
    digests = [hashlib.sha256(path.read_bytes()).digest() for path in paths]
    assert digests == [hashlib.sha256(sample.data).digest() for sample in demo]
    assert [path.name for path in paths] == sorted(path.name for path in paths)
    for path in paths:
        truth = json.loads((tmp_path / f"{path.stem}.truth.json").read_text("utf-8"))
        assert set(truth) == {"document_type", "fields", "lines", "expected_state", "flags"}


def test_a_seed_gives_the_same_set_and_keeps_off_the_demos_orders() -> None:
    one, other = (list(generate(2, 5)) for _ in range(2))
    assert [(s.name, s.data, s.truth) for s in one] == [(s.name, s.data, s.truth) for s in other]
    numbers = {s.truth.fields.get("order_reference") for s in one}
    assert not numbers & {f"PO-2026-{n:04d}" for n in range(1, 11)}


def test_the_command_writes_documents_and_truths(tmp_path: Path) -> None:
    assert main([str(tmp_path / "set"), "1", "3"]) == 0
    documents = [p for p in (tmp_path / "set").iterdir() if not p.name.endswith(".truth.json")]
    assert len(documents) >= 6
    assert all((p.parent / f"{p.stem}.truth.json").exists() for p in documents)
    assert main([]) == 2


@pytest.mark.parametrize("kind", sorted(DPI))
def test_every_degradation_keeps_the_sheet_and_changes_its_look(kind: str) -> None:
    shipment = build_shipment(orders()["PO-2026-0001"], Random(1))
    page = render(draw("invoice", shipment, Random(1)).pdf, 80)[0]
    worn = degrade(kind, page, Random(2))
    assert worn.tobytes() != page.tobytes()
    assert worn.width >= page.width
    assert worn.tobytes() == degrade(kind, page, Random(2)).tobytes()


def test_the_reference_tables_fit_together() -> None:
    countries = {row["code"] for row in rows("countries")}
    currencies = {row["code"] for row in rows("currencies")}
    active = {row["code"] for row in rows("hs_codes") if row["is_active"] == "true"}
    assert {product.hs_code for product in products().values()} <= active
    assert {party.country for party in parties().values()} <= countries
    assert {row["country"] for row in rows("ports")} <= countries
    assert {order.currency for order in orders().values()} <= currencies
    assert len(orders()) == 120
    assert all(code[:2] in active and code[:4] in active for code in active)


def test_the_parties_tax_ids_and_accounts_have_right_check_digits() -> None:
    for party in parties().values():
        if party.vat_id and party.country in ("DE", "FR", "ES", "IT"):
            assert vat.is_valid(party.vat_id), party.name
        if party.iban:
            assert iban.is_valid(party.iban), party.name

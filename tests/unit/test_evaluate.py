"""Scoring: what counts as right, and what the figures mean."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.evaluate import main, samples_of
from benchmarks.scoring import Tally, Truth, confidence_quality, is_equal, micro, paired
from include.document_types.catalogue import load_catalogue
from tests.extractions import paper

INVOICE = load_catalogue().types["invoice"]


@pytest.mark.parametrize(
    ("name", "truth", "found", "expected"),
    [
        ("grand_total", "1234.5", "1234.50", True),  # the same amount
        ("grand_total", "1234.5", "1234.51", False),  # a cent more
        ("issue_date", "2026-03-01", "2026-03-01", True),  # the same day
        ("seller_name", "ACME GmbH & Co. KG", "Acme GMBH & Co KG", True),  # case, punctuation
        ("seller_name", "ACME GmbH", "ACME Ltd", False),  # another name
        ("number", "INV-1", "inv-1", True),  # case
        ("country_of_origin", "China", "CN", True),  # name and code
        ("incoterm", "FOB Ningbo", "FOB", True),  # with and without the place
    ],
)
def test_values_are_equal_by_their_type(name: str, truth: str, found: str, expected: bool) -> None:
    assert is_equal(INVOICE.fields[name], truth, found) is expected


def test_null_means_not_on_the_document_and_absent_means_not_scored() -> None:
    tally = Tally()
    truth = Truth("invoice", {"number": "1", "iban": None, "due_date": None})
    tally.add(truth, INVOICE, paper("invoice", {"number": "1", "iban": "DE1", "currency": "EUR"}))
    counts = {name: (c.truth, c.found, c.correct) for name, c in tally.fields.items()}
    assert counts == {
        "invoice.number": (1, 1, 1),
        "invoice.iban": (0, 1, 0),  # a value where there is none is an error
        "invoice.due_date": (0, 0, 0),
    }
    assert micro(tally.fields) == {
        "precision": 0.5,
        "recall": 1.0,
        "f1": 0.6667,
        "accuracy": 0.6667,
    }
    assert tally.exact_documents == 0


def test_rows_are_paired_by_likeness_not_by_place() -> None:
    truth = [{"description": "Bolts", "quantity": "1"}, {"description": "Nuts", "quantity": "2"}]
    found = paper("invoice", {}, [{"description": "Nuts", "quantity": "2"}]).lines
    pairs = paired(truth, found, INVOICE.lines)
    assert pairs[0][1] is None
    assert pairs[1][1] is found[0]


def test_a_document_is_exact_only_with_all_its_rows() -> None:
    tally = Tally()
    rows = ({"description": "Bolts"}, {"description": "Nuts"})
    truth = Truth("invoice", {"number": "1"}, rows)
    tally.add(truth, INVOICE, paper("invoice", {"number": "1"}, [dict(rows[0])]))
    assert (tally.rows_truth, tally.rows_found, tally.rows_exact) == (2, 1, 1)
    assert tally.exact_documents == 0
    tally.add(truth, INVOICE, paper("invoice", {"number": "1"}, [dict(row) for row in rows]))
    assert tally.exact_documents == 1


def test_a_confidence_that_ranks_every_error_last_is_perfect() -> None:
    judged = [(0.99, True), (0.9, True), (0.8, True), (0.3, False)]
    quality = confidence_quality(judged)
    assert quality["auroc"] == 1.0
    assert quality["errors"] == 1
    assert quality["coverage_at"]["0.99"] == 0.75


def test_a_confidence_that_says_nothing_is_worth_half() -> None:
    judged = [(0.9, True), (0.9, False)] * 10
    quality = confidence_quality(judged)
    assert quality["auroc"] == 0.5
    assert quality["coverage_at"]["0.995"] == 0.0
    assert quality["ece"] == pytest.approx(0.4)


def test_without_errors_there_is_no_ranking_to_judge() -> None:
    assert confidence_quality([(0.9, True)])["auroc"] is None
    assert confidence_quality([])["ece"] is None


def test_similarity_counts_for_wrong_values_only_softly() -> None:
    tally = Tally()
    extraction = paper("invoice", {"seller_name": "ACME GmbX"})
    tally.add(Truth("invoice", {"seller_name": "ACME GmbH"}), INVOICE, extraction)
    count = tally.fields["invoice.seller_name"]
    assert count.correct == 0
    assert 0.8 < count.soft < 1.0


def _sample(folder: Path, name: str, text: str, **truth: object) -> None:
    (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    (folder / f"{name}.truth.json").write_text(json.dumps(truth), encoding="utf-8")


def test_files_without_truth_are_left_out(tmp_path: Path) -> None:
    _sample(tmp_path, "a.1", "x", document_type="invoice", fields={})
    (tmp_path / "b.txt").write_text("no truth", encoding="utf-8")
    assert [sample.path.name for sample in samples_of(tmp_path)] == ["a.1.txt"]


def test_the_command_reads_a_folder_and_writes_the_report(
    tmp_path: Path, lading_home: Path, reader: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "tiny"
    folder.mkdir()
    text = "COMMERCIAL INVOICE\n\nInvoice No: INV-4711\n\nInvoice Date: 14.02.2026\n"
    _sample(
        folder,
        "one",
        text,
        document_type="invoice",
        fields={"number": "INV-4711", "issue_date": "2026-02-14", "due_date": None},
    )
    _sample(folder, "two", "", document_type="invoice", fields={"number": "9"})
    assert main([str(folder)]) == 0
    report = json.loads((lading_home / "evaluate" / "tiny.json").read_text(encoding="utf-8"))
    assert report["dataset"] == "tiny"
    assert report["documents"] == 2
    assert report["fields"]["invoice.number"]["correct"] == 1
    first, second = report["predictions"]
    assert first["fields"]["number"]["normalised"] == "INV-4711"
    assert first["fields"]["number"]["source"] == "rules"
    assert second["fields"] == {}
    assert second["reasons"]
    assert "invoice.number" in capsys.readouterr().out


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    assert main([str(tmp_path)]) == 2
    assert main([str(tmp_path / "nowhere")]) == 2

"""What counts as reached, what the summary says, and what is shown when nobody watches."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from include.embedded.demo import Outcome, Sample, outcome_of, write_summary
from include.embedded.terminal import Progress, table

ARRIVED = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.UTC)


def sample(expected: str, name: str = "a.pdf") -> Sample:
    return Sample(path=Path(name), sha256="x", expected=expected)


def row(state: str, **more: Any) -> dict[str, Any]:
    known = {
        "id": 7,
        "document_type": "invoice",
        "state": state,
        "reason": None,
        "received_at": ARRIVED,
        "changed_at": ARRIVED + dt.timedelta(seconds=9),
        "passed": ["received", state],
        "erp_model": None,
        "erp_id": None,
        "reasons": [],
    }
    return known | more


@pytest.mark.parametrize(
    ("expected", "state", "passed", "reached"),
    [
        ("exported", "exported", (), True),
        ("exported", "in_review", ("received", "in_review"), False),
        # a clerk has approved it since
        ("in_review", "exported", ("received", "in_review", "exported"), True),
        ("quarantined", "failed", ("received", "failed"), False),
    ],
)
def test_a_state_counts_as_reached(
    expected: str, state: str, passed: tuple[str, ...], reached: bool
) -> None:
    outcome = Outcome(sample=sample(expected), state=state, passed=passed)
    assert outcome.is_expected is reached


def test_an_export_without_a_record_in_the_erp_does_not_count() -> None:
    lost = Outcome(sample=sample("exported"), state="exported", complaint="not found in the ERP")
    assert not lost.is_expected


def test_a_paper_that_never_arrived_is_reported() -> None:
    assert outcome_of(sample("exported"), {}, {}).state == "not arrived"


def test_a_document_in_review_tells_its_reasons() -> None:
    reasons = [{"code": "sum", "text": "The sum is wrong."}]
    found = outcome_of(sample("in_review"), {"a.pdf": row("in_review", reasons=reasons)}, {})
    assert found.reasons == ("The sum is wrong.",)
    assert found.seconds == 9.0


def test_the_summary_has_the_agreed_form(tmp_path: Path) -> None:
    arrivals = {"a.pdf": ARRIVED.timestamp() - 1, "b.pdf": ARRIVED.timestamp()}
    rows = {
        "a.pdf": row("exported", erp_model="account.invoice", erp_id=3),
        "b.pdf": row("quarantined", reason="broken", document_type=None),
    }
    samples = [sample("exported"), sample("quarantined", "b.pdf")]
    path = tmp_path / "summary.json"
    write_summary(path, [outcome_of(each, rows, arrivals) for each in samples], arrivals)
    summary = json.loads(path.read_text())
    assert summary["documents"] == 2
    assert summary["by_state"] == {"exported": 1, "quarantined": 1}
    assert summary["wall_s"] == 10.0
    assert summary["first_document_s"] == 9.0
    assert summary["documents_detail"][0] == {
        "file": "a.pdf",
        "document_id": 7,
        "document_type": "invoice",
        "state": "exported",
        "expected_state": "exported",
        "seconds_to_end": 10.0,
        "erp_ref": "account.invoice,3",
        "review_reasons": [],
    }
    assert summary["documents_detail"][1]["review_reasons"] == ["broken"]


def test_progress_in_a_pipe_is_a_line_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(pause_s=5)
    for elapsed, text in [(0, "a"), (1, "b"), (6, "b"), (7, "c"), (12, "c"), (13, "d")]:
        progress.show(elapsed, text)
    progress.show(14, "e", is_last=True)
    assert [line.split("] ")[1] for line in capsys.readouterr().out.splitlines()] == list("abce")


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    assert table([("a", "bb"), ("ccc", "d")]) == "a    bb\nccc  d"

"""Checks that make a value surer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.decision.confirm import HIGHEST, confirmed, surer
from include.decision.decide import Policy, decide
from include.models import Certificate, CheckResult, Extraction, Outcome, Severity
from tests.extractions import field, paper


def passed(check: str, name: str, line: int | None = None) -> CheckResult:
    return CheckResult(check=check, passed=True, field=name, line=line)


def invoice(confidence: float = 0.8) -> Extraction:
    extraction = paper("invoice", {}, [{}])
    extraction.fields["seller_name"] = field("seller_name", "Acme", confidence=confidence)  # type: ignore[index]
    for name in ("quantity", "unit_price", "line_total"):
        extraction.lines[0].cells[name] = field(name, "1", confidence=confidence)  # type: ignore[index]
    return extraction


@pytest.mark.parametrize(
    ("confidence", "wrong_passes", "after"),
    [
        (0.8, 0.1, 0.9756),  # 0.8 / (0.8 + 0.2 * 0.1)
        (0.5, 0.02, 0.9804),
        (0.8, 1.0, 0.8),  # no evidence
        (0.0, 0.01, 0.0),  # what was never believed is not confirmed
        (0.99, 0.0001, HIGHEST),
    ],
)
def test_evidence_counts_by_bayes(confidence: float, wrong_passes: float, after: float) -> None:
    assert surer(confidence, wrong_passes) == after


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_more_evidence_never_makes_less_sure(confidence: float, one: float, more: float) -> None:
    assert surer(confidence, one * more) >= surer(confidence, one) >= confidence


def test_the_order_confirms_the_seller() -> None:
    checks = [passed("party", "seller_name"), passed("order_supplier", "seller_name")]

    assert confirmed(invoice(), checks)[None, "seller_name"] == HIGHEST


def test_a_line_that_adds_up_confirms_its_three_values() -> None:
    sure = confirmed(invoice(), [passed("line_total", "line_total", 1)])

    assert {sure[1, name] for name in ("quantity", "unit_price", "line_total")} == {0.995}


@pytest.mark.parametrize("severity", [Severity.ERROR, Severity.WARNING])
def test_a_value_that_failed_any_check_is_not_confirmed(severity: Severity) -> None:
    objection = CheckResult(check="x", passed=False, severity=severity, field="seller_name")

    sure = confirmed(invoice(), [passed("party", "seller_name"), objection])
    assert sure[None, "seller_name"] == 0.8


def test_presence_alone_confirms_nothing() -> None:
    assert confirmed(invoice(), [passed("required", "seller_name")])[None, "seller_name"] == 0.8


def test_a_confirmed_value_passes_a_threshold_it_missed_alone() -> None:
    policy = Policy(fields=frozenset({"seller_name"}))
    certificate = Certificate(threshold=0.9)
    checks = [passed("party", "seller_name")]

    assert decide(invoice(), [], policy, certificate).outcome == Outcome.REVIEW
    decision = decide(invoice(), checks, policy, certificate)
    assert (decision.outcome, decision.confidence) == (Outcome.EXPORT, 0.9756)

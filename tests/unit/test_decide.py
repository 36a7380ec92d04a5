"""Export or review, and why."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.decision.decide import Policy, decide
from include.models import Certificate, CheckResult, Extraction, Field, Outcome, Severity, Tier
from tests.extractions import field, paper

POLICY = Policy(fields=frozenset({"number", "grand_total"}), cells=frozenset({"quantity"}))
CERTIFIED = Certificate(threshold=0.9, is_certified=True)


def invoice(*changed: Field) -> Extraction:
    extraction = paper("invoice", {"number": "1", "grand_total": "9"}, [{"quantity": "3"}])
    fields = {**extraction.fields, **{one.name: one for one in changed}}
    return replace(extraction, fields=fields)


def test_a_certain_paper_is_exported() -> None:
    decision = decide(invoice(), [], POLICY, CERTIFIED)

    assert decision.outcome == Outcome.EXPORT
    assert decision.reasons == ()
    assert decision.confidence == 0.99


def test_a_failed_check_stops_with_its_own_words_and_place() -> None:
    check = CheckResult(check="totals", passed=False, reason="Net 1.", field="grand_total", line=2)
    (reason,) = decide(invoice(), [check], POLICY, CERTIFIED).reasons

    assert (reason.code, reason.text, reason.field, reason.line) == (
        "totals",
        "Net 1.",
        "grand_total",
        2,
    )


@pytest.mark.parametrize("severity", [Severity.WARNING, Severity.INFO])
def test_a_warning_does_not_stop(severity: Severity) -> None:
    check = CheckResult(check="x", passed=False, severity=severity, reason="Look here.")

    assert decide(invoice(), [check], POLICY, CERTIFIED).outcome == Outcome.EXPORT


def test_a_doubtful_value_is_named_with_what_was_read() -> None:
    doubtful = field("grand_total", "119.00", confidence=0.8999)
    decision = decide(invoice(doubtful), [], POLICY, CERTIFIED)

    assert decision.confidence == 0.8999
    assert decision.reasons[0].text == (
        "Grand total was read as '119.00', with 89.9 % certainty; 90 % are needed."
    )


def test_a_value_that_is_not_on_the_page_stops() -> None:
    made_up = field("number", "4711", grounded=False)
    (reason,) = decide(invoice(made_up), [], POLICY, CERTIFIED).reasons

    assert reason.text == "Number '4711' does not stand on the page."


def test_values_that_do_not_count_do_not_stop() -> None:
    other = field("seller_address", "Road 1", confidence=0.1, grounded=False)

    assert decide(invoice(other), [], POLICY, CERTIFIED).outcome == Outcome.EXPORT


def test_a_doubtful_cell_is_named_with_its_line() -> None:
    extraction = paper("invoice", {"number": "1"}, [{"quantity": "3"}, {"quantity": "4"}])
    cells = {"quantity": field("quantity", "4", confidence=0.2)}
    lines = (extraction.lines[0], replace(extraction.lines[1], cells=cells))
    decision = decide(replace(extraction, lines=lines), [], POLICY, CERTIFIED)

    assert decision.confidence == 0.2
    assert (decision.reasons[0].field, decision.reasons[0].line) == ("quantity", 2)
    assert decision.reasons[0].text.startswith("Quantity in line 2 was read as '4'")


def test_a_field_may_ask_for_more_certainty_than_the_type() -> None:
    policy = replace(POLICY, stricter={"grand_total": 0.995})

    assert decide(invoice(), [], policy, CERTIFIED).outcome == Outcome.REVIEW


def test_without_a_threshold_everything_is_reviewed() -> None:
    (reason,) = decide(invoice(), [], POLICY, Certificate(threshold=None)).reasons

    assert reason.code == "no_certified_threshold"
    assert reason.text == (
        "No certified threshold yet for an invoice read by rules: everything is shown to a person."
    )


def test_an_unknown_paper_has_no_confidence_and_goes_to_a_person() -> None:
    unknown = Extraction(document_type="unknown", type_confidence=0.3, fields={})
    decision = decide(unknown, [], Policy(is_known=False), CERTIFIED)

    assert (decision.outcome, decision.confidence) == (Outcome.REVIEW, 0.0)
    assert decision.reasons[0].code == "unknown_type"


def test_a_doubtful_type_is_told() -> None:
    extraction = replace(invoice(), type_confidence=0.4)

    assert decide(extraction, [], POLICY, CERTIFIED).reasons[0].code == "type_in_doubt"


def test_a_flag_stops() -> None:
    extraction = replace(invoice(), flags=("llm_unavailable",), tier=Tier.LLM)
    (reason,) = decide(extraction, [], POLICY, CERTIFIED).reasons

    assert reason.code == "llm_unavailable"
    assert "did not answer" in reason.text


@given(
    st.lists(st.floats(0, 1), min_size=3, max_size=3),
    st.lists(st.booleans(), min_size=3, max_size=3),
    st.one_of(st.none(), st.floats(0, 1)),
    st.booleans(),
)
def test_export_means_every_counting_value_is_certain_and_grounded(
    confidences: list[float], grounded: list[bool], threshold: float | None, has_fault: bool
) -> None:
    names = ("number", "grand_total")
    changed = [
        field(name, "1", confidence=c, grounded=g)
        for name, c, g in zip(names, confidences[:2], grounded[:2], strict=True)
    ]
    extraction = invoice(*changed)
    cell = field("quantity", "1", confidence=confidences[2], grounded=grounded[2])
    extraction = replace(
        extraction, lines=(replace(extraction.lines[0], cells={"quantity": cell}),)
    )
    checks = [CheckResult(check="x", passed=not has_fault, reason="bad")]
    decision = decide(extraction, checks, POLICY, Certificate(threshold=threshold))

    is_certain = threshold is not None and min(confidences) >= threshold
    assert (decision.outcome == Outcome.EXPORT) == (is_certain and all(grounded) and not has_fault)
    assert bool(decision.reasons) == (decision.outcome == Outcome.REVIEW)

"""Export or review: a pure function of what was read, checked and certified."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from include.checks.result import a, sentence, spoken
from include.decision.confirm import Confidences, confirmed
from include.models import (
    Certificate,
    CheckResult,
    Decision,
    Extraction,
    Field,
    Outcome,
    Reason,
    Severity,
)

UNKNOWN = "unknown"
#: Below this the kind of paper itself is in doubt, whatever its values say.
LEAST_TYPE_CONFIDENCE = 0.5
#: What flags mean to a clerk; a flag that is not listed is shown as it is.
FLAG_TEXTS = {
    "llm_unavailable": "The language model did not answer, so doubtful values were not read again",
    "llm_refused": "The language model's server refused the request; its key or name is wrong",
    "llm_text_cut": "The language model saw only the beginning of the paper",
    "page_unread": "A page could not be read",
    "page_truncated": "The picture of a page ends too early; the file is not complete",
    "not_calculated": "The sheet holds formulas whose results were not stored",
    "hidden_text": "The mail holds text that a person does not see",
    "injection": "The paper contains text that tries to give instructions to the reader",
    "truncated": "The paper has more pages than were read",
}


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What matters for the decision on one type of paper.

    `fields` and `cells` are the names whose confidence and grounding count: those that are
    required or go to the ERP. `stricter` holds higher thresholds of single fields.
    """

    is_known: bool = True
    fields: frozenset[str] = frozenset()
    cells: frozenset[str] = frozenset()
    stricter: Mapping[str, float] = field(default_factory=dict)


def decide(
    extraction: Extraction,
    checks: Sequence[CheckResult],
    policy: Policy,
    certificate: Certificate,
) -> Decision:
    """Export only when nothing speaks against it; else review, with every reason.

    The confidence of the document is the lowest one of the values that count (the fields that
    are required or go to the ERP, in the head and in every line, each as the checks have
    confirmed it) and of the type itself. A document without any such value has confidence 0.
    """
    confidences = confirmed(extraction, checks)
    reasons = [
        *_type_reasons(extraction, policy),
        *_check_reasons(checks),
        *_value_reasons(extraction, policy, certificate, confidences),
        *_flag_reasons(extraction),
        *_threshold_reasons(extraction, certificate),
    ]
    return Decision(
        outcome=Outcome.REVIEW if reasons else Outcome.EXPORT,
        confidence=_confidence(extraction, policy, confidences),
        reasons=tuple(dict.fromkeys(reasons)),
        certificate=certificate,
    )


def counting(extraction: Extraction, policy: Policy) -> Iterator[tuple[int | None, Field]]:
    """The values that count, with their line."""
    yield from ((None, f) for name, f in extraction.fields.items() if name in policy.fields)
    for row in extraction.lines:
        yield from ((row.position, f) for name, f in row.cells.items() if name in policy.cells)


def _confidence(extraction: Extraction, policy: Policy, confidences: Confidences) -> float:
    values = [confidences[line, found.name] for line, found in counting(extraction, policy)]
    return round(min([*values, extraction.type_confidence]), 4) if values else 0.0


def _type_reasons(extraction: Extraction, policy: Policy) -> Iterator[Reason]:
    if extraction.document_type == UNKNOWN or not policy.is_known:
        yield Reason(
            code="unknown_type",
            text="It was not recognised which kind of paper this is.",
        )
    elif extraction.type_confidence < LEAST_TYPE_CONFIDENCE:
        kind = spoken(extraction.document_type)
        yield Reason(
            code="type_in_doubt",
            text=f"This is probably {a(kind)}, but not surely"
            f" ({_percent(extraction.type_confidence)}).",
        )


def _check_reasons(checks: Sequence[CheckResult]) -> Iterator[Reason]:
    for check in checks:
        if not check.passed and check.severity == Severity.ERROR:
            yield Reason(code=check.check, text=check.reason, field=check.field, line=check.line)


def _value_reasons(
    extraction: Extraction, policy: Policy, certificate: Certificate, confidences: Confidences
) -> Iterator[Reason]:
    for line, found in counting(extraction, policy):
        what = sentence(spoken(found.name)) + (f" in line {line}" if line is not None else "")
        if not found.grounded:
            yield Reason(
                code="ungrounded",
                text=f"{what} '{found.value}' does not stand on the page.",
                field=found.name,
                line=line,
            )
        if certificate.threshold is None:
            continue
        least = max(certificate.threshold, policy.stricter.get(found.name, 0.0))
        confidence = confidences[line, found.name]
        if confidence < least:
            yield Reason(
                code="low_confidence",
                text=f"{what} was read as '{found.value}', with {_percent(confidence)}"
                f" certainty; {_percent(least)} are needed.",
                field=found.name,
                line=line,
            )


def _flag_reasons(extraction: Extraction) -> Iterator[Reason]:
    for flag in extraction.flags:
        text = FLAG_TEXTS.get(flag.partition(":")[0], sentence(flag.replace("_", " ")))
        yield Reason(code=flag, text=f"{text}.")


def _threshold_reasons(extraction: Extraction, certificate: Certificate) -> Iterator[Reason]:
    if certificate.threshold is None:
        kind = spoken(extraction.document_type)
        yield Reason(
            code="no_certified_threshold",
            text=f"No certified threshold yet for {a(kind)} read by {extraction.tier.value}:"
            " everything is shown to a person.",
        )


def _percent(share: float) -> str:
    """Rounded down: 99.96 % must not look like 100 %."""
    return f"{int(share * 1000) / 10:g} %"

"""Where a document is, how bad a fault is, who answered: closed lists of words."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a document is on its way; each with the phrase shown to people."""

    RECEIVED = "received"  # landed and registered, not yet read
    READ = "read"  # its pages are words with boxes
    EXTRACTED = "extracted"  # its type and fields are known
    CHECKED = "checked"  # the checks have run
    DECIDED = "decided"  # export or review, waiting for the papers that came with it
    APPROVED = "approved"  # may go to the ERP; its outbox row exists
    IN_REVIEW = "in_review"  # waits for a person
    REJECTED = "rejected"  # a person said no
    EXPORTING = "exporting"  # the ERP is being written
    EXPORTED = "exported"  # the ERP holds it and its reference was read back
    DUPLICATE = "duplicate"  # the same bytes as an earlier document
    QUARANTINED = "quarantined"  # cannot be read
    FAILED = "failed"  # an outside system failed for good
    SPLIT = "split"  # became several documents


#: States after which nothing happens by itself.
END_STATES = frozenset(
    {
        State.IN_REVIEW,
        State.REJECTED,
        State.EXPORTED,
        State.DUPLICATE,
        State.QUARANTINED,
        State.FAILED,
        State.SPLIT,
    }
)


class Severity(StrEnum):
    """What a failed check means for the decision."""

    ERROR = "error"  # never exported unseen
    WARNING = "warning"  # shown, does not stop by itself
    INFO = "info"  # noted


class Outcome(StrEnum):
    """What the decision says."""

    EXPORT = "export"
    REVIEW = "review"
    REJECT = "reject"


class Tier(StrEnum):
    """Which reader of fields answered, cheapest first."""

    XML = "xml"
    RULES = "rules"
    RANKER = "ranker"
    LLM = "llm"
    REVIEW = "review"

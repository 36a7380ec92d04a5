"""Which change of state may follow which; pure."""

from __future__ import annotations

from include.models import State as S

#: From each state, where a document may go. Reprocessing (a person or a manual run) may also
#: send it back to RECEIVED, or do away with it when its packet is cut anew, from any state but
#: APPROVED, EXPORTING, EXPORTED and SPLIT.
NEXT: dict[S, frozenset[S]] = {
    S.RECEIVED: frozenset({S.READ, S.QUARANTINED, S.FAILED, S.SPLIT}),
    S.READ: frozenset({S.EXTRACTED, S.FAILED}),
    S.EXTRACTED: frozenset({S.CHECKED, S.FAILED}),
    S.CHECKED: frozenset({S.DECIDED, S.FAILED}),
    S.DECIDED: frozenset({S.APPROVED, S.IN_REVIEW, S.REJECTED, S.FAILED}),
    S.IN_REVIEW: frozenset({S.APPROVED, S.REJECTED, S.SPLIT}),
    S.APPROVED: frozenset({S.EXPORTING, S.FAILED}),
    S.EXPORTING: frozenset({S.EXPORTED, S.IN_REVIEW, S.FAILED}),
    S.EXPORTED: frozenset(),
    S.REJECTED: frozenset(),
    S.DUPLICATE: frozenset(),
    S.QUARANTINED: frozenset(),
    S.FAILED: frozenset(),
    S.SPLIT: frozenset(),
}

_FINAL = frozenset({S.EXPORTING, S.EXPORTED, S.SPLIT, S.APPROVED})

#: The states in which a chunk's tasks work on a document, in order.
WORKING = (S.RECEIVED, S.READ, S.EXTRACTED, S.CHECKED)


def is_allowed(old: S, new: S) -> bool:
    """Whether the change `old` -> `new` is one of the drawn ways or a reprocessing."""
    if new in NEXT[old] or (new == S.REJECTED and old not in _FINAL):
        return True
    return new in WORKING and new != old and old not in _FINAL

"""Review: what a person is asked, and what they answered."""

from __future__ import annotations

APPROVE, REJECT = "Approve", "Reject"
OPTIONS = [APPROVE, REJECT]
#: The form's free text; stays with Lading.
NOTE = "note"

"""Review: what a person is asked, and what they answered."""

from __future__ import annotations

APPROVE, REJECT, LATER = "Approve", "Reject", "Ask again later"
OPTIONS = [APPROVE, REJECT, LATER]
#: The form's free text; stays with Lading.
NOTE = "note"

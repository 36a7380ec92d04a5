"""Review: what a person is asked, and what they answered."""

from __future__ import annotations

APPROVE, REJECT = "Approve", "Reject"
#: For pages of a file with several: other papers than it was taken for.
CUT = "Cut again"
OPTIONS = [APPROVE, REJECT]
#: The form's free text; stays with Lading.
NOTE = "note"
#: The form's page ranges for CUT.
PAGES = "papers_by_pages"

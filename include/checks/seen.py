"""Whether the file says what a person sees: hidden text, and text layers that lie. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from include.models import CheckResult, Difference, Severity

CHECK = "text_layer"
#: So many places are named one by one; more of them say nothing more.
MOST = 20
_SHOWN = 80


def check_seen(pages: Sequence[tuple[int, bool, Sequence[Difference]]]) -> list[CheckResult]:
    """What the pages' text layers say otherwise, as (page number, was read by OCR, differences).

    Hidden text, and text that looks other than it reads, stops the paper. On a page that was read
    by OCR the text layer was not used: a scanner's misreading is only a warning.
    """
    found = [
        _result(number, is_ocr, difference)
        for number, is_ocr, differences in pages
        for difference in differences
    ]
    worst_first = sorted(found, key=lambda one: one.severity != Severity.ERROR)
    return worst_first[:MOST] or list(_fine())


def _fine() -> Iterator[CheckResult]:
    yield CheckResult(check=CHECK, passed=True)


def _result(page: int, is_ocr: bool, difference: Difference) -> CheckResult:
    layer, seen = _shown(difference.layer), _shown(difference.seen)
    severity = Severity.ERROR
    if not layer:
        severity = Severity.WARNING
        reason = f"On page {page} a person sees “{seen}”, which the file's text leaves out."
    elif not seen:
        reason = f"Page {page} holds hidden text that nobody sees: “{layer}”."
    else:
        reason = f"On page {page} a person sees “{seen}”, but the file's text says “{layer}”."
        severity = Severity.WARNING if is_ocr else Severity.ERROR
    return CheckResult(
        check=CHECK,
        passed=False,
        severity=severity,
        reason=reason,
        page=page,
        box=difference.box,
    )


def _shown(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN else flat[: _SHOWN - 1] + "…"

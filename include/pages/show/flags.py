"""What the flags of a page mean, in words."""

from __future__ import annotations

_MEANINGS = {
    "ocr": "The words were read from the picture of the page, not from a text layer.",
    "partly_ocr": "Some words were read from the picture; the text layer gave the others.",
    "poor": "Many words are likely wrong.",
    "blank": "Nothing is printed on the page.",
    "rotated": "The page lay on its side or upside down and was turned upright.",
    "skew": "The page lay askew by so many degrees and was put straight.",
    "low_contrast": "The print was faint; its contrast was stretched before reading.",
    "low_resolution": "The picture is coarse; it was enlarged before reading.",
    "text_layer_differs": "The text layer does not say what a person sees; see the differences.",
    "truncated": "The file ends in the midst of this page; what is missing is grey.",
    "laid_out": "The file has no pages of its own; its text was laid out on this one.",
    "repaired": "The file was damaged and was repaired before reading.",
    "attachments_left_out": "So many attachments were too many or too large to be taken.",
    "unread_attachment": "This attachment is no paper and was not read.",
    "hidden_text": "The mail holds text that a person does not see; it was left out.",
    "hidden_sheet": "This sheet is hidden in the workbook.",
    "hidden_cells": "Rows or columns of this sheet are hidden.",
    "not_calculated": "Cells hold formulas whose results were not stored.",
    "unread": "The page could not be read.",
    "vision": "A model that sees pictures was asked, and its reading weighed against ours.",
    "vision_corrected": "So many poor words took the model's text.",
    "vision_conflicts": "So many numbers were read otherwise by the model; ours are kept, doubted.",
    "vision_ungrounded": "So many words of the model stand nowhere on the page and were dropped.",
    "vision_unavailable": "The model did not answer usably; the words are as they were.",
    "vision_refused": "The model's server refused the request; the words are as they were.",
    "vision_skipped": "The document has more poor pages than a model is asked about.",
    "reread_failed": "The page should have been read again by another engine; that failed.",
    "reread": "The page was read again by this engine; the better reading was kept.",
}


def meaning(flag: str) -> str:
    """A sentence for a flag such as `poor` or `skew:1.25`; empty for one not known here."""
    return _MEANINGS.get(flag.partition(":")[0], "")


def skew_of(flags: tuple[str, ...]) -> float:
    """The degrees in a flag `skew:<degrees>`; 0 without one."""
    return next((float(flag.partition(":")[2]) for flag in flags if flag.startswith("skew:")), 0.0)

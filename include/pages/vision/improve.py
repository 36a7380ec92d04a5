"""A page as a model sees it, merged into what was read here."""

from __future__ import annotations

from dataclasses import replace

from include.extraction.llm.client import Call, Model
from include.models import Page
from include.pages.vision.merge import merge
from include.pages.vision.transcribe import transcribe

UNAVAILABLE, REFUSED = "vision_unavailable", "vision_refused"


def improve(page: Page, png: bytes, model: Model) -> tuple[Page, tuple[Call, ...]]:
    """The page with its words weighed against the model's reading of its picture, and the calls.

    A model that does not answer, or not usably, changes nothing but a flag.
    """
    lines, calls = transcribe(png, model)
    if lines is None:
        is_refused = calls[-1].outcome == "refused"
        return flagged(page, REFUSED if is_refused else UNAVAILABLE), calls
    seconds = round(page.seconds + sum(call.seconds for call in calls), 3)
    merged = merge(page, lines)
    return replace(merged, engine=f"{page.engine}+vision:{model.name}", seconds=seconds), calls


def flagged(page: Page, flag: str) -> Page:
    """The page with a flag more."""
    return page if flag in page.flags else replace(page, flags=(*page.flags, flag))

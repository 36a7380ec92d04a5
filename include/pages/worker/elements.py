"""Typed elements by `unstructured`: kept off the network, and fed with words already read."""

from __future__ import annotations

import functools
import io
import os
from collections.abc import Sequence
from contextvars import ContextVar
from enum import Enum
from typing import Any

# Read at import by unstructured, so they are set before it.
os.environ["DO_NOT_TRACK"] = "1"
os.environ["SCARF_NO_ANALYTICS"] = "true"
os.environ["UNSTRUCTURED_DISABLE_NOTICE"] = "1"
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["OCR_AGENT"] = f"{__name__}.ReplayAgent"
os.environ["OCR_AGENT_MODULES_WHITELIST"] = __name__

import numpy as np
import spacy
import unstructured.nlp.tokenize as tokenize
from PIL import Image
from unstructured.partition.utils.ocr_models.ocr_interface import OCRAgent

from include.models import Box, Element, Word

#: Enough to tell a sentence from a heading; unstructured would download a model instead.
_VERBS = (
    "is are was were be been being am has have had do does did will would shall should can could"
    " may might must agree apply arrive attach arrives ask begin bring bring carry charge confirm"
    " consign contact declare deliver depart departs describe find give handle include inform"
    " issue keep know leave load make need note pay please receive refer remain request require"
    " say see send ship ships show state supply take thank understand unload use want warrant"
)


@functools.lru_cache(maxsize=1)
def _sentences() -> Any:
    """A language model of rules only: sentences end at points, verbs come from a list."""
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    ruler: Any = nlp.add_pipe("attribute_ruler")
    ruler.add([[{"LOWER": {"IN": _VERBS.split()}}]], {"TAG": "VB"})
    ruler.add([[{"LOWER": {"REGEX": r"^[a-z]{3,}(ed|ing)$"}}]], {"TAG": "VBN"})
    return nlp


if not hasattr(tokenize, "_get_nlp"):
    raise ImportError("unstructured has changed: its language model can no longer be replaced")
tokenize._get_nlp = _sentences


class _Source(Enum):
    """Where unstructured is told that the words come from."""

    OCR_REPLAY = "ocr_replay"


_words: ContextVar[Sequence[Word]] = ContextVar("words", default=())


class ReplayAgent(OCRAgent):
    """Hands unstructured the words that Lading has read, instead of reading them again."""

    def __init__(self, language: str = "eng") -> None:
        pass

    def is_text_sorted(self) -> bool:
        return False

    def get_text_from_image(self, image: Any) -> str:
        return " ".join(word.text for word in _words.get())

    def get_layout_from_image(self, image: Any) -> Any:
        from unstructured_inference.inference.elements import (  # type: ignore[import-untyped]
            TextRegions,
        )

        lines: dict[int, list[Word]] = {}
        for word in _words.get():
            lines.setdefault(word.line, []).append(word)
        boxes = [
            functools.reduce(Box.union, (word.box for word in line)) for line in lines.values()
        ]
        return TextRegions(
            element_coords=np.array([(b.x0, b.y0, b.x1, b.y1) for b in boxes], float),
            texts=np.array([" ".join(w.text for w in line) for line in lines.values()], object),
            sources=np.array([_Source.OCR_REPLAY] * len(boxes)),
        )

    def get_layout_elements_from_image(self, image: Any) -> Any:
        from unstructured.partition.pdf_image.inference_utils import (
            build_layout_elements_from_ocr_regions,
        )

        return build_layout_elements_from_ocr_regions(self.get_layout_from_image(image))


def elements_of(words: Sequence[Word], width: float, height: float) -> tuple[Element, ...]:
    """The typed elements of a page whose words are known."""
    from unstructured.partition.image import partition_image

    if not words:
        return ()
    blank = io.BytesIO()
    Image.new("1", (max(int(width), 1), max(int(height), 1)), 1).save(blank, "PNG")
    blank.seek(0)
    token = _words.set(words)
    try:
        found = partition_image(file=blank, strategy="ocr_only", languages=["eng"])
    finally:
        _words.reset(token)
    return tuple(
        Element(element.category, str(element.text), _box_of(element)) for element in found
    )


def _box_of(element: Any) -> Box | None:
    where = element.metadata.coordinates
    if where is None or not where.points:
        return None
    xs, ys = zip(*where.points, strict=True)
    return Box(float(min(xs)), float(min(ys)), float(max(xs)), float(max(ys)))

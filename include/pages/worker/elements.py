"""Typed elements by `unstructured`: kept off the network, and fed with words already read."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

# Read at import by unstructured, so they are set before it.
os.environ["DO_NOT_TRACK"] = "1"
os.environ["SCARF_NO_ANALYTICS"] = "true"
os.environ["UNSTRUCTURED_DISABLE_NOTICE"] = "1"
os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
import spacy
import unstructured.nlp.tokenize as tokenize
from spacy.attrs import IS_PUNCT, IS_SPACE, LOWER, NORM
from unstructured.cleaners.core import clean_bullets
from unstructured.documents.elements import (
    Address,
    EmailAddress,
    ListItem,
    NarrativeText,
    Text,
    Title,
)
from unstructured.partition.text_type import (
    is_bulleted_text,
    is_email_address,
    is_possible_narrative_text,
    is_possible_numbered_list,
    is_possible_title,
    is_us_city_state_zip,
)
from unstructured_inference.config import inference_config  # type: ignore[import-untyped]

from include.models import Box, Element, Word

#: Enough to tell a sentence from a heading; unstructured would download a model instead.
_VERBS = (
    "is are was were be been being am has have had do does did will would shall should can could"
    " may might must agree apply arrive attach arrives ask begin bring bring carry charge confirm"
    " consign contact declare deliver depart departs describe find give handle include inform"
    " issue keep know leave load make need note pay please receive refer remain request require"
    " say see send ship ships show state supply take thank understand unload use want warrant"
)


_LOOKED_AT = (LOWER, NORM, IS_PUNCT, IS_SPACE)
_VERB_SET = frozenset(_VERBS.split())
_PAST_OR_GERUND = re.compile(r"[a-z]{3,}(ed|ing)")
_SENTENCE_END = re.compile(r"[.!?\u2026\u3002\uff01\uff1f]\W*(\s|$)")
#: Words as the model takes them: addresses and numbers stay whole, brackets and hyphens part.
_WORD = re.compile(r"[^\s()\[\]{}:;,\"/\u2013-]+|[()\[\]{}:;,\"/\u2013-]")


@functools.lru_cache(maxsize=1)
def _sentences() -> Any:
    """A language model of rules only: sentences end at points, verbs come from a list."""
    nlp = spacy.blank("en")
    # What it would find out about each new word takes longer than all the rest.
    nlp.vocab.lex_attr_getters = {
        kind: found for kind, found in nlp.vocab.lex_attr_getters.items() if kind in _LOOKED_AT
    }
    nlp.add_pipe("sentencizer")
    ruler: Any = nlp.add_pipe("attribute_ruler")
    ruler.add([[{"LOWER": {"IN": _VERBS.split()}}]], {"TAG": "VB"})
    ruler.add([[{"LOWER": {"REGEX": r"^[a-z]{3,}(ed|ing)$"}}]], {"TAG": "VBN"})
    return nlp


class _Token(NamedTuple):
    """A word, its part of speech where it is a verb; also a sentence."""

    text: str

    @property
    def tag_(self) -> str:
        word = self.text.lower()
        if word in _VERB_SET:
            return "VB"
        return "VBN" if _PAST_OR_GERUND.fullmatch(word) else ""


class _Line(tuple[_Token, ...]):
    """What unstructured wants of a text that is one sentence: its words."""

    __slots__ = ()

    @property
    def sents(self) -> tuple[_Token, ...]:
        return (_Token(" ".join(token.text for token in self)),)


class _Tokenizer:
    """Tells words and sentences apart: most lines of a paper are one, and need no model."""

    max_length = 1_000_000

    def __call__(self, text: str) -> Any:
        if _SENTENCE_END.search(text):
            return _sentences()(text)
        return _Line(map(_Token, _WORD.findall(text)))


if not hasattr(tokenize, "_get_nlp"):
    raise ImportError("unstructured has changed: its language model can no longer be replaced")
tokenize._get_nlp = functools.cache(_Tokenizer)


#: What is told by its form, before sentences and titles are looked for.
_BY_FORM = (
    (EmailAddress.category, is_email_address),
    (Address.category, lambda text: "," in text and is_us_city_state_zip(text)),
    (ListItem.category, is_possible_numbered_list),
)
#: Lines nearer than these shares of their own height and width belong together, as in
#: unstructured's own grouping of recognised lines.
_PAD_DOWN = inference_config.ELEMENTS_V_PADDING_COEF
_PAD_ACROSS = inference_config.ELEMENTS_H_PADDING_COEF


def elements_of(words: Sequence[Word], width: float, height: float) -> tuple[Element, ...]:
    """The typed elements of a page whose words are known."""
    lines: dict[int, list[Word]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word)
    if not lines:
        return ()
    texts = [" ".join(word.text for word in line) for line in lines.values()]
    boxes = [
        [
            min([w.box.x0 for w in line]),
            min([w.box.y0 for w in line]),
            max([w.box.x1 for w in line]),
            max([w.box.y1 for w in line]),
        ]
        for line in lines.values()
    ]
    groups: dict[int, list[int]] = {}
    for index, group in enumerate(_groups(np.array(boxes))):
        groups.setdefault(group, []).append(index)
    return tuple(
        _element(" ".join([texts[i] for i in group]), [boxes[i] for i in group])
        for group in groups.values()
    )


def _groups(boxes: Any) -> list[int]:
    """The number of the group of each line: those that touch when they are made a bit larger."""
    across = (boxes[:, 2] - boxes[:, 0]) * _PAD_ACROSS
    down = (boxes[:, 3] - boxes[:, 1]) * _PAD_DOWN
    x0, y0 = boxes[:, 0] - across, boxes[:, 1] - down
    x1, y1 = boxes[:, 2] + across, boxes[:, 3] + down
    touch = (x0[:, None] <= x1) & (x1[:, None] >= x0) & (y0[:, None] <= y1) & (y1[:, None] >= y0)
    beside: list[list[int]] = [[] for _ in boxes]
    for one, other in np.argwhere(touch).tolist():
        beside[one].append(other)
    labels = [-1] * len(boxes)
    for start in range(len(boxes)):
        waiting = [start] if labels[start] < 0 else []
        while waiting:
            index = waiting.pop()
            if labels[index] < 0:
                labels[index] = start
                waiting += [i for i in beside[index] if labels[i] < 0]
    return labels


@functools.lru_cache(maxsize=4096)
def _kind_and_text(text: str) -> tuple[str, str]:
    """As unstructured's `element_from_text` tells it, without the elements that it makes."""
    if is_bulleted_text(text):
        return ListItem.category, clean_bullets(text)
    for kind, is_one in _BY_FORM:
        if is_one(text):
            return kind, text
    if not _is_mostly_signs(text):  # those are neither, but only after they are parted into words
        if is_possible_narrative_text(text):
            return NarrativeText.category, text
        if is_possible_title(text):
            return Title.category, text
    return Text.category, text


def _is_mostly_signs(text: str) -> bool:
    """Whether fewer than half of the characters are letters: unstructured's limit."""
    return sum(map(str.isalpha, text)) < 0.5 * len("".join(text.split()))


def _element(text: str, boxes: list[list[float]]) -> Element:
    kind, printed = _kind_and_text(text)
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return Element(kind, printed, Box(min(x0), min(y0), max(x1), max(y1)))

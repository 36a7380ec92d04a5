"""What the model answered: JSON out of fences or prose, held against the question."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from include.extraction.llm.prompt import Question

_FENCE = re.compile(r"```(?:json)?\s*(.*?)```", re.DOTALL | re.IGNORECASE)
_THOUGHT = re.compile(r"<think>.*?</think>", re.DOTALL)


class UnusableAnswer(ValueError):
    """The answer is not the JSON object that was asked for."""


@dataclass(frozen=True)
class Answer:
    """Values as printed by field name, and the rows of the table."""

    fields: Mapping[str, str]
    lines: tuple[Mapping[str, str], ...] = ()


def read_answer(text: str | None, question: Question) -> Answer:
    """The answer's values; raises UnusableAnswer saying what is wrong with it."""
    data = json_in(text or "")
    wanted = {**question.fields, **({"lines": None} if question.lines else {})}
    missing = [name for name in wanted if name not in data]
    if len(missing) == len(wanted):
        raise UnusableAnswer(f"none of the fields {', '.join(missing[:8])} is in it.")
    fields = {name: value for name in question.fields if (value := _text(data.get(name), name))}
    rows = data.get("lines") if question.lines else None
    if rows is not None and not isinstance(rows, list):
        raise UnusableAnswer("`lines` is no list.")
    lines = tuple(
        cells
        for row in rows or ()
        if isinstance(row, dict)
        and (
            cells := {
                name: value for name in question.lines if (value := _text(row.get(name), name))
            }
        )
    )
    return Answer(fields, lines)


def _text(value: Any, name: str) -> str:
    """A value as text; absent ones as an empty string."""
    if value is None:
        return ""
    if isinstance(value, bool | dict | list):
        raise UnusableAnswer(f"`{name}` is no text.")
    text = str(value).strip()
    return "" if text.lower() in ("null", "none", "n/a", "not found") else text


def json_in(text: str) -> dict[str, Any]:
    """The JSON object in a text: alone, in a fence, or in the midst of prose."""
    bare = _THOUGHT.sub("", text).strip()
    for candidate in (bare, *_FENCE.findall(bare), *_objects(bare)):
        try:
            data = json.loads(candidate)
        except ValueError:
            continue
        if isinstance(data, dict):
            return data
    raise UnusableAnswer("it holds no JSON object.")


def _objects(text: str) -> list[str]:
    """Substrings from a brace to the brace that closes it, the longest first."""
    found, depth, start, in_string = [], 0, 0, False
    previous = ""
    for position, char in enumerate(text):
        if char == '"' and previous != "\\":
            in_string = depth > 0 and not in_string
        elif char == "{" and not in_string:
            start = position if depth == 0 else start
            depth += 1
        elif char == "}" and not in_string and depth:
            depth -= 1
            if depth == 0:
                found.append(text[start : position + 1])
        previous = char
    return sorted(found, key=len, reverse=True)

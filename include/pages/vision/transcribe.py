"""Asks a model that sees pictures for the lines of a page."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from include.extraction.llm.answer import UnusableAnswer, json_in
from include.extraction.llm.asking import asked
from include.extraction.llm.client import Call, Model
from include.settings import Settings

_FOLDER = Path(__file__).parent / "prompts"
#: Longer answers are not a page.
MAX_LINES, MAX_SIGNS = 1_000, 60_000
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"lines": {"type": "array", "items": {"type": "string"}}},
    "required": ["lines"],
    "additionalProperties": False,
}


def vision_model_of(settings: Settings) -> Model | None:
    """The model that is shown pages, at the language model's server; None when there is none."""
    if not settings.vision_model or not (settings.llm_base_url or settings.llm_api_key):
        return None
    return Model(
        base_url=settings.llm_base_url,
        name=settings.vision_model,
        api_key=settings.llm_api_key or "none",
        timeout_s=settings.llm_timeout_s,
    )


def transcribe(png: bytes, model: Model) -> tuple[list[str] | None, tuple[Call, ...]]:
    """The lines that the model reads; None when it gave no answer that can be used."""
    question = Template(_prompt("transcribe")).substitute(schema=json.dumps(SCHEMA))
    url = f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"
    messages: list[dict[str, Any]] = [
        {"role": "system", "content": _prompt("system")},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": question},
                {"type": "image_url", "image_url": {"url": url, "detail": "high"}},
            ],
        },
    ]
    return asked(model, messages, SCHEMA, read_lines, "vision", _prompt_hash())


def read_lines(text: str | None) -> list[str]:
    """The lines in an answer; raises UnusableAnswer."""
    lines = json_in(text or "").get("lines")
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise UnusableAnswer("`lines` is no list of texts.")
    if len(lines) > MAX_LINES or sum(map(len, lines)) > MAX_SIGNS:
        raise UnusableAnswer("it is longer than a page.")
    return [line for line in lines if line.strip()]


@cache
def _prompt(name: str) -> str:
    return (_FOLDER / f"{name}.txt").read_text(encoding="utf-8")


@cache
def _prompt_hash() -> str:
    texts = "\0".join((_prompt("system"), _prompt("transcribe")))
    return hashlib.sha256(texts.encode()).hexdigest()[:16]

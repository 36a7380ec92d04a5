"""One call of an OpenAI-compatible server: explicit limits, every outcome told, nothing retried."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from include.errors import LadingError, ModelRefused, ModelUnavailable
from include.settings import LLM_CONNECTION, Settings

#: Asked at OpenAI's own server when no model is named.
DEFAULT_MODEL = "gpt-5-mini"


@dataclass(frozen=True, kw_only=True)
class Model:
    """Which model is asked, where, and how long an answer may take."""

    base_url: str | None
    name: str
    api_key: str = "none"
    timeout_s: float = 60.0
    connection: str = LLM_CONNECTION


@dataclass(frozen=True, kw_only=True)
class Call:
    """What one call came to; `attempts` counts requests that may have been billed."""

    connection: str
    model: str
    purpose: str
    prompt_hash: str
    outcome: str
    seconds: float
    attempts: int = 1
    prompt_tokens: int | None = None
    cached_tokens: int | None = None
    completion_tokens: int | None = None


@dataclass(frozen=True, kw_only=True)
class Reply:
    """The model's text (None when it refused), with why it stopped and its tokens."""

    text: str | None
    finish: str
    seconds: float
    attempts: int
    usage: tuple[int | None, int | None, int | None]


def model_of(settings: Settings) -> Model | None:
    """The configured model; None when there is none. A key alone means OpenAI's own server."""
    is_named = settings.llm_model or not settings.llm_base_url
    if not (settings.llm_base_url or settings.llm_api_key) or not is_named:
        return None
    return Model(
        base_url=settings.llm_base_url,
        name=settings.llm_model or DEFAULT_MODEL,
        api_key=settings.llm_api_key or "none",
        timeout_s=settings.llm_timeout_s,
    )


def ask(model: Model, messages: Sequence[Mapping[str, Any]], schema: Mapping[str, Any]) -> Reply:
    """Ask once; raises ModelUnavailable or ModelRefused.

    A server that does not know `response_format` is asked again without it: the answer is
    validated here anyway.
    """
    import openai

    started = time.monotonic()
    client = openai.OpenAI(
        base_url=model.base_url, api_key=model.api_key, timeout=model.timeout_s, max_retries=0
    )
    shape = {
        "type": "json_schema",
        "json_schema": {"name": "document", "strict": True, "schema": schema},
    }
    attempts = 1
    # No temperature: reasoning models refuse one.
    request: dict[str, Any] = {"model": model.name, "messages": list(messages)}
    try:
        with client:
            create: Any = client.chat.completions.create
            try:
                answer = create(**request, response_format=shape)
            except openai.BadRequestError as refused:
                if "response_format" not in str(refused) and "schema" not in str(refused).lower():
                    raise
                attempts += 1
                answer = create(**request)
    except openai.OpenAIError as error:
        raise _told(error) from error
    return _reply(answer, time.monotonic() - started, attempts)


def _reply(answer: Any, seconds: float, attempts: int) -> Reply:
    """The first choice; a server may leave out whatever it likes."""
    choices = getattr(answer, "choices", None) or []
    if not choices:
        return Reply(
            text=None, finish="empty", seconds=seconds, attempts=attempts, usage=(None,) * 3
        )
    usage = getattr(answer, "usage", None)
    details = getattr(usage, "prompt_tokens_details", None)
    message = choices[0].message
    return Reply(
        text=None if getattr(message, "refusal", None) else message.content,
        finish="refusal" if getattr(message, "refusal", None) else choices[0].finish_reason or "",
        seconds=seconds,
        attempts=attempts,
        usage=(
            getattr(usage, "prompt_tokens", None),
            getattr(details, "cached_tokens", None),
            getattr(usage, "completion_tokens", None),
        ),
    )


def _told(error: Exception) -> LadingError:
    """The server's error as ours: what passes by itself, and what someone has to change."""
    import openai

    # The server's own words may quote the key or the document: the log gets neither.
    words = (type(error).__name__, getattr(error, "status_code", ""), getattr(error, "code", ""))
    text = " ".join(str(word) for word in words if word)
    if isinstance(error, openai.RateLimitError) and error.code == "insufficient_quota":
        return ModelRefused(text)
    passing = (openai.APIConnectionError, openai.RateLimitError, openai.InternalServerError)
    if isinstance(error, passing):
        return ModelUnavailable(text)
    if isinstance(error, openai.APIStatusError):
        return ModelRefused(text) if error.status_code < 500 else ModelUnavailable(text)
    return ModelUnavailable(text)

"""A question put to the model and repaired once if need be; every request is booked as a Call."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from include.errors import ModelRefused, ModelUnavailable
from include.extraction.llm.answer import UnusableAnswer
from include.extraction.llm.client import Call, Model, Reply, ask
from include.extraction.llm.prompt import prompt_file

log = logging.getLogger(__name__)
T = TypeVar("T")

#: Reasons to stop after which an answer is not whole, however well it parses.
_NOT_WHOLE = frozenset(("length", "content_filter"))


def asked(
    model: Model,
    messages: Sequence[Mapping[str, Any]],
    schema: Mapping[str, Any],
    read: Callable[[str | None], T],
    purpose: str,
    prompt_hash: str,
) -> tuple[T | None, tuple[Call, ...]]:
    """The answer, after one repair if need be; None when there is none that can be used.

    `read` makes an answer of the model's text and raises UnusableAnswer saying what is wrong.
    """
    calls: list[Call] = []
    messages = list(messages)

    def book(outcome: str, reply: Reply | None = None, seconds: float = 0.0) -> None:
        name = "repair" if calls else purpose
        calls.append(_call(model, name, prompt_hash, outcome, reply, seconds))

    for _ in range(2):
        started = time.monotonic()
        try:
            reply = ask(model, messages, schema)
        except (ModelUnavailable, ModelRefused) as error:
            log.warning("%s", error)
            outcome = "unavailable" if isinstance(error, ModelUnavailable) else "refused"
            book(outcome, seconds=time.monotonic() - started)
            return None, tuple(calls)
        try:
            if reply.finish in _NOT_WHOLE:
                raise UnusableAnswer(f"the answer was cut off ({reply.finish}).")
            answer = read(reply.text)
        except UnusableAnswer as problem:
            told = ("refusal", "empty", *_NOT_WHOLE)
            book(reply.finish if reply.finish in told else "invalid", reply)
            repair = prompt_file("repair").replace("${problem}", str(problem))
            said = {"role": "assistant", "content": reply.text or ""}
            messages += [said, {"role": "user", "content": repair}]
            continue
        book("ok", reply)
        return answer, tuple(calls)
    return None, tuple(calls)


def _call(
    model: Model, purpose: str, prompt_hash: str, outcome: str, reply: Reply | None, seconds: float
) -> Call:
    prompt, cached, completion = reply.usage if reply else (None, None, None)
    return Call(
        connection=model.connection,
        model=model.name,
        purpose=purpose,
        prompt_hash=prompt_hash,
        outcome=outcome,
        seconds=reply.seconds if reply else seconds,
        attempts=reply.attempts if reply else 1,
        prompt_tokens=prompt,
        cached_tokens=cached,
        completion_tokens=completion,
    )

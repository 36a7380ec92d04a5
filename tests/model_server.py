"""A tiny OpenAI-compatible server on loopback that answers what a test tells it to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Answer:
    """One answer: the message's content, or a status with an error code, after `delay_s`."""

    content: str | None = None
    status: int = 200
    code: str = ""
    message: str = "no"
    delay_s: float = 0.0
    finish: str = "stop"
    refusal: str | None = None
    usage: dict[str, Any] | None = field(
        default_factory=lambda: {
            "prompt_tokens": 900,
            "completion_tokens": 80,
            "total_tokens": 980,
            "prompt_tokens_details": {"cached_tokens": 512},
        }
    )

    def body(self) -> dict[str, Any]:
        if self.status != 200:
            return {"error": {"message": self.message, "code": self.code, "type": "error"}}
        message = {"role": "assistant", "content": self.content, "refusal": self.refusal}
        answer: dict[str, Any] = {
            "id": "1",
            "object": "chat.completion",
            "created": 1,
            "model": "tiny",
            "choices": [{"index": 0, "message": message, "finish_reason": self.finish}],
        }
        if self.usage is not None:
            answer["usage"] = self.usage
        return answer


class ModelServer(ThreadingHTTPServer):
    """Gives its answers in turn (the last one again and again) and keeps what it was asked."""

    daemon_threads = True

    def __init__(self, answers: list[Answer]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = answers
        self.requests: list[dict[str, Any]] = []

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: ModelServer

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        number = len(self.server.requests)
        self.server.requests.append(asked)
        answer = self.server.answers[min(number, len(self.server.answers) - 1)]
        time.sleep(answer.delay_s)
        body = json.dumps(answer.body()).encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def serving(*answers: Answer) -> Iterator[ModelServer]:
    """A server that runs while the block does."""
    server = ModelServer(list(answers))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)

"""A real ERP for a test session, and a proxy in front of it that loses answers on purpose."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from include.embedded.parts import erp
from include.settings import Settings

REFERENCE = Path(__file__).with_name("reference")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class ErpServer:
    """The embedded ERP as its own process; can be killed and started again."""

    settings: Settings
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        argv, env = erp.command(self.settings)
        log = (self.settings.home / "erp.log").open("ab")
        with log:
            self.process = subprocess.Popen(argv, env=env, stdout=log, stderr=log)
        until = time.monotonic() + 60
        while not erp.is_healthy(self.settings):
            assert self.process.poll() is None, "the ERP died while starting"
            assert time.monotonic() < until, "the ERP does not start"
            time.sleep(0.1)

    def kill(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(20)

    @property
    def url(self) -> str:
        return erp.environment(self.settings)["LADING_ERP_URL"]

    @property
    def key(self) -> str:
        return erp.environment(self.settings)["LADING_ERP_KEY"]

    def count(self, model: str, *domain: object) -> int:
        """How many records the ERP holds: the judge of every test."""
        return len(self.rows(model, *domain))

    def rows(
        self, model: str, *domain: object, names: tuple[str, ...] = ()
    ) -> list[dict[str, object]]:
        from include.export.tryton.client import TrytonClient

        with contextlib.closing(TrytonClient(self.url, self.key)) as client:
            return client.search(model, list(domain), *names)


#: What happens to one request: drop it, cut its answer off, answer 500 instead, answer half of it,
#: or first call a function ("before" it is forwarded, "after" it was answered).
Fault = str


@dataclass
class Proxy:
    """Loopback in front of the ERP. `faults` are used up one per matching write request."""

    target: tuple[str, int]
    faults: list[tuple[str, Fault]] = field(default_factory=list)
    on_hit: Callable[[], None] | None = None
    seen: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._lock = threading.Lock()
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        # Wakes the thread in accept; closing alone would not.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._handle, args=(client,), daemon=True).start()

    def _handle(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            request = read_request(client)
            if not request:
                return
            line = request.split(b"\r\n", 1)[0].decode()
            fault = self._fault_of(line)
            if fault == "drop":
                return
            if fault == "before" and self.on_hit:
                self.on_hit()
                return
            answer = self._forward(request)
            if fault == "after" and self.on_hit:
                self.on_hit()
                return
            match fault:
                case "cut":
                    return
                case "half":
                    client.sendall(answer[: len(answer) // 2])
                case "500":
                    client.sendall(b"HTTP/1.0 500 Oops\r\nContent-Length: 4\r\n\r\nOops")
                case "slow":
                    time.sleep(4)
                    client.sendall(answer)
                case _:
                    client.sendall(answer)

    def _fault_of(self, line: str) -> Fault | None:
        method, path, _ = line.split(" ", 2)
        if method == "GET":
            return None
        with self._lock:
            self.seen.append(f"{method} {path}")
            for index, (part, fault) in enumerate(self.faults):
                if part in f"{method} {path}":
                    del self.faults[index]
                    return fault
        return None

    def _forward(self, request: bytes) -> bytes:
        with socket.create_connection(self.target, timeout=30) as upstream:
            upstream.sendall(request)
            parts = []
            while part := upstream.recv(65536):
                parts.append(part)
            return b"".join(parts)


def read_request(client: socket.socket) -> bytes:
    """Head and body, with the connection asked to be closed after the answer."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = client.recv(65536)
        if not part:
            return b""
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    length = next(
        (int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length")),
        0,
    )
    while len(body) < length:
        body += client.recv(65536)
    return b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n" + body


def cache_folder() -> str:
    """Where the built ERP database is kept between test sessions."""
    project = Path(__file__).resolve().parent.parent.parent
    return os.environ.get("LADING_CACHE") or str(project / ".lading" / "cache")

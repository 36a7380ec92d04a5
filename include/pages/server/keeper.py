"""In a fork of its own: keeps watch over one request, so that nothing can hold up the server."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
from pathlib import Path
from typing import NoReturn

from include.pages.server.reading import ClientGone, Request

log = logging.getLogger("lading.reader")

_MAX_REQUEST_BYTES = 1 << 20
_CLIENT_S = 30


def keep(
    connection: socket.socket,
    link: socket.socket,
    closed: list[int],
    server: int,
    scratch: Path,
    workers: int,
) -> NoReturn:
    """Answer the request that comes in by `connection`; `link` leads to the server."""
    from include.pages.worker import confine

    try:
        confine.die_with_parent(server)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        for number in closed:
            os.close(number)
        _serve(connection, link, scratch / str(os.getpid()), workers)
    except ClientGone:
        log.info("a client has gone")
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("a request was not answered: %s: %s", type(error).__name__, error)
    finally:
        os._exit(0)


def _serve(connection: socket.socket, link: socket.socket, folder: Path, workers: int) -> None:
    connection.settimeout(_CLIENT_S)
    with connection.makefile("rb") as lines:
        asked = json.loads(lines.readline(_MAX_REQUEST_BYTES))
    request = Request(asked, connection, link, folder, workers)
    answer = request.answer()
    log.info("%s %s: %s, %d bytes", asked["kind"], asked["path"], request.summary(), len(answer))
    connection.sendall(answer + b"\n")

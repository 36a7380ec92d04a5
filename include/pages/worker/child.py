"""The sandboxed child: gives up what it does not need, reads one file, answers through a pipe."""

from __future__ import annotations

import base64
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from include.errors import BrokenDocument, EmptyDocument, LadingError, OverLimit, StoreUnavailable
from include.pages.answer import error_to_json, reading_to_json
from include.pages.options import options_of
from include.pages.worker.confine import drop_rights
from include.settings import ReaderLimits


def run(request: Mapping[str, Any], limits: ReaderLimits, folder: str, pipe: int) -> NoReturn:
    """Answer one request; `folder` is its own temporary folder. Never returns."""
    try:
        with open(request["path"], "rb") as file:  # noqa: PTH123  before the rights are given up
            data = file.read()
        tempfile.tempdir = os.environ["TMPDIR"] = folder
        drop_rights(limits)
        answer = _answer(request, data, limits)
    except OSError as error:
        answer = error_to_json(StoreUnavailable(str(error)))
    _send(pipe, answer)
    os._exit(0)


def _answer(request: Mapping[str, Any], data: bytes, limits: ReaderLimits) -> dict[str, Any]:
    try:
        return {"ok": ACTIONS[request["kind"]](request, data, limits)}
    except LadingError as error:
        return error_to_json(error)
    except MemoryError:
        return error_to_json(OverLimit(f"{limits.memory_mb} MB of memory"))
    except RecursionError:
        return error_to_json(BrokenDocument("nested without end"))
    except Exception as error:  # whatever a library raises on bytes it cannot digest
        return error_to_json(BrokenDocument(f"{type(error).__name__}: {error}"[:500]))


def _send(pipe: int, answer: Mapping[str, Any]) -> None:
    view = memoryview(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace"))
    while view:
        view = view[os.write(pipe, view) :]


def _read(request: Mapping[str, Any], data: bytes, limits: ReaderLimits) -> dict[str, Any]:
    from include.pages.worker.read import read_bytes

    return reading_to_json(read_bytes(data, request["file_name"], limits, options_of(request)))


def _render(request: Mapping[str, Any], data: bytes, limits: ReaderLimits) -> dict[str, Any]:
    from include.pages.worker.render import render_bytes

    return render_bytes(request, data, limits)


def _part(request: Mapping[str, Any], data: bytes, limits: ReaderLimits) -> dict[str, Any]:
    from include.pages.worker.open import open_file

    file = open_file(data, request["file_name"], limits, options_of(request))
    return {"bytes": base64.b64encode(file.part(int(request["index"]))).decode("ascii")}


def _cut(request: Mapping[str, Any], data: bytes, limits: ReaderLimits) -> dict[str, Any]:
    from include.pages.worker.open import open_file

    file = open_file(data, request["file_name"], limits, options_of(request))
    first, last = int(request["first"]), int(request["last"])
    if not 1 <= first <= last <= file.page_count:
        raise EmptyDocument(f"pages {first} to {last} of {file.page_count}")
    piece, ending = file.cut(first, last)
    return {"bytes": base64.b64encode(piece).decode("ascii"), "ending": ending}


Action = Callable[[Mapping[str, Any], bytes, ReaderLimits], dict[str, Any]]

#: What may be asked of the reader, by name.
ACTIONS: dict[str, Action] = {
    "read": _read,
    "render": _render,
    "part": _part,
    "cut": _cut,
}

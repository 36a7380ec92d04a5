"""What runs, where, since when, and how far the documents are."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from include import db
from include.embedded.running.home import UNCERTIFIED_THRESHOLD, Stack, known_stack
from include.embedded.running.processes import Identity, Record
from include.embedded.terminal import say, table
from include.errors import LadingError
from include.settings import load_settings

_COLUMNS = ("component", "state", "pid", "port", "since", "log")


def state_of(run: Path) -> dict[str, Any]:
    """What the supervisor has written last; empty when there is nothing."""
    try:
        state: dict[str, Any] = json.loads((run / "state.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return state


def supervisor_of(state: dict[str, Any]) -> Identity | None:
    """The supervisor that wrote `state`, when it still runs."""
    known = state.get("supervisor")
    identity = Identity(**known) if known else None
    return identity if identity and identity.is_alive() else None


def line_of(part: dict[str, Any]) -> str:
    """One part of the supervisor's state in words."""
    port = f" on port {part['port']}" if part["port"] and part["state"] == "healthy" else ""
    again = f", restarted {part['restarts']} times" if part["restarts"] else ""
    return f"{part['name']}: {part['state']}{port}{again}"


def show() -> int:
    """Print the state of this home; 0 when everything is healthy, 3 when not."""
    stack = known_stack()
    if stack is None:
        say(f"nothing was ever started in {load_settings().home}; `make up` does")
        return 3
    state = state_of(stack.run)
    is_watched = supervisor_of(state) is not None
    rows: list[tuple[str, ...]] = [_COLUMNS]
    rows.append(_supervisor_row(stack, state, is_watched))
    healthy = is_watched
    for part in state.get("parts", []):
        row = _row(stack, part, is_watched)
        healthy = healthy and row[1] in {"healthy", "done"}
        if part["is_process"] or row[1] != "done":
            rows.append(row)
    say(table(rows))
    for part in state.get("parts", []):
        if part["message"]:
            say(f"\n{part['name']}: {part['message']}")
    say_documents(stack)
    say_login(stack)
    return 0 if healthy else 3


def _supervisor_row(stack: Stack, state: dict[str, Any], is_watched: bool) -> tuple[str, ...]:
    pid = str(state["supervisor"]["pid"]) if is_watched else "-"
    since = _clock(state["began"]) if is_watched else "-"
    log = str(stack.logs / "supervisor.log")
    return ("supervisor", "running" if is_watched else "down", pid, "-", since, log)


def _row(stack: Stack, part: dict[str, Any], is_watched: bool) -> tuple[str, ...]:
    name, text = part["name"], part["state"]
    record = Record.load(stack.run / f"{name}.json")
    is_alive = record is not None and record.identity.is_alive()
    if part["is_process"] and not is_alive and text != "failed":
        text = "down" if not is_watched else text if text == "starting" else "waiting"
    elif part["is_process"] and is_alive and not is_watched:
        text = "unwatched"
    pid = str(record.identity.pid) if record is not None and is_alive else "-"
    since = _clock(record.since) if record is not None and is_alive else "-"
    port = str(part["port"]) if part["port"] else "-"
    log = str(stack.logs / f"{name}.log") if part["is_process"] else "-"
    return (name, text, pid, port, since, log)


def _clock(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M:%S")


def say_documents(stack: Stack) -> None:
    """Counts by state, or why they cannot be had."""
    try:
        with db.session(stack.lading_dsn) as session:
            counts = session.all("stack.by_state")
    except LadingError as error:
        say(f"\ndocuments: {error}")
        return
    except Exception as error:
        say(f"\ndocuments: not to be had ({type(error).__name__})")
        return
    total = sum(row["documents"] for row in counts)
    words = ", ".join(f"{row['documents']} {row['state']}" for row in counts)
    say(f"\ndocuments: {total}" + (f" ({words})" if words else ""))


def say_login(stack: Stack) -> None:
    """Where to look and with which password; which threshold is in force."""
    settings = load_settings()
    say("")
    say(
        f"Airflow   http://127.0.0.1:{settings.airflow_port}   user admin,"
        f" password {stack.secrets.airflow_admin}"
    )
    say(f"ERP       http://127.0.0.1:{settings.erp_port}")
    say(f"inbox     {settings.inbox}")
    say(f"Postgres, keys  {stack.home / 'stack.env'} (readable by you only)")
    is_default = stack.threshold == UNCERTIFIED_THRESHOLD
    by = "the embedded stack's default" if is_default else "by LADING_UNCERTIFIED_THRESHOLD"
    say(
        f"threshold {stack.threshold:.2f}, {by}: UNCERTIFIED, no reviewed documents stand behind"
        " it; it applies where a document type has no certificate"
    )

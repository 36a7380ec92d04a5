"""Watches the inbox folder and tells Airflow when finished files lie in it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

from include.inbox.watch import stable_keys
from include.settings import load_settings

#: A file that is still there after this many seconds is announced again.
REMIND_S = 30.0


class InboxTrigger(BaseEventTrigger):
    """One event per new set of finished files; an event is a hint, the landing looks for itself."""

    def __init__(self, poll_s: float = 0.25, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.poll_s = poll_s

    def serialize(self) -> tuple[str, dict[str, Any]]:
        return "dags.inbox_trigger.InboxTrigger", {"poll_s": self.poll_s}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        announced: dict[str, float] = {}
        settings = load_settings()
        while True:
            ready = await asyncio.to_thread(stable_keys, settings.inbox, settings.stable_s)
            now = time.monotonic()
            announced = {
                key: at for key, at in announced.items() if key in ready and now - at < REMIND_S
            }
            fresh = ready - announced.keys()
            if fresh:
                announced.update(dict.fromkeys(fresh, now))
                yield TriggerEvent({"files": len(fresh), "seen": time.time()})
            await asyncio.sleep(self.poll_s)

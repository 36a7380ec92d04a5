"""Which limit a document has passed, and when it is the machine that was too busy."""

from __future__ import annotations

import json
import os
import signal

import pytest

from include.errors import ReaderUnavailable
from include.pages.legible import Seen
from include.pages.options import ReadOptions
from include.pages.server.budget import Budget
from include.pages.server.children import End, Fault, cause
from include.pages.server.collected import Collected
from include.settings import ReaderLimits

LIMITS = ReaderLimits(wall_s=60, cpu_s=50, memory_mb=1000, output_mb=1, pages=5)


def spent(wall_s: float, cpu_s: float) -> Budget:
    budget = Budget(LIMITS)
    budget.add(End(0, cpu_s, 0))
    budget.active_s = wall_s
    return budget


# Load, processor time of 60 s: whose fault it is.
@pytest.mark.parametrize(
    ("load", "cpu_s", "is_starved"),
    [
        (99.0, 2.0, True),
        (99.0, 30.0, False),  # it had its share
        (0.1, 2.0, False),  # it sleeps: nobody else wants the machine
    ],
)
def test_only_a_starved_document_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, load: float, cpu_s: float, is_starved: bool
) -> None:
    monkeypatch.setattr(os, "getloadavg", lambda: (load, load, load))
    broken = spent(60, cpu_s).passed([], 0)
    if is_starved:
        assert isinstance(broken, ReaderUnavailable)
        assert "too busy" in str(broken)
    else:
        assert isinstance(broken, Fault)
        assert broken.reason == "more than 60 s of time"


def test_within_its_limits_a_document_goes_on() -> None:
    assert spent(59, 49).passed([], 1 << 20) is None
    assert spent(1, 20).cpu_left_s() == 30


def test_too_much_output_is_a_limit() -> None:
    broken = spent(1, 1).passed([], (1 << 20) + 1)
    assert isinstance(broken, Fault)
    assert broken.reason == "more than 1 MB of output"


# How a child ended, with how much memory: what is said of the page.
@pytest.mark.parametrize(
    ("status", "peak_mb", "said"),
    [
        (signal.SIGSEGV, 300, "the reader died on this page (signal SIGSEGV)"),
        (signal.SIGABRT, 1100, "more than 1000 MB of memory"),
        (signal.SIGXCPU, 300, "more than 50 s of processor time"),
        (3 << 8, 300, "the reader died on this page (exit code 3)"),
    ],
)
def test_the_end_of_a_child_is_told_in_words(status: int, peak_mb: int, said: str) -> None:
    assert cause(End(status, 1.0, peak_mb), LIMITS, warm_mb=300).reason == said


def test_pages_come_out_in_order_with_the_bad_ones_named() -> None:
    collected = Collected("a.pdf", ReadOptions(), LIMITS)
    collected.begin({"media_type": "x", "embedded_xml": None, "parts": [], "pages": []}, 99)
    assert list(collected.todo) == [1, 2, 3, 4, 5]  # whatever the child says
    for number in (3, 1):
        collected.todo.remove(number)
        collected.add(number, Seen(9, 9, True), b'{"number": %d}' % number)
    collected.add_bad(2, Fault.limit("9 s", " on this page"))
    collected.todo.remove(2)
    collected.give_up(Fault.limit("it"))
    answer = json.loads(collected.answer({"code": "c"}, 1.5))
    assert [page["number"] for page in answer["ok"]["pages"]] == [1, 3]
    bad = answer["ok"]["bad_pages"]
    assert bad == {"2": "more than 9 s on this page", "4": "more than it", "5": "more than it"}

"""The benchmarks of reading on generated papers: no peer, no network, one core."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import ocr, read
from benchmarks.generated import text_files
from benchmarks.peers import tree
from benchmarks.peers.cast import Cast, wanted_peers
from benchmarks.peers.install import PeerMissing, need_program
from benchmarks.peers.told import at_least, table


@pytest.fixture
def one_core() -> Iterator[int]:
    """This process and those it starts may use one core only."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    yield min(before)
    os.sched_setaffinity(0, before)


def test_scans_are_compared_without_any_peer(
    tmp_path: Path, lading_home: Path, one_core: int
) -> None:
    scans = ocr.generated(tmp_path / "scans", 2)
    found = ocr.compare(scans, tmp_path, peers=(), repeats=1)
    lading = found["tools"]["lading"]
    assert found["documents"] == ["0000.png", "0001.png"]
    assert lading["word_f1"] > 0.7
    assert 0 < lading["character_error_rate"] < 0.3
    assert 0.05 < lading["cores"]["1"]["cpu_s_per_page"] < 60
    assert lading["peak_mb"] > 100
    assert [run[:3] for run in found["runs"]] == [
        ["lading", name, 1] for name in found["documents"]
    ]
    assert found["goals"]["word_f1"]["value"] == lading["word_f1"]
    assert found["goals"]["scaling_per_process"] == {
        "value": None, "goal": 0.9, "met": False, "reason": "one core only",
    }  # fmt: skip
    assert found["goals"]["word_f1_ahead_of_tesseract"]["reason"] == "not asked for"


def test_text_layers_are_compared_without_any_peer(
    tmp_path: Path, lading_home: Path, one_core: int
) -> None:
    files = text_files(tmp_path / "pdf", [1, 2], 2)
    groups = {str(size): paths for size, paths in files.items()}
    found = read.compare(groups, tmp_path, peers=("lading_words",), repeats=2)
    assert found["files"] == {"1": 2, "2": 1}
    assert {name: one["all"]["pages"] for name, one in found["tools"].items()} == {
        "lading": 4, "lading_words": 4,
    }  # fmt: skip
    assert found["tools"]["lading"]["1"]["words"] == found["tools"]["lading"]["2"]["words"] > 100
    assert found["ratios"]["lading_words"]["all"]["pages_per_s"] > 0
    assert len(found["runs"]) == 2 * 2 * 2


def test_a_dataset_folder_gives_the_images_that_have_true_lines(tmp_path: Path) -> None:
    for name in ("a.jpg", "b.png", "c.pdf", "d.jpg"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "a.truth.json").write_text('{"ocr_lines": ["one", "two"]}')
    (tmp_path / "b.truth.json").write_text('{"fields": {}}')
    assert ocr.scans_of(tmp_path) == [ocr.Scan(tmp_path / "a.jpg", ("one", "two"))]


def test_a_peer_that_cannot_be_had_is_left_out_with_the_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(PeerMissing, match="not-a-program is not installed"):
        need_program("not-a-program", "not-a-package")


def test_a_peer_that_fails_to_start_is_left_out_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = text_files(tmp_path / "pdf", [1], 1)[1][0]
    monkeypatch.setattr("benchmarks.peers.cast.Lading", lambda *_: _Nothing())
    with Cast(tmp_path, ("no_such_tool", "lading_words"), paper) as cast:
        tools = cast.tools([min(os.sched_getaffinity(0))])
    assert list(tools) == ["lading", "lading_words"]
    assert "no_such_tool" in cast.skipped["no_such_tool"]


class _Nothing:
    def close(self) -> None:
        """There is nothing to end."""


def test_peers_are_chosen_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LADING_BENCH_PEERS", raising=False)
    assert wanted_peers(("a", "b")) == ("a", "b")
    monkeypatch.setenv("LADING_BENCH_PEERS", "b,c")
    assert wanted_peers(("a", "b")) == ("b",)
    monkeypatch.setenv("LADING_BENCH_PEERS", "none")
    assert wanted_peers(("a", "b")) == ()


def test_time_of_the_processor_counts_children_that_run_and_those_that_ended() -> None:
    busy = "import time\nwhile time.process_time() < 0.3: pass\n"
    program = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {busy!r}])\ninput()"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE) as parent:
        deadline = time.monotonic() + 30
        while tree.cpu_s(parent.pid) < 0.3 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert 0.3 <= tree.settled_cpu_s(parent.pid, 0, patience_s=10) < 2
        parent.kill()


def test_a_goal_says_whether_it_is_met_and_a_table_lines_up() -> None:
    assert at_least(0.9123456, 0.91) == {"value": 0.9123, "goal": 0.91, "met": True}
    assert table(("tool", "F1"), [("a", 0.5), ("bc", None)]).splitlines() == [
        "tool     F1", "-----------", "a     0.500", "bc        -",
    ]  # fmt: skip

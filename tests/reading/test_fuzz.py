"""Damaged files of every kind are read or refused with a reason; the reader outlives them all."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.fuzz import fuzzed
from include.pages.reader import read_file
from tests import papers

COUNT, SEED = 150, 7


@pytest.mark.filterwarnings("ignore")  # of the libraries that make the samples
def test_every_damaged_file_is_read_or_refused(reader: Path, tmp_path: Path) -> None:
    results = list(fuzzed(COUNT, SEED))
    assert len(results) == COUNT
    assert [result for result in results if not result.is_expected] == []
    assert {"read", "BrokenDocument"} <= {result.outcome for result in results}
    path = tmp_path / "good.pdf"
    path.write_bytes(papers.pdf())
    assert read_file(path, "good.pdf").pages[0].words

"""Text does not queue behind OCR, and documents share the turns."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from include.models import Reading
from include.pages.reader import read_file
from tests import papers
from tests.failures.test_reader_limits import busy_children_of, reading_process
from tests.reading.test_sandbox_pages import begun, numbers, scan_of, written

pytestmark = pytest.mark.usefixtures("reader")


def test_a_text_document_overtakes_scans_that_keep_every_turn(reader: Path, tmp_path: Path) -> None:
    scans = [
        written(tmp_path, f"scan{n}.tif", scan_of(4, rows=20))
        for n in range((os.cpu_count() or 1) + 2)
    ]
    read_file(written(tmp_path, "first.pdf", papers.pdf()), "first.pdf")
    under_way = [begun(path) for path in scans]
    reading_process(reader)
    text = read_file(written(tmp_path, "text.pdf", papers.pdf(*[papers.INVOICE] * 3)), "text.pdf")
    finished = [result for _, result in under_way if result]
    assert numbers(text) == [1, 2, 3]
    assert len(finished) < len(scans)
    for thread, _ in under_way:
        thread.join(240)
    for _, [reading] in under_way:
        assert isinstance(reading, Reading)
        assert numbers(reading) == [1, 2, 3, 4]


def test_a_scan_that_is_alone_is_read_by_several_children(reader: Path, tmp_path: Path) -> None:
    path = written(tmp_path, "scan.tif", scan_of(5, rows=20))
    thread, result = begun(path)
    reading_process(reader)
    server = int((reader / "run" / "reader.pid").read_text())
    most = 0
    while thread.is_alive():
        most = max(most, len(safe_children(server)))
        thread.join(0.02)
    assert numbers(result[0]) == [1, 2, 3, 4, 5]
    assert most == min(os.cpu_count() or 1, 5)


def safe_children(pid: int) -> list[int]:
    try:
        return busy_children_of(pid)
    except OSError:
        return []

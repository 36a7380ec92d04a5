"""Every engine that is installed reads the same page, behind the same contract."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from include.errors import EngineMissing
from include.models import Page
from include.pages.options import ReadOptions
from include.pages.reader import read_file
from include.pages.worker.engines.registry import engine_names, engine_version, has_tesseract
from tests import papers


def read(folder: Path, engine: str) -> Page:
    path = folder / "scan.png"
    path.write_bytes(papers.encoded(papers.picture(dpi=200), dpi=(200, 200)))
    [page] = read_file(path, "scan.png", options=ReadOptions(engine=engine)).pages
    return page


@pytest.mark.skipif(not has_tesseract(), reason="there is no wheel of Tesseract for this machine")
def test_tesseract_reads_inside_the_sandbox_what_the_usual_engine_reads(
    reader, tmp_path: Path
) -> None:
    usual, other = read(tmp_path, "rapidocr"), read(tmp_path, "tesseract")
    assert other.engine == engine_version("tesseract") != usual.engine
    boxes = {word.text: word.box for word in usual.words}
    assert {"COMMERCIAL", "INVOICE", "1,234.50"} <= {word.text for word in other.words}
    for word in other.words:
        if word.text in ("COMMERCIAL", "INV-2026-00417", "1,234.50"):
            assert word.box.as_list() == pytest.approx(boxes[word.text].as_list(), abs=4)
        assert 0 <= word.confidence < 1


def test_versions_tell_engines_apart_and_load_none_of_them() -> None:
    code = (
        "import sys; from include.pages.worker.engines.registry import engine_version as v;"
        "print(v('rapidocr')); heavy = {'numpy', 'cv2', 'rapidocr', 'onnxruntime', 'tesserocr'};"
        "sys.exit(bool(heavy & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == engine_version("rapidocr")
    assert engine_version("rapidocr").startswith("rapidocr-")


@pytest.mark.parametrize("name", ["paddle", ""])
def test_an_unknown_engine_is_an_error_of_the_set_up(name: str) -> None:
    with pytest.raises(EngineMissing, match="rapidocr"):
        engine_version(name)


def test_an_engine_that_is_not_installed_names_its_package() -> None:
    assert "openvino" in engine_names()
    try:
        assert "openvino" in engine_version("openvino")
    except EngineMissing as missing:
        assert "needs the package openvino" in str(missing)

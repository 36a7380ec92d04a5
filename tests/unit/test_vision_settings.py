"""Who reads poor scans again: by document type or by setting."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.document_types.catalogue import load_catalogue
from include.document_types.schema import GOOD_SHARE
from include.errors import DocumentTypeInvalid
from include.settings import load_settings

TYPE = """
titles: {en: [weighing slip]}
fields:
  number: {kind: code, labels: {en: [slip no]}}
"""


def _catalogue(tmp_path: Path, more: str):
    (tmp_path / "weighing_slip.yaml").write_text(TYPE + more, encoding="utf-8")
    return load_catalogue(tmp_path)


def test_a_document_type_names_the_engine_that_reads_its_poor_pages_again(tmp_path: Path) -> None:
    kind = _catalogue(tmp_path, "reading: {engine: vision, below: 0.9}\n").types["weighing_slip"]
    assert kind.reading is not None
    assert (kind.reading.engine, kind.reading.below) == ("vision", 0.9)


def test_without_a_share_the_usual_one_holds_and_without_a_word_nothing(tmp_path: Path) -> None:
    kind = _catalogue(tmp_path, "reading: {engine: tesseract}\n").types["weighing_slip"]
    assert kind.reading is not None
    assert kind.reading.below == GOOD_SHARE
    assert _catalogue(tmp_path, "hint: slips\n").types["weighing_slip"].reading is None


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("reading: {engine: telepathy}\n", "write 'vision'"),
        ("reading: {engine: vision, below: 80}\n", "less than or equal to 1"),
        ("reading: {engine: vision, above: 0.8}\n", "mend the spelling"),
        ("reading: {below: 0.8}\n", "is missing"),
    ],
)
def test_a_wrong_word_about_reading_is_told_with_its_line(
    tmp_path: Path, more: str, words: str
) -> None:
    with pytest.raises(DocumentTypeInvalid) as told:
        _catalogue(tmp_path, more)
    assert "weighing_slip.yaml:5:" in str(told.value)
    assert words in str(told.value)


def test_nothing_is_read_again_unless_it_is_set(tmp_path: Path) -> None:
    home = {"LADING_HOME": str(tmp_path)}
    plain = load_settings(home)
    assert (plain.vision_model, plain.ocr_engine, plain.ocr_escalate) == (None, "rapidocr", None)
    given = load_settings(
        {**home, "LADING_VISION_MODEL": "eye", "LADING_OCR_ENGINE": "tesseract",
         "LADING_OCR_ESCALATE": "rapidocr"}
    )  # fmt: skip
    assert (given.vision_model, given.ocr_engine, given.ocr_escalate) == (
        "eye", "tesseract", "rapidocr",
    )  # fmt: skip

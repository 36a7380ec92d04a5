"""`make read`: a file becomes one HTML page, a mistake becomes one line."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import docx
import lxml.html
import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from include.pages.reader import read_file
from include.pages.show.__main__ import main
from include.pages.show.shown import SHOWN_PAGES
from tests import papers
from tests.model_server import Answer, serving

pytestmark = pytest.mark.usefixtures("reader")


@pytest.fixture
def shown(lading_home: Path, reader: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Show the bytes of a file; returns what the page carries."""
    monkeypatch.setenv("LADING_READER_HOME", str(reader))

    def show(data: bytes, name: str, *arguments: str) -> dict[str, Any]:
        path = tmp_path / name
        path.write_bytes(data)
        assert main([str(path), *arguments]) == 0
        tree = lxml.html.parse(lading_home / "read" / f"{name}.html").getroot()
        found: dict[str, Any] = json.loads(tree.get_element_by_id("data").text)
        return found

    return show


def test_a_pdf_is_shown_as_it_was_read_with_its_picture(shown, tmp_path: Path, capsys) -> None:
    data = shown(papers.pdf(), "invoice.pdf")
    [page] = data["pages"]
    [read] = read_file(tmp_path / "invoice.pdf", "invoice.pdf").pages
    assert page["words"] == [word.as_list() for word in read.words]
    assert page["elements"] == [[e.kind, e.text, e.box.as_list()] for e in read.elements]
    assert len(page["tables"]) == len(read.tables)
    head, _, png = page["picture"].partition(",")
    assert head == "data:image/png;base64"
    assert Image.open(io.BytesIO(base64.b64decode(png))).width == pytest.approx(
        595 * 110 / 72, abs=2
    )
    assert data["type"][0] == "invoice"
    told = capsys.readouterr().out
    assert told.splitlines()[0].endswith("read/invoice.pdf.html")
    assert "type    invoice" in told
    assert "pdfium" in told


def test_what_is_printed_as_markup_is_shown_as_text(shown, lading_home: Path) -> None:
    printed = [(60, 100, "<script>alert(1)</script>"), (60, 120, "</script><b>Total</b>"),
               (60, 140, "<img"), (100, 140, "src=x"), (160, 140, "onerror=alert(1)>"),
               (60, 160, "Invoice of today")]  # fmt: skip
    data = shown(papers.pdf(printed), "hostile.pdf")
    words = [word[0] for word in data["pages"][0]["words"]]
    assert {"<script>alert(1)</script>", "</script><b>Total</b>", "<img"} <= set(words)
    tree = lxml.html.parse(lading_home / "read" / "hostile.pdf.html").getroot()
    assert len(tree.findall(".//script")) == 2
    assert tree.find(".//b") is None
    assert [image.attrib.get("src") for image in tree.iter("img")] == [None]


def test_a_file_without_pages_on_paper_is_laid_out_from_its_boxes(shown) -> None:
    document = docx.Document()
    document.add_paragraph("Packing list of the goods that were shipped.")
    out = io.BytesIO()
    document.save(out)
    [page] = shown(out.getvalue(), "list.docx")["pages"]
    assert page["picture"] is None
    assert [word[0] for word in page["words"]][:2] == ["Packing", "list"]


def test_the_first_pages_of_a_long_file_are_shown_unless_all_are_asked_for(shown) -> None:
    data = papers.pdf(*[[(60, 80, f"This is page {n} of the long terms")] for n in range(1, 33)])
    some = shown(data, "terms.pdf")
    assert (len(some["pages"]), some["page_count"]) == (SHOWN_PAGES, 32)
    assert len(shown(data, "terms.pdf", "--all")["pages"]) == 32


def test_a_file_that_cannot_be_read_ends_with_its_reason_and_no_traceback(
    tmp_path: Path, reader: Path
) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes(b"%PDF-1.7\nnothing of use")
    command = [sys.executable, "-m", "include.pages.show", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert "broken.pdf: The document is damaged" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_file_that_is_not_there_is_named(capsys, tmp_path: Path) -> None:
    assert main([str(tmp_path / "nowhere.pdf")]) == 1
    assert "There is no file" in capsys.readouterr().err


def test_without_a_file_the_usage_is_told() -> None:
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == 2


def test_the_other_look_at_poor_pages_is_shown_when_asked_for(
    shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = papers.encoded(papers.picture(), dpi=(150, 150))
    lines = [text for _, _, text in papers.INVOICE]
    with serving(Answer(json.dumps({"lines": lines}))) as server:
        monkeypatch.setenv("LADING_LLM_BASE_URL", server.base_url)
        monkeypatch.setenv("LADING_VISION_MODEL", "eye")
        monkeypatch.setattr("include.pages.vision.escalate.GOOD_SHARE", 1.0)
        [plain] = shown(scan, "scan.png")["pages"]
        [seen] = shown(scan, "scan.png", "--escalate")["pages"]
    assert "vision" not in [flag for flag, _ in plain["flags"]]
    assert "vision" in [flag for flag, _ in seen["flags"]]
    assert seen["engine"].endswith("+vision:eye")


def test_an_encrypted_file_is_shown_with_its_password_only(shown, capsys, tmp_path: Path) -> None:
    out = io.BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption("open sesame", canPrint=0))
    canvas.drawString(60, 700, "Packing list of the goods in the container")
    canvas.save()
    path = tmp_path / "locked.pdf"
    path.write_bytes(out.getvalue())
    assert main([str(path)]) == 1
    told = capsys.readouterr()
    assert "locked.pdf: The document is encrypted" in told.err
    [page] = shown(out.getvalue(), "locked.pdf", "--password", "open sesame")["pages"]
    assert [word[0] for word in page["words"]][:2] == ["Packing", "list"]
    assert page["picture"] is not None
    assert "sesame" not in "".join(capsys.readouterr())

"""How each peer reads one file: set up once, then called with a path.

A reader answers `lines` (texts), `confidences` (per word of these lines, where the tool has any)
and `pages`; readers of text layers answer the number of `words` instead of the lines, so that no
peer pays for handing over what it has read.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

Read = Callable[[str], dict[str, Any]]
#: Tesseract reads small letters better when they are larger: the longest side, in pixels.
_ENLARGED_SIDE = 2000
#: What OCRmyPDF is told about an image that does not say its resolution, and at what it reads.
_ASSUMED_DPI, _OVERSAMPLED_DPI = 150, 300


def tesseract() -> tuple[str, Read]:
    """The command line as it comes."""
    told = subprocess.run(["tesseract", "--version"], capture_output=True, text=True, check=True)
    return told.stdout.split()[1], _tesseract


def tesseract_enlarged() -> tuple[str, Read]:
    """The command line, given images whose longest side has 2000 pixels at least."""
    from PIL import Image

    def read(path: str) -> dict[str, Any]:
        with Image.open(path) as image, tempfile.TemporaryDirectory() as folder:
            scale = _ENLARGED_SIDE / max(image.size)
            if scale <= 1:
                return _tesseract(path)
            larger = Path(folder) / "page.png"
            size = (round(image.width * scale), round(image.height * scale))
            image.convert("RGB").resize(size, Image.Resampling.BICUBIC).save(
                larger, compress_level=1
            )
            return _tesseract(str(larger))

    return tesseract()[0], read


def _tesseract(path: str) -> dict[str, Any]:
    command = ["tesseract", path, "stdout", "tsv"]
    told = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    lines: dict[tuple[str, ...], list[str]] = {}
    confidences = []
    for row in told.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) == 12 and cells[11].strip():
            lines.setdefault(tuple(cells[1:5]), []).append(cells[11].strip())
            confidences.append(float(cells[10]) / 100)
    texts = [" ".join(words) for words in lines.values()]
    return {"lines": texts, "confidences": confidences, "pages": 1}


def ocrmypdf() -> tuple[str, Read]:
    """The text beside the PDF it makes; without PDF/A and optimising, which read nothing."""
    import ocrmypdf as tool

    def read(path: str) -> dict[str, Any]:
        with tempfile.TemporaryDirectory() as folder:
            text = Path(folder) / "page.txt"
            tool.ocr(
                path, Path(folder) / "page.pdf", sidecar=text, output_type="pdf", optimize=0,
                image_dpi=_ASSUMED_DPI, oversample=_OVERSAMPLED_DPI, jobs=1, use_threads=True,
                progress_bar=False,
            )  # fmt: skip
            return {"lines": text.read_text("utf-8").replace("\f", "\n").split("\n"), "pages": 1}

    return version("ocrmypdf"), read


def unstructured_ocr_only() -> tuple[str, Read]:
    """`partition_image(strategy="ocr_only")` with Tesseract, its default."""
    _quiet_unstructured()
    from unstructured.partition.image import partition_image

    def read(path: str) -> dict[str, Any]:
        found = partition_image(path, strategy="ocr_only", languages=["eng"])
        lines = [line for element in found for line in str(element.text).split("\n")]
        return {"lines": lines, "pages": 1}

    return version("unstructured"), read


def unstructured_fast() -> tuple[str, Read]:
    """`partition_pdf(strategy="fast")`: elements with boxes, no words."""
    _quiet_unstructured()
    from unstructured.partition.pdf import partition_pdf

    def read(path: str) -> dict[str, Any]:
        found = partition_pdf(path, strategy="fast", languages=["eng"])
        pages = max((element.metadata.page_number or 1 for element in found), default=0)
        return {"words": sum(len(str(e.text).split()) for e in found), "pages": pages}

    return version("unstructured"), read


def _quiet_unstructured() -> None:
    """No phoning home, and no download of a language model: Lading's own replacement of it."""
    os.environ |= {"DO_NOT_TRACK": "1", "SCARF_NO_ANALYTICS": "true"}
    import unstructured.partition.utils.constants  # noqa: F401  reads what is allowed as OCR agent

    agent = "unstructured.partition.utils.ocr_models.tesseract_ocr.OCRAgentTesseract"
    import include.pages.worker.elements  # noqa: F401  replaces the language model

    os.environ["OCR_AGENT"] = agent  # the import has named Lading's


def pdfminer() -> tuple[str, Read]:
    """`extract_pages` with layout analysis; words are runs of characters between blanks."""
    from pdfminer.high_level import extract_pages
    from pdfminer.layout import LAParams

    def read(path: str) -> dict[str, Any]:
        pages = words = 0
        for page in extract_pages(path, laparams=LAParams()):
            pages += 1
            words += len(_pdfminer_words(page))
        return {"words": words, "pages": pages}

    return version("pdfminer.six"), read


def _pdfminer_words(page: Any) -> list[tuple[str, tuple[float, float, float, float]]]:
    from pdfminer.layout import LTChar, LTContainer, LTTextLine

    words: list[tuple[str, tuple[float, float, float, float]]] = []
    waiting = [page]
    while waiting:
        item = waiting.pop()
        if not isinstance(item, LTTextLine):
            waiting += item if isinstance(item, LTContainer) else ()
            continue
        run: list[Any] = []
        for char in (*item, None):
            if isinstance(char, LTChar) and not char.get_text().isspace():
                run.append(char)
            elif run:
                xs, ys = [c.x0 for c in run], [c.y0 for c in run]
                ends, tops = [c.x1 for c in run], [c.y1 for c in run]
                box = (min(xs), min(ys), max(ends), max(tops))
                words.append(("".join(c.get_text() for c in run), box))
                run = []
    return words


def rapidocr() -> tuple[str, Read]:
    """The engine below Lading as it comes, but for one thread, as everything here has."""
    from rapidocr import RapidOCR

    one = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
    engine = RapidOCR(params={"Global.log_level": "error", **one})

    def read(path: str) -> dict[str, Any]:
        found = engine(path)
        return {"lines": list(found.txts or ()), "pages": 1}

    return version("rapidocr"), read


def lading_words() -> tuple[str, Read]:
    """Lading's words of the text layer alone, in this process: no sandbox, nothing else."""
    import pypdfium2

    from include.pages.worker.pdf.words import page_words

    def read(path: str) -> dict[str, Any]:
        words = 0
        with pypdfium2.PdfDocument(Path(path).read_bytes()) as document:
            for page in document:
                words += len(page_words(page))
                page.close()
            return {"words": words, "pages": len(document)}

    return version("pypdfium2"), read


TOOLS: dict[str, Callable[[], tuple[str, Read]]] = {
    one.__name__: one
    for one in (
        tesseract, tesseract_enlarged, ocrmypdf, unstructured_ocr_only, rapidocr,
        unstructured_fast, pdfminer, lading_words,
    )
}  # fmt: skip

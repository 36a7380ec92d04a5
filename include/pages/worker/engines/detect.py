"""Where the text lines of a page image are, and which way up they stand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import cv2
import numpy as np

from include.pages.worker.engines.contract import Image

#: Lines are looked for at this longest side (measured: 2400 finds no more and costs twice).
DETECTOR_SIDE = 1600


@cache
def models() -> Any:
    """The detector and the classifier, loaded once per process; one thread, so processes scale."""
    from rapidocr import RapidOCR

    cv2.setNumThreads(1)
    ocr = RapidOCR(
        params={
            "Global.log_level": "error",
            "Det.limit_type": "max",
            "Det.limit_side_len": DETECTOR_SIDE,
            "Det.box_thresh": 0.3,  # at 0.5 single digits of a table go missing
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
    ocr._load_det_model(), ocr._load_cls_model()
    return ocr


def text_lines(image: Image) -> Image:
    """The text lines as quads (n, 4, 2): top left, top right, bottom right, bottom left."""
    height, width = image.shape[:2]
    pad = max(0, 64 - height, width // 8 - height)  # the detector misses text in thin strips
    if pad:
        image = cv2.copyMakeBorder(image, 0, pad, 0, 0, cv2.BORDER_REPLICATE)
    boxes = models().text_det(image).boxes
    if boxes is None:
        return np.zeros((0, 4, 2), np.float32)
    quads = np.asarray(boxes, np.float32)
    quads[:, :, 0] = quads[:, :, 0].clip(0, width)
    quads[:, :, 1] = quads[:, :, 1].clip(0, height)
    sides = np.linalg.norm(quads[:, [1, 3]] - quads[:, [0, 0]], axis=2)
    kept: Image = quads[sides.min(axis=1) >= 2]
    return kept


def line_crops(image: Image, quads: Image) -> list[Image]:
    """Each line cut out and laid flat; upright ones (taller than wide) turned left."""
    return list(models().crop_text_regions(image, quads)) if len(quads) else []


def votes_upside_down(crops: Sequence[Image]) -> list[float]:
    """What the classifier says of each line: towards 1 upside down, towards -1 upright."""
    votes = models().text_cls(list(crops)).cls_res
    return [score if label == "180" else -score for label, score in votes]

"""What an OCR engine is: text lines of an upright page in, words out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from include.models import Box, Word

Image = np.ndarray[Any, Any]


@dataclass(frozen=True)
class OcrPage:
    """Words in pixels of the upright page of `width` x `height` pixels.

    `rotation`: degrees clockwise by which the image was turned; `skew`: degrees likewise, small.
    `engine`: name and version of what read it; `rulings`: drawn lines as thin boxes.
    """

    words: tuple[Word, ...]
    width: float
    height: float
    rotation: int = 0
    skew: float = 0.0
    flags: tuple[str, ...] = ()
    engine: str = ""
    rulings: tuple[Box, ...] = ()


class OcrEngine(Protocol):
    """Reads text lines that were found and laid flat before; one thread, no network, no exec."""

    def read(self, crops: Sequence[Image], quads: Image) -> list[list[Word]]:
        """The words of each line from left to right, none where it holds no text.

        `crops`: each line cut out, BGR; `quads` (n, 4, 2): its corners in pixels of the page: top
        left, top right, bottom right, bottom left. Boxes of words are in pixels of the page; their
        confidence is the probability that the word is right, always below 1.
        """

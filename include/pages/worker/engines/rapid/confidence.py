"""How likely a word is right, from what the recogniser saw and what a second reader says.

The recogniser's own scores are saturated: most wrong words have one above 0.99. Two logistic
formulas over few clues rank words better and give probabilities: one for words of lines that only
one reader has read, one for those that Tesseract was asked about. The weights are fitted by
`python -m benchmarks.fit_confidence FOLDER` on every other document of a folder of scans with
true text and on degraded generated papers, and measured on the other documents: there the
confidence puts a right word above a wrong one in 0.865 of the pairs (the least likely character's
score in 0.831) and is 0.010 off the share of right words; with the halves exchanged 0.859 (0.771).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import Levenshtein

from include.pages.worker.engines.contract import Image
from include.pages.worker.engines.rapid.ctc import ReadLine
from include.pages.worker.engines.rapid.line_words import Span

#: The logarithm of the odds of a character counts up to here; below the second it is doubtful.
_MAX_ODDS, _DOUBTFUL_ODDS = 12.0, 4.0
#: So much do the probabilities of all characters, and of the bounds, count at most (logarithms).
_MAX_UNSURE, _MAX_UNBOUND = 4.0, 1.5
#: A page cannot be more doubtful than the worst of those that the weights were fitted on.
_MAX_DOUBTFUL = 0.3
#: A line is shown to the second reader when a word in it is less likely right than this.
ASK_BELOW = 0.95
#: Letters and digits, or small and capital letters, that seldom stand together.
_ODD = re.compile(r"[a-z][A-Z]|[A-Za-z]\d[A-Za-z]|[A-Z]{2,}[a-z]|\d[oOlIS]|[oOlIS]\d")

#: Weights of `clues` in that order; of `clues` and `opinion`.
WEIGHTS = np.array([0.26, 5.26, 2.02, -5.35, -0.17, -1.13, -0.27, -1.77, -0.46, 2.72])
WEIGHTS_ASKED = np.array(
    [0.19, 3.91, 2.01, -5.05, -0.11, -0.99, -0.42, -1.44, -0.29, 2.33, 1.27, -0.94]
)


@dataclass(frozen=True)
class Evidence:
    """What the recogniser saw of one word.

    `odds`: of its least likely character, as a logarithm; `sure`: the logarithm of the probability
    of all its characters; `bounds`: the probability that it begins and ends where it does.
    """

    text: str
    odds: float
    sure: float
    bounds: float


def evidence(line: ReadLine, span: Span) -> Evidence:
    """What the recogniser saw of the word at `span`."""
    doubt = float(line.doubt[span.first : span.last].max())
    odds = min(float(np.log((1 - doubt) / max(doubt, 1e-9))), _MAX_ODDS)
    sure = float(np.log1p(-line.doubt[span.first : span.last]).sum())
    return Evidence(line.chars[span.first : span.last], odds, sure, span.bounds)


def share_of_doubtful(words: Sequence[Evidence]) -> float:
    """How much of a page is doubtful: its other words are less likely right, too."""
    share = sum(word.odds < _DOUBTFUL_ODDS for word in words) / max(len(words), 1)
    return min(share, _MAX_DOUBTFUL)


def clues(word: Evidence, doubtful: float) -> list[float]:
    """What speaks for and against a word, on a page of which a share is `doubtful`."""
    text = word.text
    return [
        word.odds,
        max(float(np.log(word.bounds)), -_MAX_UNBOUND),
        max(word.sure, -_MAX_UNSURE),
        doubtful,
        _ODD.search(text) is not None,
        not text.isascii(),
        len(text) > 1 and text[-1] in ".,:;",
        text.isdigit() and len(text) < 4,  # may be a piece of an amount
        not any(map(str.isalnum, text)),
        1.0,
    ]


def opinion(line: ReadLine, span: Span, said: str) -> list[float]:
    """Whether a second reader, who said this of the whole line, has the same word, and whether it
    has at least the same characters there."""
    mine, other = folded(line.chars), folded(said)
    if mine[span.first : span.last] in other.split():
        return [1.0, 0.0]
    same = np.zeros(len(mine), bool)
    for block in Levenshtein.opcodes(mine, "".join(other.split())):
        same[block.src_start : block.src_end] = block.tag == "equal"
    return [0.0, float(same[span.first : span.last].all())]


def folded(text: str) -> str:
    """Each character without its accent and case, as many as before."""
    return "".join(unicodedata.normalize("NFKD", char.casefold())[0] for char in text)


def probability(weights: Image, values: Sequence[float]) -> float:
    """The logistic of a weighted sum; always below 1, as OCR may be wrong."""
    return min(float(1 / (1 + np.exp(-weights @ np.asarray(values, float)))), 0.999)

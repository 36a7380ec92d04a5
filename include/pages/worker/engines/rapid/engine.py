"""RapidOCR's recogniser as an engine: each line at its own width, only letters that matter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from include.models import Word
from include.pages.worker.engines.contract import Image
from include.pages.worker.engines.geometry import part_of
from include.pages.worker.engines.rapid import confidence
from include.pages.worker.engines.rapid.ctc import Alphabet, ReadLine, is_han, is_latin
from include.pages.worker.engines.rapid.line_words import Span, spans_of
from include.pages.worker.engines.registry import has_tesseract

MODEL = "PP-OCRv6_rec_small.onnx"
#: The recogniser's height of a line in pixels, and the least width of one.
LINE_HEIGHT, MIN_WIDTH = 48, 16
#: Lines of which the recogniser is less sure on average are no text (measured: 0.5 costs 0.3 points
#: of word F1); those below the second are read again with all letters, in case of Chinese.
MIN_SCORE, POOR_SCORE = 0.65, 0.85
#: With more Chinese letters than this a page is read as Chinese; fewer are rules and asterisks.
HAN_SHARE = 0.1

Run = Callable[[Image], Image]


class Rapid:
    """The engine; `run` is the recogniser but for its last layer, which `every` and `latin` are."""

    def __init__(self, run: Run, every: Alphabet, latin: Alphabet, second: Any = None) -> None:
        self._run = run
        self._every, self._latin = every, latin
        self._second = second

    def read(self, crops: Sequence[Image], quads: Image) -> list[list[Word]]:
        """The words of each line; see `OcrEngine`."""
        lines = self.lines(crops)
        spans = [spans_of(line, crop) for line, crop in zip(lines, crops, strict=True)]
        chances = self._chances(lines, spans, crops)
        return [
            [
                Word(line.chars[s.first : s.last], part_of(quad, s.start, s.end), chance)
                for s, chance in zip(found, sure, strict=True)
            ]
            for line, quad, found, sure in zip(lines, quads, spans, chances, strict=True)
        ]

    def lines(self, crops: Sequence[Image]) -> list[ReadLine]:
        """Every line in Latin letters, or all in all letters when the page is in Chinese."""
        features = [self._run(_pixels(crop)) for crop in crops]
        lines = [self._latin.read(seen) for seen in features]
        poor = [i for i, line in enumerate(lines) if line.score < POOR_SCORE]
        again = [self._every.read(features[i]) for i in poor]
        letters = sum(char.isalpha() for line in lines for char in line.chars)
        if sum(is_han(char) for line in again for char in line.chars) > HAN_SHARE * letters:
            lines = [self._every.read(seen) for seen in features]
        return [line if line.score >= MIN_SCORE else line.emptied() for line in lines]

    def _chances(
        self, lines: Sequence[ReadLine], spans: Sequence[Sequence[Span]], crops: Sequence[Image]
    ) -> list[list[float]]:
        """For each word of each line the probability that it is right."""
        seen = [
            [confidence.evidence(line, span) for span in found]
            for line, found in zip(lines, spans, strict=True)
        ]
        doubtful = confidence.share_of_doubtful([word for words in seen for word in words])
        chances = []
        for line, found, words, crop in zip(lines, spans, seen, crops, strict=True):
            clues = [confidence.clues(word, doubtful) for word in words]
            sure = [confidence.probability(confidence.WEIGHTS, values) for values in clues]
            if self._second is not None and min(sure, default=1.0) < confidence.ASK_BELOW:
                said = self._second.text(crop)
                sure = [
                    confidence.probability(
                        confidence.WEIGHTS_ASKED, [*values, *confidence.opinion(line, span, said)]
                    )
                    for values, span in zip(clues, found, strict=True)
                ]
            chances.append(sure)
        return chances


def _pixels(crop: Image) -> Image:
    """A line as the recogniser takes it (1, 3, height, width), -1 to 1, not padded: short lines
    padded to the usual 320 pixels take twice the time and are read no better."""
    width = max(MIN_WIDTH, round(LINE_HEIGHT * crop.shape[1] / crop.shape[0]))
    resized = cv2.resize(crop, (width, LINE_HEIGHT)).astype(np.float32)
    return np.ascontiguousarray(resized.transpose(2, 0, 1)[None] / 127.5 - 1)


@cache
def load(name: str) -> Rapid:
    """The recogniser on onnxruntime, or on `openvino`, loaded once per process."""
    graph, every = _taken_apart()
    run = _on_openvino(graph) if name == "openvino" else _on_onnxruntime(graph)
    latin = every.only(is_latin)
    second = None
    if has_tesseract():
        from include.pages.worker.engines import tesseract

        second = tesseract.load()
    return Rapid(run, every, latin, second)


def _taken_apart() -> tuple[bytes, Alphabet]:
    """The model up to its last layer, and that layer: most of its 18,710 characters are Chinese."""
    import onnx
    from onnx import numpy_helper

    spec = find_spec("rapidocr")
    assert spec is not None and spec.origin is not None
    model = onnx.load(str(Path(spec.origin).parent / "models" / MODEL))
    graph = model.graph
    constants = {item.name: item for item in graph.initializer}
    last = max(i for i, node in enumerate(graph.node) if node.op_type == "MatMul")
    features, weights = graph.node[last].input
    bias = next(name for name in graph.node[last + 1].input if name in constants)
    chars = ["", *model_characters(model), " "]
    every = Alphabet(
        numpy_helper.to_array(constants[weights]), numpy_helper.to_array(constants[bias]), chars
    )
    for node in list(graph.node[last:]):
        graph.node.remove(node)
    for name in (weights, bias):
        graph.initializer.remove(constants[name])
    del graph.output[:]
    graph.output.append(onnx.helper.make_tensor_value_info(features, onnx.TensorProto.FLOAT, None))
    return model.SerializeToString(), every


def model_characters(model: Any) -> list[str]:
    """The characters that the model carries with it."""
    [listed] = [item.value for item in model.metadata_props if item.key == "character"]
    return list(listed.splitlines())


def _on_onnxruntime(graph: bytes) -> Run:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda pixels: session.run(None, {name: pixels})[0][0]


def _on_openvino(graph: bytes) -> Run:
    import openvino  # type: ignore[import-not-found]  # opt-in

    core = openvino.Core()
    settings = {"INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1}
    compiled = core.compile_model(core.read_model(graph), "CPU", settings)
    return lambda pixels: np.asarray(compiled([pixels])[0][0])

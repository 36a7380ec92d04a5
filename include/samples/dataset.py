"""Samples as files: a document and beside it its truth."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from include.samples import degrade
from include.samples.papers.draw import Paper
from include.samples.truth import EXPORTED, IN_REVIEW, Truth

STAMPS = ("ORIGINAL", "KOPIE", "COPY", "RECEIVED")


@dataclass(frozen=True)
class Sample:
    """One file of a dataset; `name` without its ending."""

    name: str
    suffix: str
    data: bytes
    truth: Truth


def write(folder: Path, samples: Iterable[Sample]) -> list[Path]:
    """Writes the samples and their truths; returns the documents' paths in the given order."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for sample in samples:
        path = folder / f"{sample.name}{sample.suffix}"
        path.write_bytes(sample.data)
        truth = json.dumps(sample.truth.as_json(), ensure_ascii=False, indent=1)
        (folder / f"{sample.name}.truth.json").write_text(truth + "\n", "utf-8")
        paths.append(path)
    return paths


def clean(name: str, paper: Paper, *, state: str = EXPORTED, flags: tuple[str, ...] = ()) -> Sample:
    """The paper as the PDF with text that a program wrote."""
    return Sample(name, ".pdf", paper.pdf, replace(paper.truth, expected_state=state, flags=flags))


def worn(
    name: str,
    paper: Paper,
    kind: str,
    rng: Random,
    *,
    suffix: str = ".pdf",
    state: str = EXPORTED,
    flags: tuple[str, ...] = (),
    stamped: str = "",
) -> Sample:
    """The paper after `kind` of degradation; `stamped` names a field that a stamp hides."""
    dpi = degrade.DPI[kind]
    pages = degrade.render(paper.pdf, dpi)
    truth = paper.truth
    if stamped:
        place = paper.places[stamped]
        pages[place.page] = degrade.stamp(pages[place.page], place, rng.choice(STAMPS), dpi, rng)
        fields = {key: value for key, value in truth.fields.items() if key != stamped}
        truth = replace(truth, fields=fields)
    pages = [degrade.degrade(kind, page, rng) for page in pages]
    quality = degrade.JPEG_QUALITY.get(kind, 78)
    match suffix:
        case ".tif":
            lines = {"fax": 196, "fax_coarse": 98}.get(kind, dpi)
            data = degrade.to_tiff(pages, (dpi, lines))
        case ".jpg":
            data = degrade.to_jpeg(pages[0], dpi, quality)
        case ".png":
            data = degrade.to_png(pages[0], dpi)
        case _:
            data = degrade.to_pdf(pages, dpi, quality)
    if kind == "fax_coarse":
        state = IN_REVIEW
    return Sample(name, suffix, data, replace(truth, expected_state=state, flags=(kind, *flags)))

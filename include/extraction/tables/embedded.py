"""Codes printed inside a text cell of a line: `HS Code: 8471.30`, `Origin: CN`, a container."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from include.document_types.catalogue import FieldSpec
from include.extraction.finders.codes import find_containers
from include.extraction.finders.found import Found, Habits
from include.extraction.labels.hits import labels_in
from include.extraction.labels.index import LabelIndex
from include.extraction.layout.page import Segment
from include.extraction.normalise import find
from include.models import Word


def taken_out(
    words: Sequence[Word], specs: Mapping[str, FieldSpec], index: LabelIndex, habits: Habits
) -> tuple[list[Word], dict[str, tuple[Found, Sequence[Word]]]]:
    """The cell without its labelled codes, and these by field name with the words they are in."""
    out: dict[str, tuple[Found, Sequence[Word]]] = {}
    left = list(words)
    for hit in reversed(labels_in(Segment(tuple(words), 0, 0), index, habits.is_scan)):
        for name in hit.names:
            behind = words[hit.end : hit.end + 4]
            found = next(iter(find(specs[name], behind, habits)), None)
            if (
                found is None
                or found.start > 0
                or ("country" in specs[name].checks and not hit.has_colon)
            ):
                continue
            out[name] = (found, behind)
            del left[hit.start : hit.end + found.end]
            break
    for spec in specs.values():
        if "iso6346" in spec.checks:
            container = next(iter(find_containers(words, habits)), None)
            if container is not None:
                out[spec.name] = (replace(container, quality=0.95 * container.quality), words)
                used = {id(word) for word in words[container.start : container.end]}
                left = [word for word in left if id(word) not in used]
    return left, out

"""Small papers for tests: extractions from plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from include.models import Box, Extraction, Field, Line


def field(name: str, value: str, *, confidence: float = 0.99, grounded: bool = True) -> Field:
    """A value on page 1 that was read with certainty."""
    return Field(
        name=name,
        value=value,
        normalised=value,
        confidence=confidence,
        page=1,
        boxes=(Box(10, 20, 60, 30),),
        grounded=grounded,
    )


def paper(
    document_type: str,
    values: Mapping[str, str],
    lines: Sequence[Mapping[str, str]] = (),
    mentions: Sequence[tuple[str, str]] = (),
) -> Extraction:
    """A paper of this type that says this."""
    return Extraction(
        document_type=document_type,
        type_confidence=0.99,
        fields={name: field(name, value) for name, value in values.items()},
        lines=tuple(
            Line(position=i, cells={name: field(name, value) for name, value in cells.items()})
            for i, cells in enumerate(lines, start=1)
        ),
        mentions=tuple(mentions),
    )

"""One honest number per field from what speaks for and against its value."""

from __future__ import annotations

from collections.abc import Sequence

from include.extraction.rules.candidates import Candidate

#: An OCR word's confidence is the probability that it is right: below the first it is doubtful,
#: below the second hardly legible.
OCR_GOOD, OCR_POOR = 0.95, 0.6
#: What a sum that does not hold takes from each amount in it.
SUM_DIFFERS = 0.08
_CEILING = 0.995


def confidence(
    best: Candidate, others: Sequence[Candidate], sums: int = 0, repeats: int = 0
) -> float:
    """0..1 for the chosen candidate.

    `others`: candidates with another value. `sums`: 1 when a sum it is part of holds, -1 when one
    does not.
    `repeats`: how many other places print the same value under a label of the field.
    """
    doubt = 1.0 - min(best.score, 1.0)
    rival = max((other.score for other in others), default=0.0)
    if rival > 0:
        closeness = max(0.0, rival - 0.55 * best.score) / max(0.45 * best.score, 0.01)
        doubt += (0.06 if sums > 0 else 0.35) * min(closeness, 1.0)
    if sums > 0:
        doubt *= 0.25
    elif sums < 0:
        doubt += SUM_DIFFERS
    if repeats:
        doubt *= 0.6
    doubt += ocr_doubt(best.ocr)
    return round(max(0.02, min(_CEILING, 1.0 - doubt)), 4)


def ocr_doubt(lowest: float) -> float:
    """How much the least legible word of a value takes away."""
    if lowest >= 1.0:
        return 0.0
    if lowest >= OCR_GOOD:
        return 0.01
    if lowest >= OCR_POOR:
        return 0.01 + 0.35 * (OCR_GOOD - lowest) / (OCR_GOOD - OCR_POOR)
    return 0.36 + 0.5 * (OCR_POOR - lowest)

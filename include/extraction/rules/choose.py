"""The joint choice: each printed value serves one field, and sums that agree win."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from itertools import product

from include.document_types.catalogue import DocumentType
from include.extraction.layout.text import squash
from include.extraction.rules.candidates import Candidate
from include.extraction.rules.confidence import confidence
from include.extraction.tables.lines import column_sum
from include.models import Field, Line, Tier

#: How much a sum that agrees adds to the score of each amount in it.
AGREES = 0.35
#: What each further place that prints the same value adds.
REPEATED = 0.005
_CENT = Decimal("0.011")
_TOP = 5
#: From here on a candidate stands well enough to do without one under a weaker label.
SURE = 0.7
#: A candidate below this is a guess and is left out.
MINIMUM = 0.3


def choose(
    kind: DocumentType, candidates: Mapping[str, list[Candidate]], lines: Sequence[Line]
) -> dict[str, Field]:
    """One candidate per field, or none."""
    candidates = {name: _better_labelled(found) for name, found in candidates.items()}
    ranked = {
        name: sorted(_merged(found), key=lambda c: -c.score) for name, found in candidates.items()
    }
    chosen, agreeing, differing = _by_sums(kind, ranked, lines)
    for name, found in ranked.items():
        if name not in chosen:
            chosen[name] = found[0]
    _share_out(kind, chosen, ranked)
    fields = {}
    for name in kind.fields:
        best = chosen.get(name)
        if best is None or best.score < MINIMUM:
            continue
        sums = 1 if name in agreeing else -1 if name in differing else 0
        spoken_for = _other_values(kind, chosen, name)
        rivals = [c for c in candidates[name] if squash(c.normalised) not in spoken_for]
        fields[name] = _field(best, rivals, sums)
    return fields


def _other_values(kind: DocumentType, chosen: Mapping[str, Candidate], name: str) -> set[str]:
    """Values of the same kind that other fields have: they are no rivals for this one."""
    return {
        squash(other.normalised)
        for field, other in chosen.items()
        if kind.fields[field].kind == kind.fields[name].kind in ("name", "address", "code", "text")
    } - {squash(chosen[name].normalised)}


def _better_labelled(found: list[Candidate]) -> list[Candidate]:
    """Without those under a label that may announce something else, if there is a better one."""
    better = [c for c in found if not c.is_weaker]
    return better if any(c.score >= SURE for c in better) else found


def _merged(found: Sequence[Candidate]) -> list[Candidate]:
    """The best candidate of each value; a value printed in several places is a little better."""
    best: dict[str, Candidate] = {}
    places: dict[str, set[tuple[int, float, float]]] = {}
    for candidate in found:
        key = squash(candidate.normalised) or candidate.normalised
        if candidate.words:
            box = candidate.words[0].box
            places.setdefault(key, set()).add((candidate.page, box.x0, box.y0))
        if key not in best or candidate.score > best[key].score:
            best[key] = candidate
    return [
        replace(one, score=one.score + REPEATED * min(len(places.get(key, ())) - 1, 3))
        for key, one in best.items()
    ]


def _field(best: Candidate, found: Sequence[Candidate], sums: int) -> Field:
    key = squash(best.normalised)
    others = [c for c in found if squash(c.normalised) != key]
    same = {(c.page, c.words[0].box) for c in found if squash(c.normalised) == key and c.words}
    return Field(
        name=best.name,
        value=best.value,
        normalised=best.normalised,
        confidence=confidence(best, others, sums, max(len(same) - 1, 0)),
        tier=Tier.RULES,
        page=best.page,
        boxes=tuple(word.box for word in best.words),
        label=best.label,
    )


def _by_sums(
    kind: DocumentType, ranked: Mapping[str, list[Candidate]], lines: Sequence[Line]
) -> tuple[dict[str, Candidate], set[str], set[str]]:
    """The combination of amounts whose scores and agreeing sums are highest."""
    names = [
        name
        for name in dict.fromkeys(n for s in kind.sums for n in (s.total, *s.parts))
        if name in ranked
    ]
    if not names:
        return {}, set(), set()
    sums = {s.column: column_sum(lines, s.column) for s in kind.sums if s.column}
    best: dict[str, Candidate] = {}
    best_agreeing: set[str] = set()
    best_differing: set[str] = set()
    best_score = -1.0
    for choice in product(*(ranked[name][:_TOP] for name in names)):
        picked = dict(zip(names, choice, strict=True))
        agreeing, differing = _judged(kind, picked, sums)
        score = sum(c.score for c in choice) + AGREES * len(agreeing)
        if score > best_score:
            best, best_score = picked, score
            best_agreeing, best_differing = agreeing, differing
    return best, best_agreeing, best_differing - best_agreeing


def _judged(
    kind: DocumentType, picked: Mapping[str, Candidate], sums: Mapping[str, Decimal | None]
) -> tuple[set[str], set[str]]:
    """Fields that take part in a sum that holds, and in one that does not."""
    agreeing: set[str] = set()
    differing: set[str] = set()
    for entry in kind.sums:
        total = _number(picked.get(entry.total))
        if total is None:
            continue
        if entry.column:
            expected = sums.get(entry.column)
            members = {entry.total}
        else:
            parts = [_number(picked.get(part)) for part in entry.parts]
            expected = (
                None if None in parts else sum((p for p in parts if p is not None), Decimal(0))
            )
            members = {entry.total, *entry.parts}
        if expected is not None:
            holds = abs(total - expected) < _CENT
            (agreeing if holds else differing).update(members)
    return agreeing, differing


def _number(candidate: Candidate | None) -> Decimal | None:
    if candidate is None:
        return None
    try:
        return Decimal(candidate.normalised)
    except InvalidOperation:
        return None


def _share_out(
    kind: DocumentType,
    chosen: dict[str, Candidate],
    ranked: Mapping[str, list[Candidate]],
) -> None:
    """The same printed words are not two fields' value; the better claim keeps them.

    Amounts may coincide (net, total and due are often one figure).
    """
    order = sorted(
        (name for name in chosen if kind.fields[name].kind != "money"),
        key=lambda name: -chosen[name].score,
    )
    owner: dict[tuple[int, float, float], str] = {}
    for name in order:
        for candidate in [chosen[name], *ranked[name]]:
            places = {(candidate.page, w.box.x0, w.box.y0) for w in candidate.words}
            rivals = {owner[place] for place in places if place in owner}
            if not any(_excludes(kind, name, rival) for rival in rivals):
                chosen[name] = candidate
                owner.update(dict.fromkeys(places, name))
                break
        else:
            del chosen[name]


def _excludes(kind: DocumentType, name: str, rival: str) -> bool:
    """Dates may serve twice (issued and shipped on one day); other values may not."""
    return not (kind.fields[name].kind == "date" and kind.fields[rival].kind == "date")

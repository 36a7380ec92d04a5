"""What holds for a paper because of the others: doubles, used-up orders, contradictions; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from include.checks.consignment import consignments_of
from include.checks.duplicates import GONE, Registered, check_duplicate, is_same_paper
from include.checks.identifiers import compact
from include.checks.orders import CONSUMING, quantities, quantities_fit
from include.checks.reference import Order, OrderLine, order_numbers
from include.checks.shipment import compare_paper
from include.models import CheckResult, Outcome


@dataclass(frozen=True)
class Paper(Registered):
    """A paper as the others see it; `outcome` is its final decision, None before that."""

    outcome: Outcome | None = None


def check_across(
    paper: Paper, papers: Sequence[Paper], orders: Mapping[str, Order]
) -> list[CheckResult]:
    """All results of one paper that come from other papers."""
    duplicate = check_duplicate(paper, papers)
    lots = [
        lot
        for one in papers
        for lot in consignments_of(one.document_id, one.file_name, one.extraction)
    ]
    return [
        *([duplicate] if duplicate else []),
        *_used_up(paper, papers, orders),
        *compare_paper(paper.document_id, lots),
    ]


def _used_up(
    paper: Paper, papers: Sequence[Paper], orders: Mapping[str, Order]
) -> list[CheckResult]:
    """The order still has what the paper takes, after the earlier papers of its type."""
    if paper.extraction.document_type not in CONSUMING:
        return []
    asked = _order_keys(paper)
    mine = [order for key, order in orders.items() if key in asked]
    ordered = [line for order in mine for line in order.lines]
    earlier = [o for o in papers if _is_before(o, paper) and asked & _order_keys(o)]
    taken = _taken(earlier, ordered)
    if not taken:
        return []
    by = " and ".join(other.file_name for other in earlier)
    numbers = " and ".join(order.number for order in mine)
    return list(
        quantities_fit(
            paper.extraction, ordered, numbers, taken, by=by, other=earlier[0].document_id
        )
    )


def _is_before(other: Paper, paper: Paper) -> bool:
    """Whether the other paper of this type takes from the order first."""
    if other.document_id == paper.document_id:
        return False
    if other.extraction.document_type != paper.extraction.document_type:
        return False
    is_going = other.outcome == Outcome.EXPORT and other.document_id < paper.document_id
    return (other.state in GONE or is_going) and not is_same_paper(
        other.extraction, paper.extraction
    )


def _order_keys(paper: Paper) -> set[str]:
    return {compact(number) for number in order_numbers(paper.extraction)}


def _taken(earlier: Sequence[Paper], ordered: Sequence[OrderLine]) -> dict[str, Decimal]:
    total: dict[str, Decimal] = {}
    for other in earlier:
        for product, quantity in quantities(other.extraction, ordered).items():
            total[product] = total.get(product, Decimal(0)) + quantity
    return total

"""The lines of a purchase order in Tryton, with what invoices hold of them already."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from include.export.matching import OrderLine
from include.export.tryton.client import TrytonClient, Values

FIELDS = (
    "product",
    "product.code",
    "product.name",
    "product.account_category.account_expense",
    "summary",
    "quantity",
    "unit",
    "unit_price",
    "moves",
)


def order_lines(client: TrytonClient, order: Values) -> list[OrderLine]:
    """The lines of an order, in their order."""
    rows = client.search(
        "purchase.line",
        [["purchase", "=", order["id"]], ["type", "=", "line"]],
        *FIELDS,
        order=[["sequence", "ASC"], ["id", "ASC"]],
    )
    held = invoiced(client, [row["id"] for row in rows])
    return [order_line(row, held.get(row["id"], Decimal(0))) for row in rows]


def invoiced(client: TrytonClient, lines: Sequence[int]) -> dict[int, Decimal]:
    """The quantity that invoices in the ERP hold of each order line."""
    origins = [f"purchase.line,{line}" for line in lines]
    domain = [["origin", "in", origins], ["invoice.state", "!=", "cancelled"]]
    held: dict[int, Decimal] = {}
    for row in client.search("account.invoice.line", domain, "origin", "quantity"):
        line = int(row["origin"].split(",")[1])
        held[line] = held.get(line, Decimal(0)) + Decimal(str(row["quantity"]))
    return held


def order_line(row: Values, taken: Decimal) -> OrderLine:
    product = row["product"] or {}
    category = product.get("account_category") or {}
    return OrderLine(
        id=row["id"],
        product=product.get("id"),
        code=product.get("code") or "",
        name=product.get("name") or row["summary"] or "",
        quantity=Decimal(str(row["quantity"])),
        unit_price=row["unit_price"],
        unit=row["unit"],
        account=category.get("account_expense"),
        moves=tuple(row["moves"] or ()),
        invoiced=taken,
    )

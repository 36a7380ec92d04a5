"""Compares a paper with the purchase order it belongs to; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from include.checks.identifiers import compact
from include.checks.names import folded, nearest
from include.checks.reference import Directory, Facts, Order, OrderLine, order_numbers
from include.checks.result import Fault, number, result, shown, spoken
from include.models import CheckResult, Extraction, Field, Line, Severity

#: Unit prices may differ so much from the order before a person looks at them.
PRICE_SHARE = Decimal("0.005")
#: Types whose lines use up what was ordered.
CONSUMING = ("invoice", "packing_list")
#: Units by one word each, with what papers in four languages call them.
_UNITS = {
    "pcs": "pcs pc pce pces piece pieces st stk stuck ea each unit units h87 c62 pza pzas pieza"
    " piezas ud uds u nos",
    "set": "set sets satz jeu jeux juego juegos",
    "box": "box boxes bx ctn ctns ct carton cartons karton kartons ktn caja cajas boite boites",
    "pair": "pair pairs pr prs npr paar paare paire paires par pares",
    "bag": "bag bags bg sack sacke sac sacs saco sacos",
    "m2": "m2 sqm qm mtk",
    "m": "m mtr meter metre",
    "kg": "kg kgs kgm kilogram kilo",
    "l": "l ltr liter litre",
}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words.split()}


def check_orders(extraction: Extraction, facts: Facts) -> list[CheckResult]:
    """Everything about the purchase order of a paper that names one."""
    if "purchase orders" in facts.directory.empty or extraction.document_type == "purchase_order":
        return []
    found: list[CheckResult] = []
    orders = []
    for printed in order_numbers(extraction):
        order = facts.orders.get(compact(printed))
        found.append(result("order_known", _order_fault(order, printed), _reference(extraction)))
        orders += [order] if order and order.is_open else []
    for order in orders:
        found += _heads(extraction, order, facts.directory)
    if orders and extraction.document_type in CONSUMING:
        found += _lines(extraction, orders)
    return found


def _reference(extraction: Extraction) -> Field | None:
    return extraction.fields.get("order_reference")


def _order_fault(order: Order | None, printed: str) -> Fault | None:
    if order is None:
        return Fault(f"Purchase order {printed} is not known.")
    if not order.is_open:
        return Fault(f"Purchase order {order.number} is closed.")
    return None


def _heads(extraction: Extraction, order: Order, directory: Directory) -> Iterator[CheckResult]:
    """Supplier and currency of the order."""
    names = {party.code: party.name for party in directory.parties}
    role = "seller_name" if extraction.document_type == "invoice" else "shipper_name"
    printed = extraction.fields.get(role)
    party = directory.party(printed.value) if printed else None
    if printed and party:
        fault = None
        if party.code != order.supplier:
            fault = Fault(
                f"Order {order.number} was placed with {names.get(order.supplier, order.supplier)},"
                f" but the {spoken(role.removesuffix('_name'))} is {party.name}.",
                # a forwarder may ship for the supplier
                Severity.ERROR if extraction.document_type in CONSUMING else Severity.WARNING,
            )
        yield result("order_supplier", fault, printed)
    currency = extraction.fields.get("currency")
    if currency and extraction.document_type == "invoice":
        fault = None
        if currency.normalised.upper() != order.currency.upper():
            fault = Fault(
                f"Order {order.number} is in {order.currency}, but the invoice in"
                f" {currency.normalised}."
            )
        yield result("order_currency", fault, currency)


def _lines(extraction: Extraction, orders: Sequence[Order]) -> Iterator[CheckResult]:
    """Each line is on the order, at its price; the quantities fit what was ordered."""
    ordered = [line for order in orders for line in order.lines]
    numbers = " and ".join(order.number for order in orders)
    for row in extraction.lines:
        match = match_line(row, ordered)
        shown_as = row.cells.get("item_code") or row.cells.get("description")
        fault = None
        if match is None:
            fault = Fault(_not_ordered(shown_as, numbers, ordered))
        yield result("order_product", fault, shown_as, line=row.position)
        text = row.cells.get("description")
        if match and text and _is_named(match, text):
            yield result("order_description", None, text, line=row.position)
        price = number(row.cells, "unit_price")
        if match and price is not None:
            prices = [x.unit_price for x in ordered if x.product == match.product]
            yield result(
                "order_price",
                price_fault(price, prices, numbers),
                row.cells["unit_price"],
                line=row.position,
            )
    yield from quantities_fit(extraction, ordered, numbers)


def _not_ordered(found: Field | None, numbers: str, ordered: Sequence[OrderLine]) -> str:
    if found is None:
        return f"A line without product cannot be compared with order {numbers}."
    names = [line.product for line in ordered] + [line.name for line in ordered]
    guess = nearest(found.value, names)
    hint = f"; did you mean '{guess}'?" if guess else "."
    return f"'{found.value}' is not on order {numbers}{hint}"


def match_line(row: Line, ordered: Sequence[OrderLine]) -> OrderLine | None:
    """The order line of a paper's line: by item code, else by the same description."""
    code, text = row.cells.get("item_code"), row.cells.get("description")
    if code:
        wanted = compact(code.normalised)
        return next((x for x in ordered if compact(x.product) == wanted), None)
    if text is None:
        return None
    matches = [line for line in ordered if _is_named(line, text)]
    return matches[0] if len({line.product for line in matches}) == 1 else None


def _is_named(line: OrderLine, text: Field) -> bool:
    """Whether a description holds the product's name or code, all of it."""
    printed = f" {folded(text.normalised)} "
    return f" {folded(line.name)} " in printed or f" {folded(line.product)} " in printed


def price_fault(price: Decimal, prices: Sequence[Decimal], numbers: str) -> Fault | None:
    """Within half a percent (or a cent) of a price that was agreed."""
    if any(abs(price - agreed) <= max(Decimal("0.01"), agreed * PRICE_SHARE) for agreed in prices):
        return None
    agreed = " or ".join(shown(value) for value in dict.fromkeys(prices))
    return Fault(f"Unit price is {shown(price)}, but {agreed} on order {numbers}.")


def quantities(extraction: Extraction, ordered: Sequence[OrderLine]) -> dict[str, Decimal]:
    """How much of each ordered product a paper takes, in the order's unit."""
    taken: dict[str, Decimal] = {}
    for row in extraction.lines:
        match, quantity = match_line(row, ordered), number(row.cells, "quantity")
        if match and quantity is not None:
            taken[match.product] = taken.get(match.product, Decimal(0)) + quantity
    return taken


def quantities_fit(
    extraction: Extraction,
    ordered: Sequence[OrderLine],
    numbers: str,
    taken: Mapping[str, Decimal] | None = None,
    by: str = "",
    other: int | None = None,
) -> Iterator[CheckResult]:
    """Not more than ordered, less what earlier papers (`by`) have `taken`; one result a product."""
    for product, quantity in quantities(extraction, ordered).items():
        row = next(r for r in extraction.lines if _is(r, product, ordered))
        if not _same_unit(row, product, ordered):
            yield result(
                "order_unit",
                Fault(
                    f"{product} is ordered in {_unit(product, ordered)}, but the paper counts"
                    f" {row.cells['unit'].value}.",
                    Severity.WARNING,
                ),
                row.cells["unit"],
                line=row.position,
            )
        total = sum((x.quantity for x in ordered if x.product == product), Decimal(0))
        gone = (taken or {}).get(product, Decimal(0))
        fault = None
        if quantity + gone > total:
            already = f", of which {shown(gone)} went to {by}" if gone else ""
            fault = Fault(
                f"{shown(quantity)} of {product}, but order {numbers} is for"
                f" {shown(total)}{already}."
            )
        yield result(
            "order_remaining" if taken is not None else "order_quantity",
            fault,
            row.cells["quantity"],
            line=row.position,
            other=other,
        )


def _is(row: Line, product: str, ordered: Sequence[OrderLine]) -> bool:
    match = match_line(row, ordered)
    return bool(match and match.product == product and row.cells.get("quantity"))


def _unit(product: str, ordered: Sequence[OrderLine]) -> str:
    return next(line.unit for line in ordered if line.product == product)


def _same_unit(row: Line, product: str, ordered: Sequence[OrderLine]) -> bool:
    printed = row.cells.get("unit")
    return printed is None or _plain_unit(printed.normalised) == _plain_unit(
        _unit(product, ordered)
    )


def _plain_unit(unit: str) -> str:
    plain = folded(unit).replace(" ", "")
    return _UNIT_OF.get(plain, plain)

"""Which line of an invoice belongs to which line of its purchase order; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from rapidfuzz import fuzz

from include.export.payload import PayloadLine

#: Descriptions more alike than this are the same text, misread in places.
ALIKE = 88
#: Company names more alike than this are the same company, written differently.
SAME_NAME = 80
PRICE_DIGITS = Decimal("0.0001")
CENT = Decimal("0.01")


@dataclass(frozen=True, kw_only=True)
class OrderLine:
    """A line of the purchase order in the ERP; `invoiced` is what other invoices hold of it."""

    id: int
    product: int | None
    code: str
    name: str
    quantity: Decimal
    unit_price: Decimal
    unit: int | None
    account: int | None
    moves: tuple[int, ...] = ()
    invoiced: Decimal = Decimal(0)

    @property
    def left(self) -> Decimal:
        return self.quantity - self.invoiced


@dataclass(frozen=True, kw_only=True)
class InvoiceLine:
    """A line as it goes into the ERP; without `order_line` it stands for itself."""

    order_line: OrderLine | None
    description: str
    quantity: Decimal
    unit_price: Decimal


def match_lines(
    printed: Sequence[PayloadLine], ordered: Sequence[OrderLine]
) -> dict[int, OrderLine]:
    """Order line by position of the printed line: by product code, else by description, else by
    equal quantity and price. What fits two order lines alike is not matched."""
    rules: tuple[Callable[[PayloadLine, OrderLine], bool], ...] = (
        same_code,
        code_in_description,
        same_description,
        alike_description,
        same_figures,
    )
    matched: dict[int, OrderLine] = {}
    for rule in rules:
        for line in printed:
            if line.position in matched:
                continue
            taken = {order_line.id for order_line in matched.values()}
            # A product delivered in two lots is invoiced in two lines with the same code.
            free = ordered if rule is same_code else [o for o in ordered if o.id not in taken]
            fitting = [order_line for order_line in free if rule(line, order_line)]
            if len(fitting) == 1:
                matched[line.position] = fitting[0]
    return matched


def letters(text: str) -> str:
    """A text as it is compared: letters and digits only, lower case."""
    return re.sub(r"[\W_]+", "", text).casefold()


def same_code(line: PayloadLine, order_line: OrderLine) -> bool:
    return bool(line.product) and letters(line.product or "") == letters(order_line.code)


def code_in_description(line: PayloadLine, order_line: OrderLine) -> bool:
    code = letters(order_line.code)
    return len(code) >= 4 and code in letters(line.description or "")


def same_description(line: PayloadLine, order_line: OrderLine) -> bool:
    return bool(line.description) and letters(line.description or "") == letters(order_line.name)


def alike_description(line: PayloadLine, order_line: OrderLine) -> bool:
    if not line.description:
        return False
    return fuzz.ratio(letters(line.description), letters(order_line.name)) >= ALIKE


def same_figures(line: PayloadLine, order_line: OrderLine) -> bool:
    if line.quantity is None or line.quantity != order_line.quantity:
        return False
    ordered = round_to(order_line.quantity * order_line.unit_price, CENT)
    return line.unit_price == order_line.unit_price or line.amount == ordered


def as_ordered(ordered: Sequence[OrderLine]) -> list[InvoiceLine]:
    """All that is left to invoice: for an invoice whose table could not be read."""
    return [
        InvoiceLine(
            order_line=line, description=line.name, quantity=line.left, unit_price=line.unit_price
        )
        for line in ordered
        if line.left > 0
    ]


def invoice_line(line: PayloadLine, order_line: OrderLine | None) -> InvoiceLine:
    """Quantity and price as printed; what is missing follows from the amount or the order."""
    quantity, price, amount = line.quantity, line.unit_price, line.amount
    if quantity is None and amount is not None and price:
        quantity = amount / price
    if quantity is None:
        quantity = order_line.left if order_line else Decimal(1)
    if amount is not None and quantity and not makes(quantity, price, amount):
        derived = round_to(amount / quantity, PRICE_DIGITS)
        # A printed price per hundred or after a discount does not make the amount; this does.
        price = derived if price is None or makes(quantity, derived, amount) else price
    if price is None:
        price = order_line.unit_price if order_line else Decimal(0)
    text = line.description or (order_line.name if order_line else "")
    return InvoiceLine(order_line=order_line, description=text, quantity=quantity, unit_price=price)


def makes(quantity: Decimal, price: Decimal | None, amount: Decimal) -> bool:
    """Whether quantity times price is the amount, rounded as the amount is."""
    if price is None:
        return False
    return round_to(quantity * price, Decimal(1).scaleb(exponent(amount))) == amount


def exponent(number: Decimal) -> int:
    found = number.as_tuple().exponent
    return found if isinstance(found, int) else 0


def round_to(number: Decimal, unit: Decimal) -> Decimal:
    return number.quantize(unit, rounding=ROUND_HALF_UP)


def over_order(lines: Sequence[InvoiceLine]) -> str | None:
    """What the invoice asks beyond what its order has left, in words; None when it fits."""
    asked: dict[int, Decimal] = {}
    for line in lines:
        if (order_line := line.order_line) is None:
            continue
        asked[order_line.id] = asked.get(order_line.id, Decimal(0)) + line.quantity
        if asked[order_line.id] > order_line.left:
            return (
                f"{order_line.name}: the invoice has {plain(asked[order_line.id])}, the order has"
                f" {plain(order_line.left)} of {plain(order_line.quantity)} left to invoice"
            )
    return None


def plain(number: Decimal) -> str:
    """Without exponent and idle zeros."""
    return f"{number.normalize():f}"


def is_same_name(one: str, other: str) -> bool:
    """Whether two ways of writing a company's name mean the same company."""
    a, b = letters(one), letters(other)
    return a in b or b in a or fuzz.ratio(a, b) >= SAME_NAME

"""What all exports to Tryton look up and write: orders, shipments of orders, attached files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from include.export.contract import ErpRefuses, Job, Step
from include.export.tryton.client import TrytonClient, Values

ORDER = "purchase.purchase"
SHIPMENT = "stock.shipment.in"
ATTACHMENT = "ir.attachment"
CONFIRMED = ("confirmed", "processing", "done")
ORDER_FIELDS = (
    "number",
    "reference",
    "rec_name",
    "state",
    "invoice_state",
    "party",
    "party.name",
    "invoice_address",
    "warehouse",
    "currency.code",
)


def known_orders(client: TrytonClient, numbers: Sequence[str]) -> list[Values]:
    """The orders behind the numbers, by the company's own number or the ERP's; any state."""
    wanted = list(numbers)
    domain = ["OR", ["reference", "in", wanted], ["number", "in", wanted]]
    return client.search(ORDER, [domain], *ORDER_FIELDS) if wanted else []


def find_orders(client: TrytonClient, numbers: Sequence[str]) -> list[Values]:
    """The confirmed orders among the numbers that a paper names; at least one."""
    found = known_orders(client, numbers)
    if not found:
        raise ErpRefuses(f"there is no purchase order {', '.join(numbers)}", "order")
    confirmed = [order for order in found if order["state"] in CONFIRMED]
    if not confirmed:
        raise ErpRefuses(f"purchase order {found[0]['rec_name']} is {found[0]['state']}", "order")
    return confirmed


def find_order(client: TrytonClient, numbers: Sequence[str]) -> Values:
    """The one confirmed purchase order among the numbers that a paper names."""
    found = find_orders(client, numbers)
    if len(found) > 1:
        orders = ", ".join(str(order["rec_name"]) for order in found)
        raise ErpRefuses(f"the paper names several purchase orders: {orders}", "order")
    return found[0]


def shipments_of(client: TrytonClient, orders: Sequence[Values]) -> list[Values]:
    """The incoming shipments that hold goods of the orders, the oldest first."""
    moves = moves_of(client, orders)
    held = {m["shipment"] for m in moves if (m["shipment"] or "").startswith(f"{SHIPMENT},")}
    if not held:
        return []
    ids = sorted(int(reference.split(",")[1]) for reference in held)
    names = ("number", "reference", "rec_name", "state", "supplier.name", "planned_date")
    return client.search(SHIPMENT, [["id", "in", ids]], *names)


def shipment_of(client: TrytonClient, order: Values) -> Values | None:
    """The shipment that the order's papers belong to: the oldest one that goes on."""
    found = shipments_of(client, [order])
    return next((shipment for shipment in found if shipment["state"] != "cancelled"), None)


def moves_of(client: TrytonClient, orders: Sequence[Values]) -> list[Values]:
    """The stock moves of the orders' lines, with the shipment that each is on."""
    domain = [["origin.purchase", "in", [order["id"] for order in orders], "purchase.line"]]
    return client.search("stock.move", domain, "state", "shipment")


def holders(client: TrytonClient, orders: Sequence[Values]) -> list[str]:
    """The records at which a paper of these orders can hang."""
    shipments = shipments_of(client, orders) if orders else []
    return [f"{ORDER},{o['id']}" for o in orders] + [f"{SHIPMENT},{s['id']}" for s in shipments]


def attachments(
    client: TrytonClient, resources: Sequence[str], markers: Sequence[str]
) -> list[Values]:
    """The files at these records that carry one of the markers; the ERP lets nobody search
    wider."""
    if not markers or not resources:
        return []
    domain = [["resource", "in", list(resources)], ["description", "in", list(markers)]]
    return client.search(ATTACHMENT, domain, "name", "resource", "description", "data_size")


def attach_step(client: TrytonClient, job: Job, resource: str) -> Step:
    """Hang the document's bytes at a record; the marker makes them findable."""

    def send() -> None:
        client.create(
            ATTACHMENT,
            {
                "name": job.file_name,
                "type": "data",
                "data": job.read_bytes(),
                "description": job.marker,
                "resource": resource,
            },
        )

    return Step(name="attach", send=send)


def drop_earlier_file(client: TrytonClient, job: Job) -> Step | None:
    """Take away the file of an earlier revision; the new one brings it again."""
    markers = [earlier.marker for earlier in job.earlier]
    numbers = [number for earlier in job.earlier for number in earlier.orders]
    left = attachments(client, holders(client, known_orders(client, numbers)), markers)
    if not left:
        return None
    return Step(name="detach earlier", send=lambda: client.delete(ATTACHMENT, left[0]["id"]))


def readable(values: Values) -> dict[str, Any]:
    """Values for a jsonb column, the nested ones flattened to `party.name`."""
    flat: dict[str, Any] = {}
    for key, value in values.items():
        match value:
            case dict():
                flat.update({f"{key}.{k}": v for k, v in readable(value).items()})
            case Decimal():
                flat[key] = str(value)
            case dt.date():
                flat[key] = value.isoformat()
            case _ if key != "__name__":
                flat[key] = value
    return flat

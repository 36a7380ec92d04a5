"""Transport papers in Tryton: one incoming shipment per order, each paper attached to it."""

from __future__ import annotations

from collections.abc import Sequence

from include.export.contract import ErpRecord, ErpRefuses, Job, Step
from include.export.tryton.client import TrytonClient, Values
from include.export.tryton.records import (
    ORDER,
    SHIPMENT,
    attach_step,
    attachments,
    drop_earlier_file,
    find_order,
    find_orders,
    holders,
    moves_of,
    readable,
    shipment_of,
)


class ShipmentExport:
    """A bill of lading, air waybill or packing list: makes the order's shipment or joins it."""

    def __init__(self, client: TrytonClient, company: int, job: Job) -> None:
        self.client = client
        self.company = company
        self.job = job

    def next_step(self) -> Step | None:
        order = find_order(self.client, self.job.payload.orders)
        if step := drop_earlier_file(self.client, self.job):
            return step
        shipment = shipment_of(self.client, order)
        if shipment is None:
            return self._create(order)
        reference = self.job.payload.reference
        if shipment["reference"] != reference and (
            self.job.payload.is_transport or not shipment["reference"]
        ):
            values = {"reference": reference}
            return Step(
                name="name shipment",
                send=lambda: self.client.write(SHIPMENT, shipment["id"], values),
            )
        if not own_files(self.client, self.job, order):
            return attach_step(self.client, self.job, f"{SHIPMENT},{shipment['id']}")
        return None

    def undo_step(self) -> Step | None:
        """Nothing to take back: what makes a shipment be refused is found before it is made."""
        return None

    def read_back(self) -> ErpRecord:
        order = find_order(self.client, self.job.payload.orders)
        return attached_record(self.client, self.job, [order])

    def _create(self, order: Values) -> Step:
        free = [m for m in moves_of(self.client, [order]) if m["state"] == "draft"]
        moves = [m["id"] for m in free if not m["shipment"]]
        if not moves:
            raise ErpRefuses(f"purchase order {order['rec_name']} has nothing left to receive")
        warehouse = self._warehouse(order)
        values = {
            "company": self.company,
            "supplier": order["party"]["id"],
            "reference": self.job.payload.reference,
            "planned_date": self.job.payload.date,
            "warehouse": warehouse["id"],
            "warehouse_input": warehouse["input_location"],
            "warehouse_storage": warehouse["storage_location"],
            # The order's own moves: new ones would count as delivered beyond the order.
            "incoming_moves": [["add", moves]],
        }
        return Step(name="create", send=lambda: void(self.client.create(SHIPMENT, values)))

    def _warehouse(self, order: Values) -> Values:
        domain: list[object] = [["type", "=", "warehouse"]]
        if order["warehouse"]:
            domain.append(["id", "=", order["warehouse"]])
        names = ("input_location", "storage_location")
        return self.client.search("stock.location", domain, *names)[0]


class AttachmentExport:
    """Any other paper: attached to the shipment of its order, or to the order while there is none.

    A manifest that names several orders is attached for each.
    """

    def __init__(self, client: TrytonClient, job: Job) -> None:
        self.client = client
        self.job = job

    def next_step(self) -> Step | None:
        if step := drop_earlier_file(self.client, self.job):
            return step
        for order in find_orders(self.client, self.job.payload.orders):
            if not own_files(self.client, self.job, order):
                shipment = shipment_of(self.client, order)
                holder = f"{SHIPMENT},{shipment['id']}" if shipment else f"{ORDER},{order['id']}"
                return attach_step(self.client, self.job, holder)
        return None

    def undo_step(self) -> Step | None:
        return None

    def read_back(self) -> ErpRecord:
        orders = find_orders(self.client, self.job.payload.orders)
        return attached_record(self.client, self.job, orders)


def own_files(client: TrytonClient, job: Job, order: Values) -> list[Values]:
    """The file of this document at the order or a shipment of it."""
    return attachments(client, holders(client, [order]), [job.marker])


def attached_record(client: TrytonClient, job: Job, orders: Sequence[Values]) -> ErpRecord:
    """The record that a paper hangs at, with the paper's own trace; the first order's for several.

    Raises ErpRefuses when the ERP does not hold exactly one file per order.
    """
    held = []
    for order in orders:
        files = own_files(client, job, order)
        if len(files) != 1:
            raise ErpRefuses(
                f"{len(files)} files at {order['rec_name']} carry this document's mark"
            )
        held += files
    model, _, record = held[0]["resource"].partition(",")
    names = ("number", "reference", "rec_name", "state")
    holder = client.read(model, int(record), *names)
    values = readable(holder) | {
        "orders": [order["reference"] or order["number"] for order in orders],
        "party": orders[0]["party"]["name"],
        "attachments": [file["id"] for file in held],
        "attachment_name": held[0]["name"],
        "attachment_bytes": held[0]["data_size"],
    }
    ref = f"{model},{holder['id']} {holder['rec_name']}"
    return ErpRecord(model=model, id=holder["id"], ref=ref, values=values)


def void(answer: object) -> None:
    """A step's answer is not used: the next look at the ERP tells."""

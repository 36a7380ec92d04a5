"""Invoices in Tryton: a supplier invoice linked to its purchase order, validated, with its file."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from include.export.contract import ErpRecord, ErpRefuses, Job, Step
from include.export.matching import (
    InvoiceLine,
    as_ordered,
    invoice_line,
    is_same_name,
    match_lines,
    over_order,
)
from include.export.payload import squeeze
from include.export.tryton.client import TrytonClient, Values
from include.export.tryton.order_lines import order_lines
from include.export.tryton.records import (
    ORDER,
    attach_step,
    attachments,
    find_order,
    readable,
)

INVOICE = "account.invoice"
INVOICE_FIELDS = (
    "number",
    "reference",
    "rec_name",
    "state",
    "invoice_date",
    "party.name",
    "currency.code",
    "untaxed_amount",
    "tax_amount",
    "total_amount",
    "purchases",
    "description",
)


class InvoiceExport:
    """One supplier invoice: created as a draft, compared, validated, its file attached."""

    def __init__(self, client: TrytonClient, company: int, job: Job) -> None:
        self.client = client
        self.company = company
        self.job = job
        self.payload = job.payload

    def next_step(self) -> Step | None:
        for earlier in self._invoices([earlier.marker for earlier in self.job.earlier]):
            if earlier["state"] != "draft":
                raise ErpRefuses(f"an earlier reading is recorded as {earlier['rec_name']} already")
            return self._delete("delete earlier", earlier)
        own = self._invoices([self.job.marker])
        if not own:
            return self._create()
        invoice, *twins = sorted(own, key=lambda found: (found["state"] == "draft", found["id"]))
        if twins:
            # Possible only when a request outlived the client's patience.
            return self._delete("delete twin", twins[-1])
        if invoice["state"] == "cancelled":
            raise ErpRefuses(f"invoice {invoice['rec_name']} was cancelled")
        self._compare(invoice)
        if invoice["state"] == "draft":
            return self._press("validate", INVOICE, invoice["id"], "validate_invoice")
        if not self._files(invoice):
            return attach_step(self.client, self.job, f"{INVOICE},{invoice['id']}")
        return self._tell_orders(invoice)

    def undo_step(self) -> Step | None:
        """A refused invoice leaves no draft behind."""
        drafts = [i for i in self._invoices([self.job.marker]) if i["state"] == "draft"]
        return self._delete("delete draft", drafts[0]) if drafts else None

    def read_back(self) -> ErpRecord:
        invoice = self._invoices([self.job.marker])[0]
        self._compare(invoice)
        held = self._files(invoice)
        orders = self._orders(invoice)
        values = readable(invoice) | {
            "orders": [order["reference"] or order["number"] for order in orders],
            "attachments": [file["id"] for file in held],
            "attachment_name": held[0]["name"],
            "attachment_bytes": held[0]["data_size"],
        }
        ref = f"{INVOICE},{invoice['id']} {invoice['rec_name']}"
        return ErpRecord(model=INVOICE, id=invoice["id"], ref=ref, values=values)

    def _invoices(self, markers: Sequence[str]) -> list[Values]:
        if not markers:
            return []
        domain = [["type", "=", "in"], ["description", "in", list(markers)]]
        return self.client.search(INVOICE, domain, *INVOICE_FIELDS)

    def _files(self, invoice: Values) -> list[Values]:
        return attachments(self.client, [f"{INVOICE},{invoice['id']}"], [self.job.marker])

    def _compare(self, invoice: Values) -> None:
        if invoice["total_amount"] != self.payload.total:
            raise ErpRefuses(
                f"the ERP makes {invoice['total_amount']} of the lines and the tax,"
                f" the document says {self.payload.total}",
                "total",
            )

    def _orders(self, invoice: Values) -> list[Values]:
        if not invoice["purchases"]:
            return []
        domain = [["id", "in", invoice["purchases"]]]
        return self.client.search(ORDER, domain, "number", "reference", "invoice_state")

    def _tell_orders(self, invoice: Values) -> Step | None:
        """An order looks at its invoices only when it is processed."""
        for order in self._orders(invoice):
            if order["invoice_state"] == "none":
                return self._press("tell the order", ORDER, order["id"], "process")
        return None

    def _press(self, name: str, model: str, record: int, button: str) -> Step:
        return Step(name=name, send=lambda: self.client.press(model, record, button))

    def _delete(self, name: str, invoice: Values) -> Step:
        return Step(name=name, send=lambda: self.client.delete(INVOICE, invoice["id"]))

    def _create(self) -> Step:
        order = find_order(self.client, self.payload.orders) if self.payload.orders else None
        values = self._values(order)

        def send() -> None:
            self.client.create(INVOICE, values)

        return Step(name="create", send=send)

    def _values(self, order: Values | None) -> dict[str, Any]:
        """The whole invoice: the ERP takes it in one piece or not at all."""
        party, address = self._party(order)
        currency = self._currency(order)
        accounts = self.client.search(
            "account.configuration", [], "default_account_payable",
            "default_category_account_expense",
        )[0]  # fmt: skip
        lines = self._lines(order)
        common = {"company": self.company, "currency": currency}
        made = [
            self._line(line, accounts["default_category_account_expense"])
            | common
            | {"invoice_type": "in", "party": party}
            for line in lines
        ]
        return common | {
            "type": "in",
            "party": party,
            "invoice_address": address,
            "account": accounts["default_account_payable"],
            "journal": self._one("account.journal", [["type", "=", "expense"]]),
            "reference": self.payload.reference,
            "invoice_date": self.payload.date,
            "description": self.job.marker,
            "lines": [["create", made]],
            "taxes": self._taxes(lines),
        }

    def _line(self, line: InvoiceLine, default_account: int) -> dict[str, Any]:
        values = {
            "type": "line",
            "description": line.description,
            "quantity": float(line.quantity),
            "unit_price": line.unit_price,
            "account": default_account,
        }
        if (ordered := line.order_line) is None:
            return values
        return values | {
            "origin": f"purchase.line,{ordered.id}",
            "product": ordered.product,
            "unit": ordered.unit,
            "account": ordered.account or default_account,
            "stock_moves": [["add", list(ordered.moves)]] if ordered.moves else [],
        }

    def _taxes(self, lines: Sequence[InvoiceLine]) -> list[Any]:
        """The tax as printed: what the supplier asks is what is booked, or refused."""
        if not self.payload.tax:
            return []
        tax = self.client.search("account.tax", [["type", "=", "none"]], "invoice_account")
        if not tax:
            raise ErpRefuses(f"it has no tax for the printed amount of {self.payload.tax}", "tax")
        base = sum((line.quantity * line.unit_price for line in lines), Decimal(0))
        values = {
            "manual": True,
            "description": "Tax as invoiced",
            "tax": tax[0]["id"],
            "account": tax[0]["invoice_account"],
            "base": self.payload.net if self.payload.net is not None else base,
            "amount": self.payload.tax,
        }
        return [["create", [values]]]

    def _lines(self, order: Values | None) -> list[InvoiceLine]:
        ordered = order_lines(self.client, order) if order else []
        printed = self.payload.lines
        if not printed and not ordered:
            raise ErpRefuses("the invoice has no lines and no order to take them from", "order")
        matched = match_lines(printed, ordered)
        if ordered and printed and not matched:
            raise ErpRefuses(f"no line of the invoice is on {order_name(order)}", "order")
        lines = [invoice_line(line, matched.get(line.position)) for line in printed]
        lines = lines or as_ordered(ordered)
        beyond = over_order(lines)
        if beyond:
            raise ErpRefuses(f"{order_name(order)}: {beyond}", "order")
        return lines

    def _party(self, order: Values | None) -> tuple[int, int]:
        """The supplier and the address it invoices from."""
        if order is None:
            party = self._known_party()
        else:
            party = order["party"]["id"]
            name = order["party"]["name"]
            if self.payload.party and not is_same_name(self.payload.party, name):
                raise ErpRefuses(
                    f"{order_name(order)} was placed with {name},"
                    f" the invoice comes from {self.payload.party}",
                    "party",
                )
            if order["invoice_address"]:
                return party, order["invoice_address"]
        return party, self._one("party.address", [["party", "=", party]])

    def _known_party(self) -> int:
        found: set[int] = set()
        if self.payload.tax_id:
            code = ["code_compact", "=", squeeze(self.payload.tax_id)]
            rows = self.client.search("party.identifier", [code], "party")
            found = {row["party"] for row in rows}
        if not found and self.payload.party:
            rows = self.client.search("party.party", [["name", "ilike", self.payload.party]])
            found = {row["id"] for row in rows}
        if len(found) != 1:
            told = self.payload.party or self.payload.tax_id
            raise ErpRefuses(f"{len(found) or 'no'} parties are known as {told}", "party")
        return found.pop()

    def _currency(self, order: Values | None) -> int:
        code = self.payload.currency
        if order and order["currency"]["code"] != code:
            raise ErpRefuses(
                f"{order_name(order)} is in {order['currency']['code']}, the invoice in {code}",
                "currency",
            )
        return self._one("currency.currency", [["code", "=", code]])

    def _one(self, model: str, domain: Sequence[Any]) -> int:
        found = self.client.search(model, domain)
        if not found:
            raise ErpRefuses(f"it has no {model} with {domain}")
        return int(found[0]["id"])


def order_name(order: Values | None) -> str:
    return f"purchase order {order['reference'] or order['number']}" if order else "the order"

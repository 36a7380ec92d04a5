"""The ERP adapter for Tryton: chooses how a document is recorded, and what the records share."""

from __future__ import annotations

from include.export.contract import ErpRecord, ErpRefuses, Job, Step
from include.export.payload import Record, gaps
from include.export.tryton.client import TrytonClient
from include.export.tryton.invoice import InvoiceExport
from include.export.tryton.shipment import AttachmentExport, ShipmentExport


class Tryton:
    """One Tryton database with one company."""

    name = "tryton"

    def __init__(self, url: str, key: str, timeout_s: float = 45.0) -> None:
        self.client = TrytonClient(url, key, timeout_s)
        self.company: int | None = None

    def next_step(self, job: Job) -> Step | None:
        missing = gaps(job.payload)
        if missing:
            raise ErpRefuses("; ".join(gap.text for gap in missing), missing[0].field)
        return self._export(job).next_step()

    def undo_step(self, job: Job) -> Step | None:
        return self._export(job).undo_step()

    def read_back(self, job: Job) -> ErpRecord:
        return self._export(job).read_back()

    def _export(self, job: Job) -> InvoiceExport | ShipmentExport | AttachmentExport:
        if self.company is None:
            self.company = only_company(self.client)
            self.client.use_company(self.company)
        match job.payload.record:
            case Record.SUPPLIER_INVOICE:
                return InvoiceExport(self.client, self.company, job)
            case Record.SHIPMENT:
                return ShipmentExport(self.client, self.company, job)
            case Record.ATTACHMENT:
                return AttachmentExport(self.client, job)


def only_company(client: TrytonClient) -> int:
    """The company of the key's user."""
    companies = client.search("company.company", [])
    if not companies:
        raise ErpRefuses("the key's user has no company")
    return int(companies[0]["id"])

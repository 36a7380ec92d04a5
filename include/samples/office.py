"""Papers in office formats, as small senders write them: a Word delivery note, an Excel invoice."""

from __future__ import annotations

import io
import re
import zipfile
from random import Random

from docx import Document
from openpyxl import Workbook

from include.samples.dataset import Sample
from include.samples.shipment import Shipment
from include.samples.truth import truth_of
from include.samples.voice import Voice

_DATE = (2026, 1, 1, 0, 0, 0)


def office_samples(shipment: Shipment, rng: Random) -> list[Sample]:
    return [_delivery_note(shipment, rng), _invoice(shipment, rng)]


def _delivery_note(shipment: Shipment, rng: Random) -> Sample:
    voice = Voice("en", "delivery_note", rng)
    delivered = voice.date(shipment.delivered_on)
    document = Document()
    document.add_heading(voice.title(), 1)
    known = {
        "number": (shipment.delivery_note_number,) * 2,
        "order_reference": (shipment.order.number,) * 2,
        "delivery_date": (delivered.text, delivered.truth),
        "shipper_name": (shipment.seller.name,) * 2,
        "consignee_name": (shipment.consignee.name,) * 2,
        "package_count": (str(shipment.packages),) * 2,
        "gross_weight_kg": (f"{shipment.gross_kg} kg", str(shipment.gross_kg)),
    }
    for name, (text, _) in known.items():
        document.add_paragraph(f"{voice.label(name)}: {text}")
    table = document.add_table(rows=1, cols=3)
    keys = ("item_code", "description", "quantity")
    for cell, key in zip(table.rows[0].cells, keys, strict=True):
        cell.text = voice.column(key)
    lines = []
    for item in shipment.items:
        values = (item.product.code, item.description, str(int(item.quantity)))
        for cell, text in zip(table.add_row().cells, values, strict=True):
            cell.text = text
        lines.append(dict(zip(keys, values, strict=True)))
    document.add_paragraph("Goods received complete and in apparent good order.")
    buffer = io.BytesIO()
    document.save(buffer)
    fields = {name: truth for name, (_, truth) in known.items()}
    truth = truth_of("delivery_note", fields, lines, set())
    return Sample("8002-delivery_note", ".docx", _same_bytes(buffer.getvalue()), truth)


def _invoice(shipment: Shipment, rng: Random) -> Sample:
    voice = Voice("en", "invoice", rng)
    issued = voice.date(shipment.invoice_date)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Invoice"
    sheet.append([voice.title()])
    known = {
        "number": (shipment.invoice_number,) * 2,
        "issue_date": (issued.text, issued.truth),
        "seller_name": (shipment.seller.name,) * 2,
        "buyer_name": (shipment.consignee.name,) * 2,
        "order_reference": (shipment.order.number,) * 2,
        "currency": (shipment.order.currency,) * 2,
    }
    for name, (text, _) in known.items():
        sheet.append([voice.label(name), text])
    sheet.append([])
    keys = ("item_code", "description", "quantity", "unit_price", "line_total")
    sheet.append([voice.column(key) for key in keys])
    lines = []
    for item in shipment.items:
        values = (item.product.code, item.description, int(item.quantity), float(item.unit_price),
                  float(item.line_total))  # fmt: skip
        sheet.append(list(values))
        truths = (*values[:2], str(int(item.quantity)), str(item.unit_price), str(item.line_total))
        lines.append({key: str(value) for key, value in zip(keys, truths, strict=True)})
    sheet.append([None, None, None, voice.label("grand_total"), float(shipment.net_total)])
    buffer = io.BytesIO()
    book.save(buffer)
    fields = {name: truth for name, (_, truth) in known.items()}
    fields["grand_total"] = str(shipment.net_total)
    truth = truth_of("invoice", fields, lines, set())
    return Sample("8003-invoice", ".xlsx", _same_bytes(buffer.getvalue()), truth)


def _same_bytes(data: bytes) -> bytes:
    """The archive without the time of its making, so that a seed always gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                stamp = rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
                content = re.sub(stamp, b"2026-01-01T00:00:00Z", content)
            new.writestr(zipfile.ZipInfo(name, _DATE), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()

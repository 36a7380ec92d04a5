"""E-invoices that come as XML alone: handed on as data, and laid out for people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import lxml.etree  # type: ignore[import-untyped]

from include.errors import BrokenDocument
from include.pages.worker.formats.office.sheet import Sheet
from include.pages.worker.formats.office.text import clean

#: Files carried inside an e-invoice are not text.
_MAX_VALUE = 2000


def lay_out_xml(sheet: Sheet, data: bytes) -> str:
    """Lay out every value with the name of its element; the XML as text. Raises BrokenDocument."""
    parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = lxml.etree.fromstring(data, parser)
    except (lxml.etree.XMLSyntaxError, ValueError) as error:
        raise BrokenDocument(f"the XML is not well-formed ({error})") from error
    for line in _lines(root):
        sheet.text("Text", line)
    return clean(lxml.etree.tostring(root, encoding="unicode"))


def _lines(root: Any) -> Iterator[str]:
    for element in root.iter():
        value = " ".join((element.text or "").split()) if isinstance(element.tag, str) else ""
        if value and len(value) <= _MAX_VALUE:
            name = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", lxml.etree.QName(element).localname)
            yield clean(f"{name}: {value}")

"""Pages of a PDF as a file of their own: what is seen on them, and nothing else."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pypdfium2 as pdfium

from include.pages.worker.pdf.opening import OpenedPdf

#: What of the document's own entries a page needs to look the same.
_KEPT_OF_DOCUMENT = frozenset({"/Type", "/Pages", "/AcroForm", "/OCProperties", "/Lang"})
#: What of a page leads away from it.
_DROPPED_OF_PAGE = ("/AF", "/B", "/StructParents", "/AA", "/PieceInfo", "/Thumb", "/Metadata")
_MAX_FIELD_DEPTH = 20


def cut_pdf(opened: OpenedPdf, first: int, last: int) -> bytes:
    """Pages `first` to `last` (from 1), open to all; the same bytes for the same request."""
    try:
        with opened.in_qpdf() as pdf:
            if len(pdf.pages) == len(opened.document):
                return _cut_by_qpdf(pdf, first, last)
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError):
        pass
    document = pdfium.PdfDocument.new()
    document.import_pages(opened.document, list(range(first - 1, last)))
    out = io.BytesIO()
    document.save(out)
    with pikepdf.open(io.BytesIO(out.getvalue())) as pdf:
        return _saved(pdf)


def _cut_by_qpdf(pdf: pikepdf.Pdf, first: int, last: int) -> bytes:
    del pdf.pages[last:]
    del pdf.pages[: first - 1]
    for key in set(pdf.Root.keys()) - _KEPT_OF_DOCUMENT:
        del pdf.Root[key]
    widgets = set()
    for page in pdf.pages:
        for key in _DROPPED_OF_PAGE:
            if key in page.obj:
                del page.obj[key]
        widgets |= _cleaned_notes(pdf, page.obj)
    form = pdf.Root.get("/AcroForm")
    if form is not None:
        if "/XFA" in form:
            del form["/XFA"]
        form["/Fields"] = pikepdf.Array(_kept_fields(form.get("/Fields", ()), widgets, 0))
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    return _saved(pdf)


def _cleaned_notes(pdf: pikepdf.Pdf, page: Any) -> set[tuple[int, int]]:
    """Keep the notes of a page that show something there; the numbers of those kept."""
    kept = []
    for note in page.get("/Annots", ()):
        if not isinstance(note, pikepdf.Dictionary):
            continue
        if str(note.get("/Subtype")) in ("/Link", "/FileAttachment", "/Popup"):
            continue  # they lead to other pages or hold files
        for key in ("/A", "/AA", "/Popup", "/IRT", "/StructParent"):
            if key in note:
                del note[key]
        if not note.is_indirect:
            note = pdf.make_indirect(note)
        note["/P"] = page
        kept.append(note)
    if "/Annots" in page:
        page["/Annots"] = pikepdf.Array(kept)
    return {note.objgen for note in kept}


def _kept_fields(fields: Any, widgets: set[tuple[int, int]], depth: int) -> list[Any]:
    """The form's fields that are shown on a kept page."""
    kept = []
    for field in fields if depth < _MAX_FIELD_DEPTH else ():
        if not isinstance(field, pikepdf.Dictionary):
            continue
        if field.objgen in widgets:
            kept.append(field)
        elif "/Kids" in field:
            kids = _kept_fields(field["/Kids"], widgets, depth + 1)
            if kids:
                field["/Kids"] = pikepdf.Array(kids)
                kept.append(field)
    return kept


def _saved(pdf: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()

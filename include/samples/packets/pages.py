"""Pages around the papers of a packet: letters, terms, separator sheets, counters, blank sides."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from random import Random

import pikepdf
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from include.samples.papers.sheet import FONTS, Sheet

Size = tuple[float, float]
_FONT_NAME, _COUNTER_SIZE, _MARGIN = "/Counter", 7.5, 45.0

#: How papers count their pages, by language; {x} of {y}.
COUNTERS: Mapping[str, Sequence[str]] = {
    "en": ("Page {x} of {y}", "Page {x}/{y}", "{x}/{y}", "Page: {x} of {y}", "Page No. {x} of {y}",
           "- {x} -", "Page {x}"),
    "de": ("Seite {x} von {y}", "Seite {x}/{y}", "Blatt {x} von {y}", "Seite: {x}", "{x} / {y}"),
    "fr": ("Page {x} sur {y}", "Page {x}/{y}", "Feuille {x} sur {y}", "p. {x}/{y}"),
    "es": ("Página {x} de {y}", "Pág. {x}/{y}", "Hoja {x} de {y}"),
}  # fmt: skip
#: Habits that only measurements use, never the work on the rules.
HELD_OUT_COUNTERS: Mapping[str, Sequence[str]] = {
    "en": ("Sheet {x} of {y}", "PAGE {x} OF {y}", "Page {x} ({y})", "{x} of {y}", "pg {x}/{y}"),
    "de": ("Bl. {x}/{y}", "Seite {x} ({y})", "S. {x} von {y}", "- Seite {x} von {y} -"),
    "fr": ("Page : {x} / {y}", "Page n° {x} de {y}", "Folio {x}/{y}"),
    "es": ("Pag. {x} di {y}", "Página: {x}/{y}", "Pág {x} de {y}"),
}
_TERMS: Mapping[str, tuple[str, str]] = {
    "en": ("Terms and Conditions of Sale", "The goods remain the property of the seller until the"
           " price has been paid in full. Claims have to be made in writing within eight days of"
           " delivery. Payment is due net without deduction at the date on the invoice."),
    "de": ("Allgemeine Geschäftsbedingungen", "Die Ware bleibt bis zur vollständigen Bezahlung"
           " Eigentum des Verkäufers. Mängel sind innerhalb von acht Tagen nach Lieferung"
           " schriftlich anzuzeigen. Die Rechnung ist ohne Abzug zum genannten Tag zahlbar."),
    "fr": ("Conditions générales de vente", "La marchandise reste la propriété du vendeur jusqu'au"
           " paiement complet. Toute réclamation doit être faite par écrit dans les huit jours"
           " suivant la livraison. La facture est payable sans escompte à la date indiquée."),
    "es": ("Condiciones generales de venta", "La mercancía es propiedad del vendedor hasta el pago"
           " completo. Toda reclamación debe hacerse por escrito en los ocho días siguientes a la"
           " entrega. La factura es pagadera sin descuento en la fecha indicada."),
}  # fmt: skip
_LETTER: Mapping[str, tuple[str, str, str]] = {
    "en": ("Dear Sir or Madam,", "please find enclosed the papers of order {order}: invoice,"
           " packing list and transport document. Kindly confirm receipt.", "Kind regards"),
    "de": ("Sehr geehrte Damen und Herren,", "anbei erhalten Sie die Papiere zum Auftrag {order}:"
           " Rechnung, Packliste und Frachtpapier. Bitte bestätigen Sie den Empfang.",
           "Mit freundlichen Grüßen"),
    "fr": ("Madame, Monsieur,", "veuillez trouver ci-joint les documents de la commande {order} :"
           " facture, liste de colisage et document de transport.", "Cordialement"),
    "es": ("Estimados señores:", "adjuntamos los documentos del pedido {order}: factura, lista de"
           " empaque y documento de transporte.", "Atentamente"),
}  # fmt: skip
#: What stands on the sheets that scanners part documents with.
_SEPARATORS = ("Separator", "DOCUMENT SEPARATOR", "T", "Trennblatt", "PATCH T", "*SEP-0001*")


def terms(language: str, rng: Random) -> bytes:
    """One or two pages of small print, as they go with an invoice."""
    title, text = _TERMS[language]
    sheet = Sheet(font=rng.choice(("sans", "serif")))
    for page in range(rng.choice((1, 1, 2))):
        if page:
            sheet.new_page()
        y = 50.0
        if not page and rng.random() < 0.8:
            y = sheet.text(45, y, title, size=12, bold=True) + 8
        sentences = text.split(". ")
        for number in range(1 + 12 * page, 13 + 12 * page):
            rng.shuffle(sentences)
            clause = f"{number}. " + ". ".join(s.rstrip(".") for s in sentences) + "."
            y = sheet.text(45, y, clause, size=7.5, width=sheet.width - 90) + 6
    return sheet.finish()


def letter(language: str, sender: str, order: str, rng: Random) -> bytes:
    """A covering letter."""
    greeting, text, regards = _LETTER[language]
    sheet = Sheet(font=rng.choice(("sans", "serif")))
    sheet.text(45, 40, sender, size=13, bold=True)
    y = sheet.text(45, rng.uniform(170, 230), greeting, size=10.5) + 12
    y = sheet.text(45, y, text.format(order=order), size=10.5, width=sheet.width - 90) + 18
    y = sheet.text(45, y, regards, size=10.5)
    sheet.scribble(50, y + 30, 80, rng)
    return sheet.finish()


def separator(rng: Random) -> bytes:
    """A separator sheet: one word, large, or a bar code with its text."""
    sheet = Sheet()
    said = rng.choice(_SEPARATORS)
    sheet.text(0, 330, said, size=40, bold=True, align="center", width=sheet.width)
    if rng.random() < 0.5:
        for n in range(60):
            weight = rng.choice((1.0, 1.0, 2.2))
            sheet.rule(150 + n * 5, 420, 150 + n * 5, 500, weight)
    return sheet.finish()


def blank(size: Size = A4) -> bytes:
    """One empty page."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size, invariant=1)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def merged(files: Sequence[bytes]) -> bytes:
    """The pages of all files in one; the same files give the same bytes."""
    with pikepdf.new() as out:
        for data in files:
            with pikepdf.open(io.BytesIO(data)) as one:
                out.pages.extend(one.pages)
        return _saved(out)


def counted(data: bytes, wording: str, rng: Random) -> bytes:
    """The file with a counter at an edge of each page."""
    at_top, align = rng.random() < 0.35, rng.choice(("left", "center", "right", "right"))
    with pikepdf.open(io.BytesIO(data)) as file:
        font = file.make_indirect(_font())
        for x, page in enumerate(file.pages, 1):
            said = wording.format(x=x, y=len(file.pages))
            # Not as an overlay: pikepdf would give it a name of chance.
            page.resources.Font[_FONT_NAME] = font
            page.contents_add(_edge_text(said, _size(page), at_top=at_top, align=align))
        return _saved(file)


def turned(data: bytes, angle: int) -> bytes:
    """The file with its pages turned by `angle` degrees."""
    with pikepdf.open(io.BytesIO(data)) as file:
        for page in file.pages:
            page.rotate(angle, relative=True)
        return _saved(file)


def page_count(data: bytes) -> int:
    with pikepdf.open(io.BytesIO(data)) as file:
        return len(file.pages)


def first_size(data: bytes) -> Size:
    """Width and height of the first page, in points."""
    with pikepdf.open(io.BytesIO(data)) as file:
        return _size(file.pages[0])


def _size(page: pikepdf.Page) -> Size:
    x0, y0, x1, y1 = (float(value) for value in page.mediabox.as_list())  # type: ignore[arg-type]
    return x1 - x0, y1 - y0


def _font() -> pikepdf.Dictionary:
    name = pikepdf.Name
    return pikepdf.Dictionary(
        Type=name.Font,
        Subtype=name.Type1,
        BaseFont=name.Helvetica,
        Encoding=name.WinAnsiEncoding,
    )


def _edge_text(text: str, size: Size, *, at_top: bool, align: str) -> bytes:
    """The content that writes a line at the top or the foot of a page."""
    width = stringWidth(text, FONTS["sans"][0], _COUNTER_SIZE)
    room = size[0] - 2 * _MARGIN - width
    x = _MARGIN + {"left": 0.0, "center": room / 2, "right": room}[align]
    y = size[1] - 20 if at_top else 14
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    drawn = f"q 0 g BT {_FONT_NAME} {_COUNTER_SIZE} Tf {x:.2f} {y:.2f} Td ({escaped}) Tj ET Q"
    return drawn.encode("cp1252")


def _saved(file: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    file.save(out, deterministic_id=True)
    return out.getvalue()

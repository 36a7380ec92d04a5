"""What cells say: values, captions of columns, the words that open a totals row."""

from __future__ import annotations

import functools
import re
import unicodedata

#: The same few words and cells are asked for many times on a page.
_kept = functools.lru_cache(maxsize=4096)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Words of a caption over goods or services.
GOODS = _words("""
description descriptions designation desc item items article articles goods product products
service services particulars details material commodity merchandise leistung leistungen bezeichnung
warenbezeichnung artikelbezeichnung beschreibung artikel produkt waren position designations
libelle produit prestation marchandise marchandises descripcion concepto mercancia articulo
producto guter descrizione articolo prodotto merce omschrijving artikelomschrijving descricao artigo
mercadoria nazwa towar opis popis zbozi aciklama urun beskrivning benamning varebeskrivelse
beskrivelse kuvaus tuote marks markierung marques marcas shipper consignee ablader verlader
chargeur embarcador
""")
#: Words of a caption over numbers, and over what counts them.
FIGURES = _words("""
qty quantity quantities qnty quant menge anzahl stuck stk qte quantite nombre nb cantidad cant
quantita quantidade aantal ilosc mnozstvi miktar antal maara unit units uom einheit unite unidad
unita unidade eenheid jm price prices unitprice rate einzelpreis preis epreis gpreis stuckpreis
prix pu precio prezzo preco prijs cena fiyat pris hinta amount amounts total totals extended value
betrag gesamtpreis gesamtbetrag gesamt summe wert nettobetrag gesamtwert montant valeur importe
importo valor bedrag totaal kwota wartosc castka tutar belopp belob net netto nettopreis brutto
gross brut bruto peso weight weights poids gewicht nettogew bruttogew pkgs packages package pieces
pcs cartons colis packstucke kolli kartons bultos cajas bulti colli volume volumen volumes cbm m3
measurement cubage tax vat gst cgst sgst igst mwst ust tva iva btw moms dph kdv rabatt discount
remise descuento sconto korting steuer steuersatz hours stunden heures horas taux
""")
#: Words that captions share with labels of single values.
_OTHER = _words("""
no nr num number pos sku code codes ref reference art artnr artikelnr artnummer artikelnummer hs
hts hsn sac tariff zolltarif zolltarifnr warennummer nomenclature partida origin ursprung origine
origen date datum fecha data container conteneur contenedor konnossement bl line ligne linea lp
part partno
""")
#: Words of labels that stand before a single value.
_LABELS = _words("""
no nr num number numero nummer date datum fecha data ref reference referenz order bestellung
commande pedido terms currency devise wahrung moneda valuta vat iva tva ust id iban bic swift tel
fax phone telefon email mail due total subtotal summe balance tax weight gewicht poids peso
packages colis vessel voyage port incoterms incoterm customer kundennummer rechnungsnummer
lieferdatum rechnungsdatum bestellnummer arrival arrivee ankunft eta echeance fallig contact
kontakt client code delivery livraison lieferung entrega payment paiement zahlung pago conditions
condiciones origin origine ursprung contenedor container sent shipped carrier transporteur
spediteur haulier account konto compte prepared bearbeiter zeichen angebot devis quotation auftrag
valid
""")
CAPTIONS = GOODS | FIGURES | _OTHER

#: German writes such captions as one word.
_FIGURE_ENDINGS = ("gewicht", "preis", "betrag", "menge", "anzahl", "zahl", "satz", "wert", "summe")
_NUMBER_ENDINGS = ("nummer", "nr", "datum")

_TOTALS = _words("""
total totals totale totaal totaux subtotal sub soustotal grand sum summe gesamt gesamtsumme
gesamtbetrag zwischensumme nettobetrag nettosumme rechnungsbetrag rechnungssumme endbetrag
insgesamt warenwert carried brought ubertrag reporter report suma razem celkem toplam net netto
balance vat tax mwst ust umsatzsteuer tva iva btw amount montant importe base imponible cgst sgst
igst gst shipping versandkosten versand freight fracht frais discount rabatt remise skonto zzgl
gesamtgewicht gross brutto packstucke gesamtnetto summa totales
""")
_SUMS = _words("total totals totale totaal totaux subtotal sum summe gesamt zwischensumme")
_NOT_ALNUM = re.compile(r"[^\w]|_")
_AMOUNT = re.compile(
    r"[^\w\d]{0,2}(?:[A-Z]{1,3}\$?|Rs\.?|kr|[x×])?[^\w]{0,2}[-+(]?\d[\d.,'’\s]*[-)]?\s*%?"
    r"(?:\s?(?:[A-Za-zÀ-ž%€$£¥³.]{1,6}))?[^\w]{0,2}"
)
_DIGIT = re.compile(r"\d")
_RULE_SIGNS = "-=_*.~—–·•|+"
_RULE = re.compile(r"^[\-=_*.~—–·•|+]{3,}$")


@_kept
def folded(text: str) -> str:
    """Letters and digits only, in lower case, without accents."""
    plain = text.lower()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain.replace("ß", "ss"))
    return _NOT_ALNUM.sub("", plain)


@_kept
def is_amount(text: str) -> bool:
    """Whether the text is one number, with a sign of money or a short unit at most."""
    return _AMOUNT.fullmatch(text) is not None


@_kept
def is_value(text: str) -> bool:
    """Whether the text is a number, a code or a date rather than words."""
    if is_amount(text):
        return True
    digits = len(_DIGIT.findall(text))
    return digits > 0 and text.count(" ") <= 3 and digits >= 0.4 * sum(map(str.isalnum, text))


def is_figure(word: str) -> bool:
    """Whether a folded word is used in captions over numbers."""
    return word in FIGURES or word.endswith(_FIGURE_ENDINGS)


@_kept
def is_caption(word: str) -> bool:
    """Whether a folded word is used in captions."""
    return word in CAPTIONS or word.endswith(_FIGURE_ENDINGS) or word.endswith(_NUMBER_ENDINGS)


def is_label(words: list[str]) -> bool:
    """Whether the words name the single value that stands beside them."""
    if not words or len(words) > 6 or any(c.isdigit() for word in words for c in word):
        return False
    return words[-1].endswith(":") or not _LABELS.isdisjoint(map(folded, words))


def is_drawn_rule(text: str) -> bool:
    """Whether a word is a line made of signs."""
    return text[0] in _RULE_SIGNS and _RULE.match(text) is not None


def opens_totals(words: list[str], is_full: bool = False) -> bool:
    """Whether a row that begins with these words sums up the ones above it.

    `is_full`: it has a cell for each column, so that only the plainest words tell.
    """
    lettered = [w for w in words if any(c.isalpha() for c in w)][:1]
    return bool(lettered) and folded(lettered[0]) in (_SUMS if is_full else _TOTALS)

"""What a company's name looks like, and what an address looks like."""

from __future__ import annotations

import re

from include.extraction.layout.text import fold

#: Legal forms, and words with which names of companies end.
LEGAL_FORM = re.compile(
    r"(?<!\w)(?:gmbh(?: & co\.? kg)?|mbh|ag|kg|ohg|e\.?k|e\.?v|gbr|mbb|ug|se|scea|sci|snc|jsc|ltd"
    r"|limited|llc|inc|corp|corporation"
    r"|plc|llp|co|company|s\.?a\.?r\.?l|sas|s\.?a\.?s|s\.?a|eurl|sasu|s\.?l|s\.?l\.?u|s\.?a\.?u"
    r"|b\.?v|n\.?v|bvba|s\.?p\.?a|s\.?r\.?l|a/s|aps|as|ab|oy|sp\. ?z ?o\.? ?o|s\.?r\.?o|a\.?s|pte"
    r"|pvt|sdn\.? bhd|bhd|pty|k\.?k|kft|enterprise|enterprises|trading|group|lines?|shipping"
    r"|airways|airlines|logistics)\.?(?!\w)"
)
_ADDRESS = re.compile(
    r"^\d|\d{4,6}|\w \d{1,4}[a-z]?$|stra(?:ss|ß)e|str\.(?!\w)"
    r"|\b(?:street|st|road|rd|avenue|ave|lane|drive|blvd|str|strasse|platz|weg|allee|rue|bd"
    r"|boulevard|place|calle|avda|avenida|plaza|poligono|jalan|jln|lorong|taman|no\.? ?\d|po box"
    r"|p\.o\. box|postfach|floor|suite|building)\b"
)
#: Lines in a party's block that are neither name nor address.
NO_NAME = re.compile(
    r"^(?:(?:globale )?nummer|gln|tel|fax|www|http|e-?mail|attn|z\.? ?hd|iban|bic|ust|vat|nif|cif"
    r"|siret|id|reg|uid)\b|@|www\."
)


def name_quality(text: str) -> float:
    """0..1: how much a line looks like the name of a company or person."""
    letters = sum(c.isalpha() for c in text)
    digits = sum(c.isdigit() for c in text)
    folded = fold(text)
    if letters < 3 or digits > letters or NO_NAME.search(folded):
        return 0.0
    quality = 0.95
    if LEGAL_FORM.search(folded):
        quality = 1.0
    elif _ADDRESS.search(folded):
        quality = 0.6
    if len(text) > 70:
        quality *= 0.6
    return quality

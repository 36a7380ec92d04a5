"""Country names in English, German, French and Spanish as ISO 3166 codes."""

from __future__ import annotations

from functools import cache

from include.extraction.layout.text import squash

_NAMES = """
AE united arab emirates|vereinigte arabische emirate|émirats arabes unis|emiratos árabes unidos|uae
AR argentina|argentinien|argentine
AT austria|österreich|autriche
AU australia|australien|australie
BD bangladesh|bangladesch
BE belgium|belgien|belgique|bélgica
BG bulgaria|bulgarien|bulgarie
BR brazil|brasilien|brésil|brasil
CA canada|kanada|canadá
CH switzerland|schweiz|suisse|suiza
CL chile|chili
CN china|people's republic of china|chine|pr china|p.r. china|p.r.c.|prc|volksrepublik china
CO colombia|kolumbien|colombie
CZ czech republic|czechia|tschechien|tschechische republik|tchéquie|république tchèque|chequia
CZ república checa
DE germany|deutschland|allemagne|alemania
DK denmark|dänemark|danemark|dinamarca
EE estonia|estland|estonie
EG egypt|ägypten|égypte|egipto
ES spain|spanien|espagne|españa
FI finland|finnland|finlande|finlandia
FR france|frankreich|francia
GB united kingdom|great britain|vereinigtes königreich|großbritannien|royaume-uni|reino unido
GB uk|england|scotland|angleterre|wales|northern ireland
GR greece|griechenland|grèce|grecia
HK hong kong|hongkong
HR croatia|kroatien|croatie|croacia
HU hungary|ungarn|hongrie|hungría
ID indonesia|indonesien|indonésie
IE ireland|irland|irlande|irlanda
IL israel|israël
IN india|indien|inde
IT italy|italien|italie|italia
JP japan|japon|japón
KH cambodia|kambodscha|cambodge|camboya
KR south korea|korea|südkorea|republic of korea|corée du sud|corea del sur|korea, republic of
LK sri lanka
LT lithuania|litauen|lituanie|lituania
LU luxembourg|luxemburg|luxemburgo
LV latvia|lettland|lettonie|letonia
MA morocco|marokko|maroc|marruecos
MX mexico|mexiko|mexique|méxico
MY malaysia|malaisie|malasia
NG nigeria|nigéria
NL netherlands|the netherlands|niederlande|pays-bas|países bajos|holland
NO norway|norwegen|norvège|noruega
NZ new zealand|neuseeland|nouvelle-zélande|nueva zelanda
PE peru|pérou|perú
PH philippines|philippinen|filipinas
PK pakistan|pakistán
PL poland|polen|pologne|polonia
PT portugal
RO romania|rumänien|roumanie|rumania
RS serbia|serbien|serbie
RU russia|russland|russie|rusia|russian federation
SA saudi arabia|saudi-arabien|arabie saoudite|arabia saudí|arabia saudita
SE sweden|schweden|suède|suecia
SG singapore|singapur|singapour
SI slovenia|slowenien|slovénie|eslovenia
SK slovakia|slowakei|slovaquie|eslovaquia
TH thailand|thaïlande|tailandia
TN tunisia|tunesien|tunisie|túnez
TR turkey|türkei|turquie|turquía|türkiye
TW taiwan|taïwan|taiwán
UA ukraine|ucrania
US united states|united states of america|usa|u.s.a.|vereinigte staaten|états-unis|estados unidos
US vereinigte staaten von amerika|etats unis d'amérique|ee.uu.
VN vietnam|viet nam
ZA south africa|südafrika|afrique du sud|sudáfrica
"""
_OTHER_CODES = frozenset(
    [
        "AD",
        "AF",
        "AL",
        "AM",
        "AO",
        "AZ",
        "BA",
        "BH",
        "BO",
        "BY",
        "CI",
        "CM",
        "CR",
        "CU",
        "CY",
        "DO",
        "DZ",
        "EC",
        "ET",
        "FJ",
        "GE",
        "GH",
        "GT",
        "HN",
        "IQ",
        "IR",
        "IS",
        "JM",
        "JO",
        "KE",
        "KW",
        "KZ",
        "LB",
        "LY",
        "MC",
        "MD",
        "ME",
        "MG",
        "MK",
        "MM",
        "MN",
        "MT",
        "MU",
        "MZ",
        "NA",
        "NI",
        "NP",
        "OM",
        "PA",
        "PY",
        "QA",
        "SN",
        "SV",
        "SY",
        "TZ",
        "UG",
        "UY",
        "UZ",
        "VE",
        "YE",
        "ZM",
        "ZW",
    ]
)


@cache
def _table() -> dict[str, str]:
    table = {}
    for line in _NAMES.strip().splitlines():
        code, _, names = line.partition(" ")
        for name in names.split("|"):
            table[squash(name)] = code
    return table


@cache
def codes() -> frozenset[str]:
    return frozenset(_table().values()) | _OTHER_CODES


def country_code(text: str) -> str | None:
    """ISO 3166 alpha-2 of a country's name or code, or None."""
    bare = text.strip(" .,;:()[]")
    if len(bare) == 2 and bare.isupper():
        return bare if bare in codes() else None
    return _table().get(squash(bare)) if len(bare) > 1 else None

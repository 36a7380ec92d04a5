"""Where the suppliers ship from, and the invented carriers that take the goods."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from include.samples.reference import Party

CARTON_KG = Decimal(18)
SEA_CARRIERS = ("NVXL", "CMPV", "NVTM", "OPLU", "MRSW")
#: Airline -> prefix of its air waybill numbers.
AIRLINES = {"AQIL": "967", "ORVL": "954", "PCFW": "968"}
EUROPE = ("DE", "FR", "ES", "IT", "CH", "GB")
SEALS = ("SL", "VX", "CN", "EU", "HH")
VESSELS = {
    "NVXL": ("NORDVEXEL KESTREL", "NORDVEXEL AURORA", "NORDVEXEL TERN"),
    "CMPV": ("PROVALIX MISTRAL", "PROVALIX CALANQUE"),
    "NVTM": ("TRAMONTAL BRISA", "TRAMONTAL CIERZO"),
    "OPLU": ("OCEANPARALLEL JADE", "OCEANPARALLEL OPAL", "OCEANPARALLEL ONYX"),
    "MRSW": ("MERSEYWOLD HERON", "MERSEYWOLD PLOVER"),
}


@dataclass(frozen=True)
class Route:
    """The sea port and airport a supplier ships from; inland suppliers go by road."""

    sea_port: str
    airport: str
    is_road: bool = False


_BY_COUNTRY = {
    "CN": Route("CNSHA", "PVG"),
    "DE": Route("DEHAM", "HAM", is_road=True),
    "FR": Route("FRLEH", "CDG"),
    "ES": Route("ESVLC", "MAD"),
    "US": Route("USNYC", "JFK"),
    "IN": Route("INMAA", "MAA"),
    "VN": Route("VNSGN", "SGN"),
    "TR": Route("TRIST", "IST"),
    "GB": Route("GBFXT", "MAN"),
    "IT": Route("ITGOA", "MXP"),
    "JP": Route("JPNGO", "NRT"),
    "CH": Route("NLRTM", "ZRH"),
}
_BY_SUPPLIER = {
    "S-1001": Route("CNNGB", "PVG"),
    "S-1002": Route("CNYTN", "SZX"),
    "S-1003": Route("CNXMN", "HKG"),
    "S-1004": Route("CNTAO", "PVG"),
    "S-1005": Route("CNNSA", "CAN"),
    "S-1006": Route("CNNGB", "PVG"),
    "S-1202": Route("FRLEH", "LYS"),
    "S-1301": Route("ESALG", "MAD"),
    "S-1302": Route("ESBCN", "ZAZ"),
    "S-1303": Route("ESVLC", "VLC"),
    "S-1402": Route("USSAV", "ATL"),
    "S-1403": Route("USLGB", "LAX"),
    "S-1502": Route("INCOK", "BOM"),
    "S-1701": Route("TRMER", "IST"),
}


def route_of(supplier: Party) -> Route:
    return _BY_SUPPLIER.get(supplier.code) or _BY_COUNTRY[supplier.country]


def carriers_for(mode: str, supplier: Party) -> tuple[str, ...]:
    """Who takes goods of the supplier; the airline from Hong Kong does not fly within Europe."""
    if mode == "road":
        return ("HKSP",)
    if mode == "sea":
        return SEA_CARRIERS
    return ("AQIL", "ORVL") if supplier.country in EUROPE else tuple(AIRLINES)

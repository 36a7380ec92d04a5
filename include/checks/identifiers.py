"""Codes that prove themselves: check digits, closed lists and forms; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import stdnum
from stdnum import iban as stdnum_iban
from stdnum import imo as stdnum_imo
from stdnum import iso6346
from stdnum.exceptions import ValidationError

from include.checks.result import Fault
from include.models import Severity

_INCOTERMS = "EXW FCA CPT CIP DAP DPU DDP FAS FOB CFR CIF"
INCOTERMS_2020 = frozenset(_INCOTERMS.split())
#: Withdrawn terms still seen on papers, with what to read them as.
OLD_INCOTERMS = {
    "DAT": "DPU",
    "DDU": "DAP",
    "DAF": "DAP",
    "DES": "DAP",
    "DEQ": "DPU",
    "C&F": "CFR",
    "CNF": "CFR",
}
#: ISO 4217, without precious metals, test and fund codes.
_CURRENCIES = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN"
    " BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL"
    " GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF"
    " KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN"
    " MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD"
    " SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH"
    " UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG"
)
CURRENCIES = frozenset(_CURRENCIES.split())
_OWNER_CATEGORIES = {"U": "freight container", "J": "equipment", "Z": "trailer or chassis"}
_NOT_ALNUM = re.compile(r"[^0-9A-Z]")


def compact(value: str) -> str:
    """Upper case, letters and digits only."""
    return _NOT_ALNUM.sub("", value.upper())


def container(value: str) -> Fault | None:
    """ISO 6346: owner code, category, serial number, check digit."""
    code = compact(value)
    if re.fullmatch(r"[A-Z]{4}\d{6}", code):
        return Fault(
            f"Container number {code} lacks its check digit ({iso6346.calc_check_digit(code)})."
        )
    if not re.fullmatch(r"[A-Z]{4}\d{7}", code):
        return Fault(f"'{value}' is no container number: four letters and seven digits expected.")
    if code[3] not in _OWNER_CATEGORIES:
        return Fault(f"Container number {code}: the fourth letter is {code[3]}, not U, J or Z.")
    expected = iso6346.calc_check_digit(code[:10])
    if code[10] != expected:
        return Fault(
            f"Container number {code} fails its check digit: it ends in {code[10]},"
            f" {expected} would be right. A character is misprinted or misread."
        )
    return None


def containers(value: str) -> Fault | None:
    """One or several container numbers in one value."""
    parts = [part for part in re.split(r"[,;/|\n]+|\s{2,}", value) if part.strip()]
    return next((fault for part in parts if (fault := container(part))), None)


def imo(value: str) -> Fault | None:
    """IMO ship number with its check digit."""
    if stdnum_imo.is_valid(value):
        return None
    return Fault(f"'{value}' is no valid IMO ship number: its check digit does not match.")


def iban(value: str) -> Fault | None:
    """IBAN: length of its country and mod-97."""
    try:
        stdnum_iban.validate(value)
    except ValidationError:
        return Fault(f"IBAN {value} is not valid: its length or check digits do not match.")
    return None


def vat(value: str) -> Fault | None:
    """VAT id by the rule of the country in front of it, where that rule is known."""
    code = compact(value)
    country = {"EL": "GR", "XI": "GB"}.get(code[:2], code[:2])
    if not country.isalpha() or len(code) < 4:
        return Fault(
            f"VAT id {value} has no country letters in front, so its form was not checked.",
            Severity.INFO,
        )
    rule = stdnum.get_cc_module(country.lower(), "vat")
    if rule is None:
        return None
    if rule.is_valid(code) or rule.is_valid(code[2:]):
        return None
    return Fault(f"VAT id {value} does not follow the rule of {country} (length or check digit).")


def scac(value: str) -> Fault | None:
    """Standard carrier alpha code: two to four letters."""
    if re.fullmatch(r"[A-Z]{2,4}", value.strip().upper()):
        return None
    return Fault(f"'{value}' is no carrier code (SCAC): two to four letters expected.")


def awb_number(value: str) -> Fault | None:
    """Air waybill: airline prefix of three digits, serial of seven, check digit = serial mod 7."""
    code = compact(value)
    if not re.fullmatch(r"\d{11}", code):
        return Fault(
            f"'{value}' is not in the form of an airline's waybill number (three digits,"
            " then eight); a house waybill may look like this.",
            Severity.WARNING,
        )
    expected = int(code[3:10]) % 7
    if int(code[10]) != expected:
        return Fault(
            f"Air waybill number {value} fails its check digit: it ends in {code[10]},"
            f" {expected} would be right."
        )
    return None


def currency(value: str) -> Fault | None:
    """ISO 4217 code in use."""
    if value.strip().upper() in CURRENCIES:
        return None
    return Fault(f"'{value}' is no currency code of ISO 4217.")


def incoterm(value: str) -> Fault | None:
    """Incoterms 2020; withdrawn terms are noted."""
    words = value.strip().upper().split()
    term = words[0].strip(".,;:") if words else ""
    if term in INCOTERMS_2020:
        return None
    if term in OLD_INCOTERMS:
        return Fault(
            f"{term} is no term of Incoterms 2020; {OLD_INCOTERMS[term]} has taken its place.",
            Severity.WARNING,
        )
    return Fault(f"'{value}' does not begin with a term of Incoterms 2020.")


def hs_code(value: str) -> Fault | None:
    """Harmonized System: six digits, up to eleven with the national tail; four at least."""
    code = compact(value)
    if not code.isdigit() or len(code) not in (4, 6, 8, 10, 11):
        return Fault(f"'{value}' is no HS code: 4, 6, 8 or 10 digits expected.")
    if code[:2] in ("00", "77"):
        return Fault(f"HS code {value}: there is no chapter {code[:2]}.")
    if len(code) == 4:
        return Fault(
            f"HS code {value} names only the heading; six digits are usual.", Severity.WARNING
        )
    return None


#: Names that document types use in `checks`, for values that prove themselves.
FIELD_CHECKS: Mapping[str, Callable[[str], Fault | None]] = {
    "iso6346": containers,
    "imo": imo,
    "iban": iban,
    "vat": vat,
    "scac": scac,
    "awb_number": awb_number,
    "currency": currency,
    "incoterm": incoterm,
    "hs_code": hs_code,
}

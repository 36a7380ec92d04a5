"""Compares the values of one paper with what the company's tables say; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from include.checks.identifiers import compact
from include.checks.names import nearest
from include.checks.reference import (
    Directory,
    Facts,
    Party,
    Port,
    is_named,
    place_codes,
    place_names,
)
from include.checks.result import Fault, a, result, sentence, spoken
from include.models import CheckResult, Extraction, Field, Severity


def hs_code(found: Field, facts: Facts) -> Fault | None:
    """In the tariff and still valid; an unknown national tail is only noted."""
    code = compact(found.normalised)
    if code in facts.hs_codes:
        if facts.hs_codes[code]:
            return None
        return Fault(f"HS code {found.value} is in the tariff but no longer valid.")
    longer = [active for known, active in facts.hs_codes.items() if known.startswith(code)]
    if len(code) >= 6 and any(longer):
        return None
    if len(code) > 6:
        stem = code[:6]
        below = [active for known, active in facts.hs_codes.items() if known.startswith(stem)]
        if facts.hs_codes.get(stem, any(below)):
            return Fault(
                f"HS code {found.value}: {stem} is in the tariff, its national ending"
                f" {code[6:]} is not.",
                Severity.WARNING,
            )
    known = f"; heading {code[:4]} exists" if code[:4] in facts.hs_codes and len(code) > 4 else ""
    return Fault(f"HS code {found.value} is not in the tariff{known}.")


def currency(found: Field, facts: Facts) -> Fault | None:
    if found.normalised.upper() in facts.directory.currencies:
        return None
    return Fault(f"Currency {found.value} is not among the company's currencies.")


def country(found: Field, facts: Facts) -> Fault | None:
    if facts.directory.country(found.normalised) or facts.directory.country(found.value):
        return None
    guess = nearest(found.value, list(facts.directory.countries.values()))
    return Fault(f"Country '{found.value}' is not known{_mean(guess)}")


def port(found: Field, facts: Facts) -> Fault | None:
    return _place(found, facts, "port")


def airport(found: Field, facts: Facts) -> Fault | None:
    return _place(found, facts, "airport")


def _place(found: Field, facts: Facts, kind: str) -> Fault | None:
    names = {name.lower() for name in place_names(found.normalised)}
    codes = set(place_codes(found.normalised))
    same = [p for p in facts.ports if p.code in codes or p.name.lower() in names]
    fitting = [p for p in same if p.kind == kind]
    if not fitting:
        if same:
            return Fault(f"{found.value} is known as {a(same[0].kind)}, not as {a(kind)}.")
        known = [p.name for p in facts.all_ports if p.kind == kind]
        guesses = (nearest(name, known) for name in place_names(found.value))
        guess = next(filter(None, guesses), None)
        return Fault(f"{sentence(kind)} '{found.value}' is not known{_mean(guess)}")
    said = _country_said(found, facts.directory)
    if said and all(_country_of(p, facts.directory) != said for p in fitting):
        return Fault(
            f"{fitting[0].name} is known in {_country_of(fitting[0], facts.directory)},"
            f" but the paper says '{found.value}'."
        )
    return None


def _country_said(found: Field, directory: Directory) -> str | None:
    """The country after the comma, when it is one that we know."""
    _, comma, rest = found.normalised.partition(",")
    return directory.country(rest.split("(")[0]) if comma else None


def _country_of(place: Port, directory: Directory) -> str:
    return directory.country(place.country) or place.country


def party(found: Field, facts: Facts) -> Fault | None:
    """Known by name; a near miss is told, never taken."""
    if not is_named(found.normalised):
        return Fault(
            f"{sentence(spoken(found.name))} is '{found.value}': nobody by name.", Severity.WARNING
        )
    known = facts.directory.party(found.value) or facts.directory.party(found.normalised)
    if known:
        return _role_fault(found, known)
    guess = nearest(found.value, [p.name for p in facts.directory.parties])
    role = sentence(spoken(found.name.removesuffix("_name")))
    return Fault(f"{role} '{found.value}' is not among the known parties{_mean(guess)}")


def _role_fault(found: Field, known: Party) -> Fault | None:
    """Goods and bills go to us or to customers: a supplier there was read in the wrong place."""
    if found.name in ("buyer_name", "consignee_name") and known.kind in ("supplier", "carrier"):
        role = sentence(spoken(found.name.removesuffix("_name")))
        return Fault(f"{role} '{found.value}' is known as {a(known.kind)}.")
    return None


def _mean(guess: str | None) -> str:
    return f"; did you mean '{guess}'?" if guess else "."


#: By the name document types use: the comparison, and which list it needs.
KNOWN_CHECKS: Mapping[str, tuple[Callable[[Field, Facts], Fault | None], str]] = {
    "hs_code": (hs_code, "HS codes"),
    "currency": (currency, "currencies"),
    "country": (country, "countries"),
    "port": (port, "ports"),
    "airport": (airport, "airports"),
    "party": (party, "parties"),
}


def check_party_details(extraction: Extraction, facts: Facts) -> Iterator[CheckResult]:
    """VAT ids, bank account and roles agree with the party on file."""
    for role in ("seller", "buyer"):
        name, printed = (extraction.fields.get(f"{role}_{what}") for what in ("name", "vat_id"))
        party = facts.directory.party(name.value) if name else None
        if party and party.vat_id and printed:
            fault = None
            if not _same_id(printed.normalised, party.vat_id):
                fault = Fault(
                    f"VAT id of {party.name} is {printed.value} on the paper,"
                    f" but {party.vat_id} on file."
                )
            yield result("vat_on_file", fault, printed)
    yield from _bank_account(extraction, facts)


def _same_id(printed: str, on_file: str) -> bool:
    """Equal, or equal but for country letters that one side leaves out."""
    one, other = compact(printed), compact(on_file)
    return one == other or one[2:] == other or one == other[2:]


def _bank_account(extraction: Extraction, facts: Facts) -> Iterator[CheckResult]:
    """A bank account that is not on file may be a fraud: never exported unseen."""
    iban, seller = extraction.fields.get("iban"), extraction.fields.get("seller_name")
    party = facts.directory.party(seller.value) if seller else None
    if iban is None or party is None:
        return
    fault = None
    if not party.iban:
        fault = Fault(f"Bank account {iban.value} is new: none is on file for {party.name}.")
    elif compact(iban.normalised) != compact(party.iban):
        fault = Fault(
            f"Bank account {iban.value} is not the one on file for {party.name} ({party.iban})."
        )
    yield result("bank_account", fault, iban)


def check_lists(asked: set[str], facts: Facts) -> Iterator[CheckResult]:
    """Says once per empty list that its check could not be made, and the remedy."""
    for name in sorted(asked & facts.directory.empty):
        yield CheckResult(
            check="reference_missing",
            passed=False,
            severity=Severity.WARNING,
            reason=f"No {name} are loaded, so they were not checked;"
            " load them with the DAG import_reference.",
        )

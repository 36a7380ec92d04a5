"""Asks the company's own tables what they know about a document: one round trip per document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from include import db
from include.checks.identifiers import compact
from include.checks.names import folded, is_to_order, party_name
from include.models import Extraction


@dataclass(frozen=True)
class Party:
    """A company that we deal with."""

    code: str
    name: str
    address: str
    country: str
    vat_id: str | None
    iban: str | None
    kind: str


@dataclass(frozen=True)
class Port:
    """A port or an airport."""

    code: str
    name: str
    country: str
    kind: str


@dataclass(frozen=True)
class OrderLine:
    """What was ordered of one product."""

    position: int
    product: str
    name: str
    hs_code: str
    unit: str
    quantity: Decimal
    unit_price: Decimal


@dataclass(frozen=True)
class Order:
    """A purchase order; supplier and buyer are codes of parties."""

    number: str
    supplier: str
    buyer: str
    currency: str
    incoterm: str | None
    is_open: bool
    lines: tuple[OrderLine, ...]


@dataclass(frozen=True)
class Directory:
    """The small lists, loaded once for many documents; `empty` names lists without a row."""

    parties: tuple[Party, ...]
    countries: dict[str, str]
    currencies: frozenset[str]
    empty: frozenset[str]

    @cached_property
    def parties_by_key(self) -> dict[str, list[Party]]:
        """Parties whose name is the same but for legal form, accents, case and punctuation."""
        found: dict[str, list[Party]] = {}
        for party in self.parties:
            found.setdefault(party_name(party.name).key, []).append(party)
        return found

    @cached_property
    def country_codes(self) -> dict[str, str]:
        """Country code by folded name, and by itself."""
        names = {folded(name): code for code, name in self.countries.items()}
        return {**names, **{code.lower(): code for code in self.countries}}

    def party(self, printed: str) -> Party | None:
        """The one party that goes by this name."""
        name = party_name(printed)
        same = [p for p in self.parties_by_key.get(name.key, []) if name.means(party_name(p.name))]
        exact = [party for party in same if party_name(party.name).form == name.form]
        best = exact or same
        return best[0] if len({party.code for party in best}) == 1 else None

    def country(self, printed: str) -> str | None:
        """The code of a country given by code or name."""
        return self.country_codes.get(folded(printed))


@dataclass(frozen=True)
class Facts:
    """What the tables say about the values of one document."""

    directory: Directory
    hs_codes: dict[str, bool] = field(default_factory=dict)
    ports: tuple[Port, ...] = ()
    orders: dict[str, Order] = field(default_factory=dict)
    all_ports: tuple[Port, ...] = ()


class Reference:
    """The company's tables, through one session."""

    def __init__(self, session: db.Session) -> None:
        self._session = session

    @cached_property
    def directory(self) -> Directory:
        row = self._session.one("reference.directory")
        assert row is not None
        lists = {
            "parties": bool(row["parties"]),
            "countries": bool(row["countries"]),
            "currencies": bool(row["currencies"]),
            "HS codes": row["has_hs_codes"],
            "ports": row["has_ports"],
            "airports": row["has_airports"],
            "purchase orders": row["has_orders"],
        }
        return Directory(
            parties=tuple(Party(**party) for party in row["parties"]),
            countries={country["code"]: country["name"] for country in row["countries"]},
            currencies=frozenset(row["currencies"]),
            empty=frozenset(name for name, has_rows in lists.items() if not has_rows),
        )

    @cached_property
    def all_ports(self) -> tuple[Port, ...]:
        """Every port; only asked for when one is not found."""
        return tuple(Port(**row) for row in self._session.all("reference.port_names"))

    def facts(self, extraction: Extraction) -> Facts:
        """What the tables know of the values of this paper."""
        hs = {prefix for code in _values(extraction, "hs_code") for prefix in prefixes(code)}
        places = [text for name in _PLACES for text in _values(extraction, name)]
        names = sorted({name.lower() for place in places for name in place_names(place)})
        row = self._session.one(
            "reference.of_document",
            hs_codes=sorted(hs),
            port_codes=sorted({code for place in places for code in place_codes(place)}),
            port_names=names,
            orders=[compact(number) for number in order_numbers(extraction)],
        )
        assert row is not None
        ports = tuple(Port(**port) for port in row["ports"])
        missing = len({port.name.lower() for port in ports}) < len(set(places))
        return Facts(
            directory=self.directory,
            hs_codes={code["code"]: code["is_active"] for code in row["hs_codes"]},
            ports=ports,
            orders=orders_from(row["orders"], row["order_lines"]),
            all_ports=self.all_ports if missing else (),
        )

    def orders(self, numbers: Iterable[str]) -> dict[str, Order]:
        """The purchase orders with these numbers."""
        row = self._session.one(
            "reference.of_document",
            hs_codes=[],
            port_codes=[],
            port_names=[],
            orders=sorted({compact(number) for number in numbers}),
        )
        assert row is not None
        return orders_from(row["orders"], row["order_lines"])


_CODE = r"([A-Z]{2}\s?[A-Z2-9]{3}|[A-Z]{3})"
_CODES = re.compile(
    rf"^\s*{_CODE}\s*(?:$|[,/(]|\s-\s)|[(\[]\s*{_CODE}\s*[)\]]|(?:/|\s-)\s*{_CODE}\s*$"
)
_PLACES = ("port_of_loading", "port_of_discharge", "airport_of_departure", "airport_of_destination")


def _values(extraction: Extraction, name: str) -> list[str]:
    """What the head and the lines say for `name`."""
    found = [extraction.fields.get(name), *(row.cells.get(name) for row in extraction.lines)]
    return [field.normalised for field in found if field and field.normalised]


def prefixes(hs_code: str) -> list[str]:
    """The code itself and the shorter ones it is part of."""
    code = compact(hs_code)
    return [code[:size] for size in (4, 6, 8, 10, 11) if size <= len(code)]


def order_numbers(extraction: Extraction) -> tuple[str, ...]:
    """The purchase orders a paper belongs to: its reference, else the only one it mentions."""
    printed = extraction.value("order_reference")
    if extraction.document_type == "purchase_order":
        printed = extraction.value("number")
    if printed:
        parts = re.split(r"[,;]+", re.sub(r"\s", "", printed.upper()))
        return tuple(dict.fromkeys(part for part in parts if part))
    mentioned = {value for kind, value in extraction.mentions if kind == "order"}
    return tuple(mentioned) if len(mentioned) == 1 else ()


def place_names(printed: str) -> list[str]:
    """Under which names a printed port may be known: `Port of Hamburg, Germany (DEHAM)`."""
    plain = re.sub(r"\(.*?\)", " ", printed)
    plain = re.sub(r"^\s*(?:port|puerto|hafen)\s+(?:of|de|von)?\s*", "", plain, flags=re.IGNORECASE)
    coded = re.sub(rf"^\s*{_CODE}\s+|\s+{_CODE}\s*$", " ", plain)
    heads = [printed, plain, coded, *re.split(r"[,/;]|\s-\s", plain)]
    return list(dict.fromkeys(" ".join(head.split()) for head in heads if head.strip()))


def place_codes(printed: str) -> list[str]:
    """UN/LOCODE and IATA codes: alone, in brackets, or set off by a dash or slash."""
    return [re.sub(r"\s", "", code) for group in _CODES.findall(printed) for code in group if code]


def orders_from(
    heads: Sequence[dict[str, str | None]], lines: Sequence[dict[str, str]]
) -> dict[str, Order]:
    """Orders by the letters and digits of their number, from `reference.of_document`."""
    return {
        compact(str(head["number"])): Order(
            number=str(head["number"]),
            supplier=str(head["supplier"]),
            buyer=str(head["buyer"]),
            currency=str(head["currency"]),
            incoterm=head["incoterm"],
            is_open=head["state"] == "open",
            lines=tuple(_line_from(row) for row in lines if row["order_number"] == head["number"]),
        )
        for head in heads
    }


def _line_from(row: dict[str, str]) -> OrderLine:
    return OrderLine(
        position=int(row["position"]),
        product=row["product"],
        name=row["name"],
        hs_code=row["hs_code"],
        unit=row["unit"],
        quantity=Decimal(row["quantity"]),
        unit_price=Decimal(row["unit_price"]),
    )


def is_named(printed: str) -> bool:
    """Whether a party field names somebody at all."""
    return bool(printed.strip()) and not is_to_order(printed)

"""The records of the embedded ERP, made from the reference CSVs inside one of its transactions."""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

YEARS = (2025, 2026, 2027)
GROUPS = ["Accounting", "Purchase", "Purchase Administrator", "Stock"]
#: Fixed units of each currency for one euro: enough to post, not a quotation.
RATES = {
    "EUR": "1", "USD": "1.08", "GBP": "0.85", "CHF": "0.95", "CNY": "7.80", "JPY": "162",
    "SEK": "11.3", "NOK": "11.6", "DKK": "7.46", "PLN": "4.30", "CZK": "25.1", "HUF": "395",
    "TRY": "35", "INR": "90", "KRW": "1480", "HKD": "8.45", "SGD": "1.45", "TWD": "34.8",
    "THB": "38", "VND": "27000", "IDR": "17200", "MYR": "5.05", "AUD": "1.65", "NZD": "1.78",
    "CAD": "1.47", "MXN": "18.5", "BRL": "5.9", "ZAR": "20", "AED": "3.97", "ILS": "4.0",
}  # fmt: skip
#: Records written at once: SQLite's parser refuses the ERP's checks of many more.
SLICE = 40
#: UN/ECE and everyday unit codes that the ERP has a unit for; all others are counted in pieces.
UNITS = {
    "KGM": "kg", "KG": "kg", "GRM": "g", "TNE": "t", "LTR": "l", "L": "l", "MTR": "m", "M": "m",
    "M2": "m²", "MTK": "m²",
}  # fmt: skip

Row = dict[str, str]


def rows(folder: Path, name: str) -> list[Row]:
    """The rows of one reference CSV."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Seed:
    """One pass over the reference data, in one transaction."""

    def __init__(self, pool: Any, folder: Path) -> None:
        self.pool = pool
        self.folder = folder
        self.parties: dict[str, Any] = {}
        self.products: dict[str, Any] = {}
        self.currencies: dict[str, Any] = {}
        self.countries: dict[str, Any] = {}
        self.company: Any = None

    def get(self, model: str) -> Any:
        return self.pool.get(model)

    def make(self, model: str, values: list[dict[str, Any]]) -> list[Any]:
        parts = [values[i : i + SLICE] for i in range(0, len(values), SLICE)]
        return [record for part in parts for record in self.get(model).create(part)]

    def one(self, model: str, *domain: Any) -> Any:
        return self.get(model).search(list(domain), limit=1)[0]

    def run(self, transaction: Any) -> int:
        """Everything, in the order in which it depends on each other; returns the orders made."""
        self.seed_currencies()
        self.seed_parties()
        self.seed_company()
        company = self.company.id
        with transaction.set_context(company=company, companies=[company], language="en"):
            self.seed_accounts()
            self.seed_years()
            self.seed_products()
            orders = self.seed_orders()
            self.seed_users()
        return orders

    def seed_currencies(self) -> None:
        """The currencies with a known rate, and those that an order needs."""
        minor = {r["code"]: int(r["minor_unit"] or 2) for r in rows(self.folder, "currencies")}
        names = {r["code"]: r["name"] for r in rows(self.folder, "currencies")}
        needed = {r["currency"] for r in rows(self.folder, "purchase_orders")}
        unknown = needed - RATES.keys()
        if unknown:
            raise SystemExit(f"no exchange rate for {', '.join(sorted(unknown))}: add it to RATES")
        values = [
            {
                "name": names.get(code, code),
                "code": code,
                "symbol": code,
                "digits": minor.get(code, 2),
                "rounding": Decimal(1).scaleb(-minor.get(code, 2)),
                "rates": [("create", [{"date": dt.date(2020, 1, 1), "rate": Decimal(rate)}])],
            }
            for code, rate in RATES.items()
        ]
        self.currencies = {c.code: c for c in self.make("currency.currency", values)}

    def seed_parties(self) -> None:
        """Every company with its address, country and tax number."""
        parties = rows(self.folder, "parties")
        used = {r["country"] for r in parties}
        known = [r for r in rows(self.folder, "countries") if r["code"] in used]
        made = self.make("country.country", [{"name": r["name"], "code": r["code"]} for r in known])
        self.countries = {c.code: c for c in made}
        created = self.make("party.party", [self.party_values(r) for r in parties])
        self.parties = {r["code"]: p for r, p in zip(parties, created, strict=True)}

    def party_values(self, row: Row) -> dict[str, Any]:
        country = self.countries.get(row["country"])
        address = {"street": row["address"], "country": country.id if country else None}
        values = {"name": row["name"], "code": row["code"], "addresses": [("create", [address])]}
        if row.get("vat_id"):
            kind = "eu_vat" if is_eu_vat(row["vat_id"]) else None
            identifier = {"type": kind, "code": row["vat_id"]}
            values["identifiers"] = [("create", [identifier])]
        return values

    def seed_company(self) -> None:
        """The own company: euro, its chart of accounts, its fiscal years."""
        own = next(r["code"] for r in rows(self.folder, "parties") if r["kind"] == "own")
        values = {"party": self.parties[own].id, "currency": self.currencies["EUR"].id}
        self.company = self.make("company.company", [values])[0]

    def seed_accounts(self) -> None:
        """The English chart, its default accounts, and one tax for amounts as printed."""
        create = self.pool.get("account.create_chart", type="wizard")
        session, _, _ = create.create()
        data = self.get("ir.model.data")
        chart = data.get_id("account", "account_template_root_en")
        account = {"account": {"account_template": chart, "company": self.company.id}}
        create.execute(session, account, "create_account")
        accounts = {k: self.account(k) for k in ("payable", "receivable", "expense", "revenue")}
        properties = {
            "company": self.company.id,
            "account_receivable": accounts["receivable"].id,
            "account_payable": accounts["payable"].id,
            "category_account_expense": accounts["expense"].id,
            "category_account_revenue": accounts["revenue"].id,
        }
        create.execute(session, {"properties": properties}, "create_properties")
        create.delete(session)
        self.accounts = accounts
        configuration = self.get("account.configuration")(1)
        configuration.currency_exchange_debit_account = accounts["expense"]
        configuration.currency_exchange_credit_account = accounts["revenue"]
        configuration.save()
        tax_account = self.one(
            "account.account", ("company", "=", self.company.id), ("code", "=", "6.3.6")
        )
        self.make(
            "account.tax",
            [
                {
                    "name": "Input tax as invoiced",
                    "description": "Input tax as invoiced",
                    "company": self.company.id,
                    "type": "none",
                    "invoice_account": tax_account.id,
                    "credit_note_account": tax_account.id,
                }
            ],
        )

    def account(self, kind: str) -> Any:
        return self.one(
            "account.account",
            ("type." + kind, "=", True),
            ("company", "=", self.company.id),
            ("closed", "!=", True),
        )

    def seed_years(self) -> None:
        """Fiscal years with monthly periods and their number sequences."""
        for year in YEARS:
            numbers = {name: self.sequence(name, year) for name in ("Account Move", "Invoice")}
            kinds = ("in_invoice", "in_credit_note", "out_invoice", "out_credit_note")
            invoices = {f"{kind}_sequence": numbers["Invoice"] for kind in kinds}
            fiscal = self.make(
                "account.fiscalyear",
                [
                    {
                        "name": str(year),
                        "company": self.company.id,
                        "start_date": dt.date(year, 1, 1),
                        "end_date": dt.date(year, 12, 31),
                        "move_sequence": numbers["Account Move"],
                        "invoice_sequences": [
                            ("create", [{"company": self.company.id, **invoices}])
                        ],
                    }
                ],
            )
            self.get("account.fiscalyear").create_period(fiscal)

    def sequence(self, kind: str, year: int) -> int:
        values = {
            "name": f"{kind} {year}",
            "sequence_type": self.one("ir.sequence.type", ("name", "=", kind)).id,
            "company": self.company.id,
            "prefix": f"{year}/",
            "padding": 5,
        }
        return int(self.make("ir.sequence.strict", [values])[0].id)

    def seed_products(self) -> None:
        """Products with codes, all in one accounting category."""
        category = self.make(
            "product.category",
            [
                {
                    "name": "Goods",
                    "accounting": True,
                    "account_expense": self.accounts["expense"].id,
                    "account_revenue": self.accounts["revenue"].id,
                }
            ],
        )[0]
        units = {u.symbol: u for u in self.get("product.uom").search([])}
        products = rows(self.folder, "products")
        self.make(
            "product.template",
            [
                {
                    "name": r["name"],
                    "type": "goods",
                    "default_uom": units[UNITS.get(r["unit"].upper(), "u")].id,
                    "purchasable": True,
                    "purchase_uom": units[UNITS.get(r["unit"].upper(), "u")].id,
                    "account_category": category.id,
                    "products": [("create", [{"suffix_code": r["code"]}])],
                }
                for r in products
            ],
        )
        self.products = {p.code: p for p in self.get("product.product").search([])}

    def seed_orders(self) -> int:
        """All purchase orders, confirmed, with draft stock moves; closed ones cancelled."""
        lines: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in rows(self.folder, "purchase_order_lines"):
            lines[row["order_number"]].append(self.line_values(row))
        orders = rows(self.folder, "purchase_orders")
        made = self.make(
            "purchase.purchase", [self.order_values(r, lines[r["number"]]) for r in orders]
        )
        purchase = self.get("purchase.purchase")
        is_open = [r["state"] == "open" for r in orders]
        purchase.cancel([p for p, o in zip(made, is_open, strict=True) if not o])
        going = [p for p, o in zip(made, is_open, strict=True) if o]
        for start in range(0, len(going), SLICE):
            some = going[start : start + SLICE]
            purchase.quote(some)
            purchase.confirm(some)
            purchase.process(some)
        return len(made)

    def line_values(self, row: Row) -> dict[str, Any]:
        product = self.products[row["product"]]
        return {
            "product": product.id,
            "sequence": int(row["position"]),
            "quantity": float(row["quantity"]),
            "unit": product.purchase_uom.id,
            "unit_price": Decimal(row["unit_price"]),
        }

    def order_values(self, row: Row, lines: list[dict[str, Any]]) -> dict[str, Any]:
        supplier = self.parties[row["supplier"]]
        return {
            "company": self.company.id,
            "party": supplier.id,
            "invoice_address": supplier.addresses[0].id,
            "reference": row["number"],
            "currency": self.currencies[row["currency"]].id,
            "purchase_date": dt.date.fromisoformat(row["ordered_at"]),
            # The supplier's paper makes the invoice, so the order must not draft one itself.
            "invoice_method": "manual",
            "lines": [("create", lines)],
        }

    def seed_users(self) -> None:
        """The user and application key that Lading exports with; the key is replaced per home."""
        groups = self.get("res.group").search([("name", "in", GROUPS)])
        company = {"companies": [("add", [self.company.id])], "company": self.company.id}
        user = self.make(
            "res.user",
            [
                {
                    "name": "Lading export",
                    "login": "lading",
                    "groups": [("add", [g.id for g in groups])],
                    **company,
                }
            ],
        )[0]
        self.make("res.user.application", [{"user": user.id, "application": "rest"}])
        admin = self.one("res.user", ("login", "=", "admin"))
        self.get("res.user").write([admin], company)


def is_eu_vat(code: str) -> bool:
    """Whether the ERP would accept the number as an EU VAT number."""
    from stdnum.eu import vat

    return bool(vat.is_valid(code))

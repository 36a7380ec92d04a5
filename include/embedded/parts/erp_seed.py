"""Builds the embedded ERP's database from the reference CSVs; runs in the ERP's own environment.

    python erp_seed.py build CONFIG REFERENCE_FOLDER
    python erp_seed.py secrets DATABASE_FILE

Imports nothing of Lading: it is a separate program beside a GPL-3 one.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

# mypy: ignore-errors
from trytond import __series__, backend, config

DATABASE = "erp"
MODULES = ["ir", "account_invoice", "account_invoice_stock", "purchase", "stock"]


def in_transaction(work: Callable[[Any], Any], user: int = 0) -> Any:
    """Run `work` in one transaction; taken again with the locks that the ERP finds it needs."""
    from trytond.transaction import Transaction, TransactionError

    extras: dict[str, Any] = {}
    while True:
        with Transaction().start(DATABASE, user, **extras) as transaction:
            try:
                answer = work(transaction)
            except TransactionError as error:
                transaction.rollback()
                error.fix(extras)
                continue
            transaction.commit()
            return answer


def build_schema() -> None:
    """Tables and views of all modules in one pass."""
    from trytond.pool import Pool

    database = backend.Database(DATABASE)
    database.connect()
    database.init()
    Pool.start()
    Pool(DATABASE).init(update=MODULES, lang=["en"], activatedeps=True)
    in_transaction(first_records)


def first_records(transaction: Any) -> None:
    """What the ERP's own set-up command writes next: its series and its administrator."""
    from trytond.pool import Pool

    pool = Pool()
    configuration = pool.get("ir.configuration")(1)
    configuration.series = __series__
    configuration.language = "en"
    configuration.save()
    user = pool.get("res.user")
    if not user.search([("login", "=", "admin")]):
        user.create([{"name": "Administrator", "login": "admin", "administrator": True}])
    language = pool.get("ir.lang")
    language.write(language.search([("code", "=", "en")]), {"translatable": True})


def build_data(folder: Path) -> int:
    """All records in one transaction; returns the number of purchase orders."""
    from erp_seed_data import Seed
    from trytond.pool import Pool

    def work(transaction: Any) -> int:
        return int(Seed(Pool(), folder).run(transaction))

    return int(in_transaction(work, user=1))


def build(config_file: str, folder: str) -> None:
    """Everything from nothing, left behind as one file without a write-ahead log."""
    config.update_etc(config_file)
    build_schema()
    build_data(Path(folder))
    with sqlite3.connect(Path(config.get("database", "path")) / f"{DATABASE}.sqlite") as database:
        database.execute("pragma wal_checkpoint(truncate)")
    database.close()


def put_secrets(file: str) -> None:
    """Set the administrator's password and the export key; `{"password", "key"}` on stdin."""
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    given = json.load(sys.stdin)
    hashed = PasswordHash([Argon2Hasher()]).hash(given["password"])
    with sqlite3.connect(file) as database:
        database.execute("update res_user set password_hash = ? where login = 'admin'", [hashed])
        database.execute("update res_user_application set key = ?", [given["key"]])
    database.close()


if __name__ == "__main__":
    {"build": build, "secrets": put_secrets}[sys.argv[1]](*sys.argv[2:])

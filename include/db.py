"""The only module that knows psycopg: sessions, named queries, migrations."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, cast

import psycopg
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from include.errors import DatabaseUnavailable, MigrationChanged
from include.settings import load_settings

SQL_FOLDER = Path(__file__).parent / "sql"
MIGRATIONS = SQL_FOLDER / "migrations"
_NAME = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)
#: Serialises migrations of several starting processes; an arbitrary constant.
_MIGRATION_LOCK = 7_236_411

Row = dict[str, Any]


def json(value: Any) -> Jsonb:
    """Wrap a value for a jsonb column."""
    return Jsonb(value)


@cache
def _queries(file: str) -> dict[str, bytes]:
    """The named queries of `sql/<file>.sql`."""
    parts = _NAME.split((SQL_FOLDER / f"{file}.sql").read_text(encoding="utf-8"))
    return {
        name: body.strip().encode() for name, body in zip(parts[1::2], parts[2::2], strict=True)
    }


def named(query: str) -> sql.SQL:
    """The SQL text of `file.name`; only texts from the project's own files become queries."""
    file, _, name = query.partition(".")
    return sql.SQL(cast(Any, _queries(file)[name].decode()))


class Session:
    """One transaction; every call runs a named query with named parameters."""

    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        self._connection = connection

    def all(self, query: str, **parameters: Any) -> list[Row]:
        return self._connection.execute(named(query), parameters).fetchall()

    def one(self, query: str, **parameters: Any) -> Row | None:
        return self._connection.execute(named(query), parameters).fetchone()

    def run(self, query: str, **parameters: Any) -> int:
        """Number of rows changed."""
        return self._connection.execute(named(query), parameters).rowcount

    def many(self, query: str, rows: Iterable[Mapping[str, Any]]) -> None:
        with self._connection.cursor() as cursor:
            cursor.executemany(named(query), list(rows))

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo only what happened inside when it raises."""
        with self._connection.transaction():
            yield


@contextmanager
def session(dsn: str | None = None) -> Iterator[Session]:
    """A session whose transaction commits at the end and rolls back on an exception."""
    try:
        connection = psycopg.connect(
            dsn or load_settings().need_db_dsn(),
            row_factory=dict_row,
            connect_timeout=10,
            application_name="lading",
        )
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable(str(error).splitlines()[0]) from error
    try:
        with connection:
            yield Session(connection)
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise DatabaseUnavailable(str(error).splitlines()[0]) from error


def reference_session() -> Any:
    """A session on the company's own tables (`lading_source_db` when set, else Lading's own)."""
    settings = load_settings()
    return session(settings.reference_dsn or settings.need_db_dsn())


def create_database(dsn: str) -> bool:
    """Make the database that `dsn` names, unless it is there; returns whether it was made."""
    name = psycopg.conninfo.conninfo_to_dict(dsn)["dbname"]
    server = psycopg.conninfo.make_conninfo(dsn, dbname="postgres")
    with psycopg.connect(server, autocommit=True) as connection:
        known = connection.execute("select 1 from pg_database where datname = %s", [name])
        if known.fetchone():
            return False
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(str(name))))
    return True


def migrate(dsn: str | None = None) -> list[str]:
    """Apply the migrations that are missing, in order; returns their names. Safe to run at once
    from several processes."""
    applied: list[str] = []
    with psycopg.connect(dsn or load_settings().need_db_dsn()) as connection:
        connection.execute("select pg_advisory_xact_lock(%s)", [_MIGRATION_LOCK])
        connection.execute("create schema if not exists lading")
        connection.execute(
            "create table if not exists lading.migrations"
            " (name text primary key, sha256 text not null, applied_at timestamptz default now())"
        )
        known: dict[str, str] = dict(
            connection.execute("select name, sha256 from lading.migrations").fetchall()
        )
        for path in sorted(MIGRATIONS.glob("*.sql")):
            text = path.read_bytes()
            digest = hashlib.sha256(text).hexdigest()
            if path.name in known:
                if known[path.name] != digest:
                    raise MigrationChanged(path.name)
                continue
            connection.execute(sql.SQL(cast(Any, text.decode())))
            connection.execute(
                "insert into lading.migrations (name, sha256) values (%s, %s)", [path.name, digest]
            )
            applied.append(path.name)
    return applied

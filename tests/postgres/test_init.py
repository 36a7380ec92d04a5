"""What a first start elsewhere prepares."""

from __future__ import annotations

import psycopg
import pytest

from include import db
from include.embedded import init


def test_the_database_and_its_tables_are_made_once(
    db_dsn: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = psycopg.conninfo.make_conninfo(db_dsn, dbname="made_by_init")
    monkeypatch.setenv("LADING_DB_DSN", elsewhere)
    init.main()
    assert "made Lading's database" in capsys.readouterr().out
    init.main()
    assert capsys.readouterr().out == "0 migrations applied\n"
    with db.session(elsewhere) as session:
        assert session.all("stack.by_state") == []
    with psycopg.connect(db_dsn, autocommit=True) as connection:
        connection.execute("drop database made_by_init with (force)")

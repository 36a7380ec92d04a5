"""The real ERP for tests that need one: built once per machine, started once per session."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from include.embedded.parts import erp
from include.export import delivery
from include.settings import load_settings
from tests.postgres.erp_server import REFERENCE, ErpServer, Proxy, cache_folder, free_port

_orders = itertools.count(1)


@pytest.fixture(scope="session")
def erp_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ErpServer]:
    """A running ERP with the orders of tests/postgres/reference."""
    home = tmp_path_factory.mktemp("erp")
    settings = load_settings({"LADING_HOME": str(home), "LADING_ERP_PORT": str(free_port())})
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "LADING_CACHE", cache_folder())
        erp.prepare(settings, lambda _: None, REFERENCE)
    server = ErpServer(settings)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def erp_server(
    erp_session: ErpServer, lading_home: Path, monkeypatch: pytest.MonkeyPatch
) -> ErpServer:
    """The session's ERP, to which this test's settings point."""
    monkeypatch.setenv("LADING_ERP_URL", erp_session.url)
    monkeypatch.setenv("LADING_ERP_KEY", erp_session.key)
    return erp_session


@pytest.fixture
def proxy(erp_server: ErpServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """The way to the ERP leads through a proxy that loses what it is told to lose."""
    monkeypatch.setattr(delivery, "PAUSE_S", 0.1)
    between = Proxy(target=("127.0.0.1", erp_server.settings.erp_port))
    monkeypatch.setenv("LADING_ERP_URL", f"http://127.0.0.1:{between.port}/erp")
    yield between
    between.close()


@pytest.fixture
def order() -> str:
    """The number of a purchase order that no other test uses."""
    return f"PO-2026-{next(_orders):04d}"

"""What the stack consists of: steps that prepare it, processes that run, what waits for what."""

from __future__ import annotations

import importlib.util
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from include import db
from include.embedded.parts import airflow, erp, postgres
from include.embedded.running.home import Stack, code_digest, settings_digest, write_stack_env
from include.embedded.running.processes import Launch, answers
from include.pages.sandbox import socket_path
from include.settings import PROJECT_ROOT, load_settings

Say = Callable[[str], None]
ACTOR = "make up"
#: A company's proxy has a certificate of its own, which uv does not look for by itself.
_SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
_READER_INHERITS = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV")


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something done once at each start; doing it again changes nothing."""

    name: str
    run: Callable[[Say], None]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Component:
    """A process that is kept running. `is_healthy` gets the time it was started at."""

    name: str
    launch: Callable[[], Launch]
    is_healthy: Callable[[float], bool]
    needs: tuple[str, ...] = ()
    port: int | None = None
    port_setting: str = ""
    stop_signal: int = signal.SIGTERM
    stop_s: float = 10.0
    start_limit_s: float = 120.0
    loads_code: bool = True
    before_start: Callable[[], object] = lambda: None

    def fingerprint(self) -> str:
        """Another one means: restart to see new settings or code."""
        launch = self.launch()
        code = code_digest() if self.loads_code else ""
        return settings_digest([*launch.argv, code], dict(launch.env))


Part = Step | Component


def parts(stack: Stack) -> list[Part]:
    """Everything, in the order in which it is shown."""
    return [
        Step(name="database-folder", run=partial(_prepare_postgres, stack)),
        Component(
            name="postgres",
            launch=partial(postgres.launch, stack),
            is_healthy=lambda since: postgres.is_ready(stack),
            needs=("database-folder",),
            port=stack.postgres_port,
            stop_signal=signal.SIGINT,
            stop_s=30,
            start_limit_s=180,
            loads_code=False,
            before_start=partial(postgres.before_start, stack),
        ),
        Step(name="databases", run=lambda say: postgres.make_databases(stack), needs=("postgres",)),
        Step(name="tables", run=partial(_migrate_lading, stack), needs=("databases",)),
        Step(name="erp-database", run=partial(_prepare_erp, stack)),
        Step(name="airflow-database", run=partial(_migrate_airflow, stack), needs=("databases",)),
        Component(
            name="erp",
            launch=partial(_launch_erp, stack),
            is_healthy=lambda since: erp.is_healthy(stack.settings),
            needs=("erp-database",),
            port=stack.settings.erp_port,
            port_setting="LADING_ERP_PORT",
            loads_code=False,
        ),
        _reader(stack),
        *(_airflow(stack, name) for name in airflow.COMPONENTS),
    ]


def _airflow(stack: Stack, name: str) -> Component:
    is_server = name == "api-server"
    return Component(
        name=name,
        launch=partial(airflow.launch, stack, name),
        is_healthy=lambda since: airflow.is_healthy(stack, name, since),
        needs=("postgres", "tables", "airflow-database"),
        port=stack.settings.airflow_port if is_server else None,
        port_setting="LADING_AIRFLOW_PORT" if is_server else "",
    )


def _reader(stack: Stack) -> Component:
    """Tasks start it when it is missing; started here, its models are warm for the first one."""
    settings = stack.settings
    # Untrusted bytes are handled in its memory: it gets no password.
    environment = {
        key: value
        for key, value in os.environ.items()
        if key in _READER_INHERITS or key.startswith("LADING_READER_")
    }
    environment |= {"LADING_HOME": str(settings.reader_home), "PYTHONPATH": str(PROJECT_ROOT)}
    argv = [sys.executable, "-m", "include.pages.server", "--stay"]
    return Component(
        name="reader",
        launch=lambda: Launch(argv=argv, env=environment, cwd=PROJECT_ROOT),
        is_healthy=lambda since: answers(socket_path(settings.reader_home)),
    )


def _prepare_postgres(stack: Stack, say: Say) -> None:
    for told in postgres.prepare(stack):
        say(f"Postgres: {told}")


def _migrate_lading(stack: Stack, say: Say) -> None:
    airflow.write_files(stack)
    applied = db.migrate(stack.lading_dsn)
    if applied:
        say(f"Lading's tables: {len(applied)} migrations applied")
    if importlib.util.find_spec("include.checks.import_reference") is None:
        say("reference data: no importer here yet")
        return
    from include.checks.import_reference import import_folder

    counts = import_folder(PROJECT_ROOT / "include" / "samples" / "reference", ACTOR)
    say(f"reference data: {sum(counts.values())} rows in {len(counts)} tables")


def _prepare_erp(stack: Stack, say: Say) -> None:
    if _SYSTEM_CERTIFICATES.exists():
        os.environ.setdefault("UV_SYSTEM_CERTS", "true")
    erp.prepare(stack.settings, say)
    write_stack_env(stack, erp.environment(stack.settings).items())
    airflow.write_files(Stack(**{**vars(stack), "settings": load_settings()}))


def _migrate_airflow(stack: Stack, say: Say) -> None:
    if airflow.migrate(stack):
        say("Airflow's tables: migrated")


def _launch_erp(stack: Stack) -> Launch:
    argv, environment = erp.command(stack.settings)
    return Launch(argv=argv, env=environment, cwd=stack.home / "erp")

"""Airflow's four processes on one machine: their environment, commands and health."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from importlib.metadata import version
from pathlib import Path

from include.embedded.parts import postgres
from include.embedded.running.home import Stack, write_private
from include.embedded.running.processes import Launch, tail
from include.errors import StackFailed
from include.settings import DB_CONNECTION, ERP_CONNECTION, LLM_CONNECTION, PROJECT_ROOT

#: api-server first: the others talk to it.
COMPONENTS = ("api-server", "scheduler", "dag-processor", "triggerer")
_MIGRATION_LIMIT_S = 240


def airflow_environment(stack: Stack) -> dict[str, str]:
    """The whole environment of Airflow's processes; another Airflow's variables are left out."""
    foreign = ("AIRFLOW__", "AIRFLOW_HOME", "AIRFLOW_CONFIG")
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
    folder = stack.home / "airflow"
    paths = [str(PROJECT_ROOT), str(PROJECT_ROOT / "config"), inherited.get("PYTHONPATH", "")]
    own = {
        "AIRFLOW_HOME": str(folder),
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        "LADING_HOME": str(stack.home),
        "LADING_UNCERTIFIED_THRESHOLD": f"{stack.threshold:.2f}",
        # Nothing is reported to anybody, and no model is looked for outside.
        "SCARF_ANALYTICS": "false",
        "SCARF_NO_ANALYTICS": "true",
        "DO_NOT_TRACK": "true",
        "HF_HUB_OFFLINE": "1",
        "PYTHONUNBUFFERED": "1",
    }
    options = _options(stack, folder)
    return inherited | own | {f"AIRFLOW__{key}": str(value) for key, value in options.items()}


def _options(stack: Stack, folder: Path) -> dict[str, object]:
    """`SECTION__OPTION` of airflow.cfg."""
    url = f"http://127.0.0.1:{stack.settings.airflow_port}"
    return {
        "DATABASE__SQL_ALCHEMY_CONN": stack.dsn("airflow", "airflow").replace(
            "postgresql:", "postgresql+psycopg:", 1
        ),
        "DATABASE__SQL_ALCHEMY_POOL_SIZE": 5,
        "DATABASE__SQL_ALCHEMY_MAX_OVERFLOW": 15,
        # `make up` migrates; each component would look again at its start.
        "DATABASE__CHECK_MIGRATIONS": False,
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": 4,
        "CORE__MAX_ACTIVE_TASKS_PER_DAG": 16,
        # Finish what was begun before beginning more: the first results come sooner.
        "CORE__DEFAULT_TASK_WEIGHT_RULE": "upstream",
        "CORE__DAGS_FOLDER": os.environ.get("LADING_DAGS") or PROJECT_ROOT / "dags",
        "CORE__PLUGINS_FOLDER": PROJECT_ROOT / "plugins",
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": False,
        "CORE__LOAD_EXAMPLES": False,
        "CORE__FERNET_KEY": stack.secrets.fernet,
        "CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": folder / "passwords.json",
        "CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        # Forked tasks find the modules that config/airflow_local_settings.py has loaded.
        "CORE__MP_START_METHOD": "fork",
        "CORE__HOSTNAME_CALLABLE": "socket.gethostname",
        "API__HOST": "127.0.0.1",
        "API__PORT": stack.settings.airflow_port,
        "API__WORKERS": 1,
        "API__BASE_URL": url,
        "API__SECRET_KEY": stack.secrets.api,
        "API__INSTANCE_NAME": "Lading",
        "API_AUTH__JWT_SECRET": stack.secrets.jwt,
        "SECRETS__BACKEND": "airflow.secrets.local_filesystem.LocalFilesystemBackend",
        "SECRETS__BACKEND_KWARGS": json.dumps(
            {"connections_file_path": str(folder / "connections.json")}
        ),
        "WORKERS__MIN_HEARTBEAT_INTERVAL": 1,
        "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": 0.2,
        "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": 60,
        "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": 5,
        # After a kill -9 of the scheduler its tasks are taken up again within 20 to 30 s.
        "SCHEDULER__SCHEDULER_HEARTBEAT_SEC": 3,
        "SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": 20,
        "SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": 10,
        "SCHEDULER__TRIGGER_TIMEOUT_CHECK_INTERVAL": 5,
        "DAG_PROCESSOR__REFRESH_INTERVAL": 15,
        # A changed file is seen at the next refresh; an unchanged one need not be read again.
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": 120,
        "DAG_PROCESSOR__STALE_DAG_THRESHOLD": 200,
        "DAG_PROCESSOR__PRINT_STATS_INTERVAL": 0,
        "LOGGING__COLORED_CONSOLE_LOG": False,
        "LOGGING__BASE_LOG_FOLDER": stack.logs / "tasks",
        "LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY": stack.logs / "dag-files",
    }


def write_files(stack: Stack) -> None:
    """The admin's password and the connections, where Airflow looks them up at each use."""
    folder = stack.home / "airflow"
    write_private(folder / "passwords.json", json.dumps({"admin": stack.secrets.airflow_admin}))
    settings = stack.settings
    connections: dict[str, str | dict[str, object]] = {DB_CONNECTION: stack.lading_dsn}
    if settings.erp_url:
        connections[ERP_CONNECTION] = {
            "conn_type": "http",
            "host": settings.erp_url,
            "password": settings.erp_key or "",
        }
    if settings.llm_base_url:
        connections[LLM_CONNECTION] = {
            "conn_type": "openai",
            "host": settings.llm_base_url,
            "password": settings.llm_api_key or "",
        }
    # The user's own AIRFLOW_CONN_... goes first.
    given = {k: v for k, v in connections.items() if f"AIRFLOW_CONN_{k.upper()}" not in os.environ}
    write_private(folder / "connections.json", json.dumps(given, indent=1))


def migrate(stack: Stack) -> bool:
    """Bring Airflow's database to the installed version; False when it is there already."""
    stamp = stack.run / "airflow-database"
    current = postgres.airflow_version(stack)
    expected = f"{version('apache-airflow-core')} {current}"
    if current and stamp.exists() and stamp.read_text(encoding="utf-8") == expected:
        return False
    log = stack.logs / "airflow-migration.log"
    with log.open("wb") as output:
        done = subprocess.run(
            [sys.executable, "-m", "airflow", "db", "migrate"],
            env=airflow_environment(stack),
            cwd=PROJECT_ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=_MIGRATION_LIMIT_S,
        )
    if done.returncode != 0:
        raise StackFailed(f"`airflow db migrate` failed, {log} ends with:\n{tail(log)}")
    now = postgres.airflow_version(stack)
    stamp.write_text(f"{version('apache-airflow-core')} {now}", encoding="utf-8")
    return True


def launch(stack: Stack, component: str) -> Launch:
    argv = [sys.executable, "-m", "airflow", component]
    if component in {"scheduler", "triggerer"}:
        # The api-server reads the logs from disk; their own servers listen on all addresses.
        argv.append("--skip-serve-logs")
    return Launch(argv=argv, env=airflow_environment(stack), cwd=PROJECT_ROOT)


def _health(stack: Stack) -> dict[str, dict[str, str | None]]:
    url = f"http://127.0.0.1:{stack.settings.airflow_port}/api/v2/monitor/health"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=3) as answer:
            found: dict[str, dict[str, str | None]] = json.load(answer)
            return found
    except (urllib.error.URLError, TimeoutError, OSError, ValueError):
        return {}


def is_healthy(stack: Stack, component: str, since: float) -> bool:
    """Whether the component has given a sign of life after `since` (seconds since 1970)."""
    report = _health(stack)
    if component == "api-server":
        return report.get("metadatabase", {}).get("status") == "healthy"
    name = component.replace("-", "_")
    beat = report.get(name, {}).get(f"latest_{name}_heartbeat")
    if report.get(name, {}).get("status") != "healthy" or not beat:
        return False
    return dt.datetime.fromisoformat(beat).timestamp() >= since

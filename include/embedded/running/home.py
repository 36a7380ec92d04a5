"""What the embedded stack keeps under LADING_HOME: ports, secrets, records and `stack.env`."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from include.embedded.running.processes import Record, free_port, is_port_free
from include.errors import DiskFull, StackFailed
from include.settings import PROJECT_ROOT, Settings, load_settings, stack_environment

#: In force as long as nothing is certified for a document type; said aloud by `make status`.
UNCERTIFIED_THRESHOLD = 0.80
#: The environment that reaches the components; a change of it restarts them.
_WATCHED = ("LADING_", "AIRFLOW_", "OPENAI_", "AWS_", "PYTHON")
_FIRST_START_MB = 1500
_LATER_START_MB = 200


@dataclass(frozen=True, kw_only=True)
class Secrets:
    """Generated once, kept in `secrets.json` (mode 600)."""

    postgres: str
    airflow_db: str
    lading_db: str
    airflow_admin: str
    jwt: str
    api: str
    fernet: str


@dataclass(frozen=True, kw_only=True)
class Stack:
    """One embedded stack: the settings it runs with and where its things lie."""

    settings: Settings
    secrets: Secrets
    postgres_port: int

    @property
    def home(self) -> Path:
        return self.settings.home

    @property
    def run(self) -> Path:
        """Process records, locks and the supervisor's state."""
        return self.home / "run"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def threshold(self) -> float:
        return self.settings.uncertified_threshold or UNCERTIFIED_THRESHOLD

    def dsn(self, role: str, database: str) -> str:
        password = {
            "postgres": self.secrets.postgres,
            "airflow": self.secrets.airflow_db,
            "lading": self.secrets.lading_db,
        }[role]
        return f"postgresql://{role}:{password}@127.0.0.1:{self.postgres_port}/{database}"

    @property
    def lading_dsn(self) -> str:
        """Lading's own tables: the embedded database unless the user names another."""
        return os.environ.get("LADING_DB_DSN") or self.dsn("lading", "lading")


def write_private(path: Path, text: str) -> None:
    """Replace `path` in one step by a file that only its owner can read."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


def _new_secrets() -> Secrets:
    return Secrets(
        postgres=secrets.token_hex(16),
        airflow_db=secrets.token_hex(16),
        lading_db=secrets.token_hex(16),
        airflow_admin=secrets.token_urlsafe(12),
        jwt=secrets.token_hex(32),
        api=secrets.token_hex(32),
        fernet=base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    )


def _load_secrets(home: Path) -> Secrets:
    path = home / "secrets.json"
    try:
        return Secrets(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise StackFailed(
            f"{path} is damaged ({error}); restore it, or remove {home} to begin anew."
        ) from error


def check_space(home: Path) -> None:
    """Raises DiskFull before anything is half-written."""
    is_first = not (home / "postgres" / "data" / "PG_VERSION").exists()
    need_mb = _FIRST_START_MB if is_first else _LATER_START_MB
    free_mb = shutil.disk_usage(home).free // 2**20
    if free_mb < need_mb:
        raise DiskFull(
            f"{home} has {free_mb} MB free, {need_mb} MB are needed;"
            " make room or set LADING_HOME to a folder on another disk."
        )


def open_stack() -> Stack:
    """The stack of the current settings; makes its folders, secrets and ports when missing."""
    settings = load_settings()
    home = settings.home
    try:
        for folder in (home, home / "run", home / "logs", home / "airflow", settings.inbox):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StackFailed(f"cannot make {error.filename}: {error.strerror}.") from error
    check_space(home)
    path = home / "secrets.json"
    if not path.exists():
        write_private(path, json.dumps(vars(_new_secrets()), indent=1))
    port = _postgres_port(home)
    stack = Stack(settings=settings, secrets=_load_secrets(home), postgres_port=port)
    write_stack_env(stack)
    return stack


def known_stack() -> Stack | None:
    """The stack of the current settings as it is, nothing written; None when never started."""
    settings = load_settings()
    port = stack_environment(settings.home).get("LADING_POSTGRES_PORT", "")
    if not port.isdigit() or not (settings.home / "secrets.json").exists():
        return None
    return Stack(settings=settings, secrets=_load_secrets(settings.home), postgres_port=int(port))


def _postgres_port(home: Path) -> int:
    """Chosen once; chosen anew when somebody else has taken it meanwhile."""
    known = stack_environment(home).get("LADING_POSTGRES_PORT", "")
    record = Record.load(home / "run" / "postgres.json")
    is_ours = record is not None and record.identity.is_alive()
    if known.isdigit() and (is_ours or is_port_free(int(known))):
        return int(known)
    return free_port()


def write_stack_env(stack: Stack, extra: Iterable[tuple[str, str]] = ()) -> None:
    """Tell the clients of this home where everything is; keeps what it is not told anew."""
    values = stack_environment(stack.home)
    values |= {
        "LADING_POSTGRES_PORT": str(stack.postgres_port),
        "LADING_DB_DSN": stack.lading_dsn,
        "LADING_AIRFLOW_PORT": str(stack.settings.airflow_port),
        "LADING_ERP_PORT": str(stack.settings.erp_port),
        "LADING_INBOX": str(stack.settings.inbox),
        "LADING_UNCERTIFIED_THRESHOLD": f"{stack.threshold:.2f}",
    }
    values |= dict(extra)
    text = "# Written by `make up`; a variable set in the environment goes first.\n"
    write_private(stack.home / "stack.env", text + "".join(f"{k}={v}\n" for k, v in values.items()))


def code_digest() -> str:
    """Changes when a file that the components have loaded changes."""
    digest = hashlib.sha256()
    for folder in ("include", "plugins", "config"):
        for path in sorted((PROJECT_ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".sql", ".yaml", ".yml", ".onnx"}:
                about = path.stat()
                digest.update(f"{path}{about.st_mtime_ns}{about.st_size}\n".encode())
    digest.update((PROJECT_ROOT / "requirements.lock").read_bytes())
    return digest.hexdigest()


def settings_digest(argv: Iterable[str], environment: dict[str, str]) -> str:
    """Changes when a component has to be restarted to see other settings."""
    watched = {k: v for k, v in environment.items() if k.startswith(_WATCHED)}
    return hashlib.sha256(json.dumps([list(argv), sorted(watched.items())]).encode()).hexdigest()

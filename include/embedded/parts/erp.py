"""The embedded ERP: Tryton in an environment and a process of its own, built once, then copied."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from include.errors import SetupError
from include.settings import PROJECT_ROOT, Settings

Say = Callable[[str], None]

DATABASE = "erp"
INSTALL = Path(__file__).parent.with_name("install.sh")
REQUIREMENTS = PROJECT_ROOT / "requirements-erp.lock"
REFERENCE = PROJECT_ROOT / "include" / "samples" / "reference"
SEED = Path(__file__).with_name("erp_seed.py")
#: What decides whether a built database can be used again.
SEED_FILES = (SEED, SEED.with_name("erp_seed_data.py"), REQUIREMENTS)
SEED_TABLES = (
    "countries",
    "currencies",
    "parties",
    "products",
    "purchase_orders",
    "purchase_order_lines",
)
#: A scan of many pages, as base64, in one request.
MAX_REQUEST_BYTES = 256 * 1024 * 1024


class ErpBuildFailed(SetupError):
    """The embedded ERP could not be built:"""


def erp_home(settings: Settings) -> Path:
    """Where this home's ERP lives: environment, database, attached files, secrets."""
    return settings.home / "erp"


def prepare(settings: Settings, say: Say, reference: Path = REFERENCE) -> None:
    """Everything the ERP needs to start: environment, database, secrets. Safe to repeat; a build
    that was interrupted is done again, a database in use is left alone."""
    home = erp_home(settings)
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o700)
    with locked(home / "prepare.lock"):
        make_environment(home, say)
        write_config(home / "trytond.conf", home / "data", settings.erp_port)
        if not (home / "data" / f"{DATABASE}.sqlite").exists():
            copy_database(built(settings, home, reference, say), home, say)
        elif text_of(home / "data" / "seed") != seed_hash(reference):
            say(f"ERP: keeps its records; remove {home / 'data'} to take over newer reference data")


def command(settings: Settings) -> tuple[list[str], dict[str, str]]:
    """The server's argument vector and environment."""
    home = erp_home(settings)
    conf = str(home / "trytond.conf")
    argv = [str(home_python(home)), "-m", "trytond.cli", "-c", conf, "-d", DATABASE]
    return argv, clean_environment()


def environment(settings: Settings) -> dict[str, str]:
    """What the clients of the ERP need to know."""
    return {
        "LADING_ERP_URL": f"http://127.0.0.1:{settings.erp_port}/{DATABASE}",
        "LADING_ERP_KEY": (erp_home(settings) / "rest_key").read_text(encoding="utf-8"),
    }


def admin_password(settings: Settings) -> str:
    """For the user `admin` of the ERP's own clients."""
    return (erp_home(settings) / "admin_password").read_text(encoding="utf-8")


def is_healthy(settings: Settings) -> bool:
    """Whether the server answers a question about its data with our key."""
    import httpx

    try:
        known = environment(settings)
        answer = httpx.get(
            f"{known['LADING_ERP_URL']}/rest/model/currency.currency",
            params={"s": 1, "f": "id"},
            headers={"Authorization": f"bearer {known['LADING_ERP_KEY']}"},
            timeout=5,
            trust_env=False,
        )
    except (OSError, httpx.HTTPError):
        return False
    return answer.status_code == 200


def home_python(home: Path) -> Path:
    return home / "venv" / "bin" / "python"


def clean_environment() -> dict[str, str]:
    """The process's environment without what would reach into the ERP's."""
    foreign = ("TRYTON", "PYTHON", "AIRFLOW", "VIRTUAL_ENV", "LADING")
    env = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
    return {**env, "PYTHONUNBUFFERED": "1"}


def make_environment(home: Path, say: Say) -> None:
    """The ERP's own virtual environment; made anew when its lock file has changed."""
    stamp = home / "venv" / "lading.stamp"
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if text_of(stamp) == wanted:
        return
    say("ERP: installing its environment")
    shutil.rmtree(home / "venv", ignore_errors=True)
    run([sys.executable, "-m", "venv", str(home / "venv")], home, dict(os.environ))
    install = ["bash", str(INSTALL), str(home / "venv"), str(REQUIREMENTS), sys.executable]
    run(install, home, dict(os.environ))
    stamp.write_text(wanted, encoding="utf-8")


def built(settings: Settings, home: Path, reference: Path, say: Say) -> Path:
    """A finished database for the reference data, from the cache or built into it."""
    cache = Path(os.environ.get("LADING_CACHE") or settings.home / "cache").absolute()
    cache.mkdir(parents=True, exist_ok=True)
    target = cache / f"erp-{seed_hash(reference)}.sqlite"
    with locked(cache / "erp.lock"):
        for left in cache.glob("erp-building-*"):
            shutil.rmtree(left)
        if not target.exists():
            aside = cache / f"erp-building-{os.getpid()}"
            aside.mkdir()
            say("ERP: building its database (about half a minute, once)")
            build_database(home, aside, reference)
            (aside / f"{DATABASE}.sqlite").replace(target)
            shutil.rmtree(aside)
    return target


def build_database(home: Path, folder: Path, reference: Path) -> None:
    """Schema and records of a new ERP database in `folder`, as one single file."""
    write_config(folder / "trytond.conf", folder, port=0)
    (folder / f"{DATABASE}.sqlite").touch(mode=0o600)
    conf = str(folder / "trytond.conf")
    run([str(home_python(home)), str(SEED), "build", conf, str(reference)], folder)


def copy_database(source: Path, home: Path, say: Say) -> None:
    """Give this home its own database with its own secrets; complete or not there at all."""
    say("ERP: putting its database in place")
    data = home / "data"
    aside = home / "data.new"
    shutil.rmtree(aside, ignore_errors=True)
    shutil.rmtree(data, ignore_errors=True)
    aside.mkdir(mode=0o700)
    shutil.copyfile(source, aside / f"{DATABASE}.sqlite")
    (aside / f"{DATABASE}.sqlite").chmod(0o600)
    known = {"password": secrets.token_urlsafe(12), "key": secrets.token_hex(32)}
    file = str(aside / f"{DATABASE}.sqlite")
    run([str(home_python(home)), str(SEED), "secrets", file], home, given=json.dumps(known))
    write_secret(home / "admin_password", known["password"])
    write_secret(home / "rest_key", known["key"])
    (aside / "seed").write_text(source.stem.removeprefix("erp-"), encoding="utf-8")
    aside.rename(data)


def seed_hash(reference: Path) -> str:
    """Names a built database by all that went into it."""
    digest = hashlib.sha256(f"{sys.version_info[:2]}".encode())
    tables = [reference / f"{name}.csv" for name in SEED_TABLES]
    for path in (*SEED_FILES, *tables):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def write_config(path: Path, data: Path, port: int) -> None:
    """The server's configuration: loopback only, no list of databases."""
    lines = [
        "[web]",
        f"listen = 127.0.0.1:{port}",
        "[database]",
        "uri = sqlite://",
        f"path = {data}",
        # Writers wait for each other in SQLite, five seconds a time. All tries together take less
        # than a client waits: a request given up by it must not be carried out after all.
        "retry = 3",
        "[request]",
        # A client with an application key counts as not logged in here.
        f"max_size = {MAX_REQUEST_BYTES}",
        "",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")


def text_of(path: Path) -> str:
    """What a small file says; nothing when there is none."""
    return path.read_text(encoding="utf-8") if path.exists() else ""


def write_secret(path: Path, value: str) -> None:
    """Readable by the owner only, from its first byte on."""
    with suppress(FileNotFoundError):
        path.unlink()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(value)


def run(
    argv: list[str], cwd: Path, env: dict[str, str] | None = None, given: str | None = None
) -> None:
    """A step of the set-up; its last words become the error."""
    done = subprocess.run(
        argv,
        cwd=cwd,
        env=clean_environment() if env is None else env,
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()[-12:]
        raise ErpBuildFailed("\n".join([" ".join(argv[-3:]), *said]))


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time; the lock goes away with its holder."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield

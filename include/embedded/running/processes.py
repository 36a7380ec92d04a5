"""Processes of the stack: told apart from others by start time and by the lock they hold open."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

_PROC = Path("/proc")
_LOG_LIMIT_BYTES = 20_000_000


@dataclass(frozen=True)
class Identity:
    """A process that can not be confused with a later one of the same number."""

    pid: int
    start_ticks: int
    boot_id: str

    def is_alive(self) -> bool:
        return identify(self.pid) == self


@dataclass(frozen=True, kw_only=True)
class Launch:
    """How a component's process is started."""

    argv: Sequence[str]
    env: Mapping[str, str]
    cwd: Path
    uid: int | None = None
    gid: int | None = None


@dataclass(frozen=True, kw_only=True)
class Record:
    """What is written down about a started component."""

    identity: Identity
    fingerprint: str
    since: float
    command: str = field(default="")

    def save(self, path: Path) -> None:
        aside = path.with_suffix(".new")
        aside.write_text(json.dumps(asdict(self)), encoding="utf-8")
        aside.replace(path)

    @classmethod
    def load(cls, path: Path) -> Record | None:
        """None when there is none or it is damaged: the process is then found by its lock."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            return cls(**{**data, "identity": Identity(**data["identity"])})
        except (OSError, ValueError, TypeError, KeyError):
            return None


def _boot_id() -> str:
    try:
        return (_PROC / "sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def identify(pid: int) -> Identity | None:
    """The process now running under `pid`; None when there is none, or only a zombie."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    # The name in brackets may hold blanks and brackets itself.
    rest = stat[stat.rindex(")") + 2 :].split()
    if rest[0] in {"Z", "X"}:
        return None
    return Identity(pid, int(rest[19]), _boot_id())


def _session_of(pid: int) -> int:
    try:
        stat = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return -1
    rest = stat[stat.rindex(")") + 2 :].split()
    return -1 if rest[0] == "Z" else int(rest[3])


def _pids() -> list[int]:
    return [int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit()]


def _holds(pid: int, path: str) -> bool:
    try:
        links = list((_PROC / str(pid) / "fd").iterdir())
    except OSError:
        return False
    for link in links:
        with contextlib.suppress(OSError):
            if str(link.readlink()) == path:
                return True
    return False


def holders(lock: Path) -> list[Identity]:
    """All processes of a component: those that have inherited its open lock file, and what
    runs in a session that one of them leads."""
    path = str(lock.resolve())
    pids = [pid for pid in _pids() if pid != os.getpid()]
    holding = {pid for pid in pids if _holds(pid, path)}
    found = holding | {pid for pid in pids if _session_of(pid) in holding}
    return [known for pid in sorted(found) if (known := identify(pid))]


def spawn(launch: Launch, *, log: Path, lock: Path) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own that outlives the supervisor."""
    if log.exists() and log.stat().st_size > _LOG_LIMIT_BYTES:
        log.replace(log.with_suffix(".log.1"))
    descriptor = os.open(lock.resolve(), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    owner: dict[str, object] = {}
    if launch.uid is not None:
        owner = {"user": launch.uid, "group": launch.gid, "extra_groups": []}
    try:
        with log.open("ab") as output:
            return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
                list(launch.argv),
                env=dict(launch.env),
                cwd=launch.cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=(descriptor,),
                **owner,
            )
    finally:
        os.close(descriptor)


def spawn_detached(argv: Sequence[str], *, cwd: Path, log: Path) -> subprocess.Popen[bytes]:
    """Start a process with this environment that outlives the terminal."""
    with log.open("ab") as output:
        return subprocess.Popen(
            list(argv),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def wait_gone(processes: Iterable[Identity], timeout_s: float) -> list[Identity]:
    """Those that still run after `timeout_s`."""
    deadline = time.monotonic() + timeout_s
    left = [process for process in processes if process.is_alive()]
    while left and time.monotonic() < deadline:
        time.sleep(0.05)
        left = [process for process in left if process.is_alive()]
    return left


def send(process: Identity, number: int) -> None:
    """Signal a process if it is still that one."""
    if process.is_alive():
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, number)


def stop(main: Identity | None, lock: Path, *, number: int, grace_s: float) -> int:
    """End a component: `number` to its main process, then SIGKILL to whatever is left of it.

    Returns how many processes had to be killed.
    """
    if main is not None and main.is_alive():
        send(main, number)
        wait_gone([main], grace_s)
    killed = 0
    for _ in range(5):
        left = holders(lock)
        if not left:
            break
        for process in left:
            send(process, signal.SIGKILL)
        killed += len(left)
        wait_gone(left, 5)
    return killed


def tail(path: Path, lines: int = 12) -> str:
    """The end of a log, for messages."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 20_000))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return "(no log)"
    return "\n".join(f"    {line}" for line in text.strip().splitlines()[-lines:]) or "(empty log)"


def free_port() -> int:
    """A TCP port that is free on loopback now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(address: Path) -> bool:
    """Whether somebody listens on a unix socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(address))
        except OSError:
            return False
    return True


def is_port_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except OSError:
            return False
    return True


def port_user(port: int) -> str:
    """Who listens on a port, as far as this user may see it: 'name (pid N)' or ''."""
    sockets = set()
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            for row in (_PROC / "net" / table).read_text().splitlines()[1:]:
                cells = row.split()
                if cells[3] == "0A" and int(cells[1].rpartition(":")[2], 16) == port:
                    sockets.add(f"socket:[{cells[9]}]")
    for pid in _pids() if sockets else []:
        if any(_holds(pid, name) for name in sockets):
            with contextlib.suppress(OSError):
                words = (_PROC / str(pid) / "cmdline").read_bytes().split(b"\0")
                return f"{b' '.join(words[:4]).decode('utf-8', 'replace').strip()} (pid {pid})"
    return ""

"""The reader's process: loads the heavy modules once and forks a limited child per request."""

from __future__ import annotations

import fcntl
import gc
import json
import logging
import os
import select
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from include.errors import OverLimit, ReaderCrashed
from include.pages.answer import error_to_json
from include.pages.sandbox import lock_path, pid_path, socket_path
from include.settings import ReaderLimits, load_settings

log = logging.getLogger("lading.reader")

#: Read when a process starts. Threads would not survive a fork, and processes scale better;
#: memory that is kept rather than given back saves a child a fifth of its time.
_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "MALLOC_MMAP_THRESHOLD_": str(1 << 30),
    "MALLOC_TRIM_THRESHOLD_": str(1 << 31),
    "MALLOC_TOP_PAD_": str(64 << 20),
}
_MAX_REQUEST_BYTES = 65536
_CHUNK = 1 << 20


def main(arguments: list[str]) -> int:
    """`--stay`: do not exit when idle; `--detach`: go on in the background."""
    os.umask(0o077)
    if "--detach" in arguments and os.fork():
        os._exit(0)
    if "--detach" in arguments:
        os.setsid()
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO, stream=sys.stderr)
    from include.pages.worker.confine import cut_network

    if not cut_network():
        log.warning("the kernel refuses a network namespace: its calls are refused")
    home = load_settings().reader_home
    stays = "--stay" in arguments
    lock = _locked(home, takes_over=stays)
    if lock is None:
        log.info("another reader serves %s", home)
        return 0
    settings = load_settings()
    _preload()
    listener = _listen(socket_path(home))
    pid_path(home).write_text(f"{os.getpid()}\n")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        _serve(
            listener,
            [listener.fileno(), lock],
            settings.reader_workers,
            None if stays else settings.reader_idle_s,
        )
    finally:
        socket_path(home).unlink(missing_ok=True)
        pid_path(home).unlink(missing_ok=True)
    return 0


def _locked(home: Path, takes_over: bool) -> int | None:
    """The lock that only one reader of a home holds; the stack's reader replaces a self-started."""
    path = lock_path(home)
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    for _ in range(100):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(lock, 0)
            os.pwrite(lock, str(os.getpid()).encode(), 0)
            return lock
        except BlockingIOError:
            if not takes_over:
                break
            _ask_to_leave(os.pread(lock, 20, 0))
            time.sleep(0.1)
    os.close(lock)
    return None


def _ask_to_leave(holder: bytes) -> None:
    """End the reader of that process number, if it is one."""
    try:
        if b"include.pages.server" in Path(f"/proc/{int(holder)}/cmdline").read_bytes():
            os.kill(int(holder), signal.SIGTERM)
    except (OSError, ValueError):
        pass  # just ended, or just starting


def _preload() -> None:
    """Import and warm up everything, so that a child starts with it."""
    begun = time.perf_counter()
    from include.pages.worker import child, warm  # noqa: F401

    warm.warm_up()
    gc.collect()
    gc.freeze()
    threads = len(list(Path("/proc/self/task").iterdir()))
    log.info("ready after %.1f s, %d thread(s)", time.perf_counter() - begun, threads)


def _listen(path: Path) -> socket.socket:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    path.chmod(0o600)
    listener.listen(128)
    return listener


def _serve(
    listener: socket.socket, closed_in_child: list[int], most: int, idle_s: float | None
) -> None:
    """Accept while fewer than `most` keepers run; the rest wait in the socket's queue."""
    keepers: set[int] = set()
    last = time.monotonic()
    woken = _wake_on_child()
    while idle_s is None or keepers or time.monotonic() - last < idle_s:
        watched = [woken, listener] if len(keepers) < most else [woken]
        ready, _, _ = select.select(watched, [], [], 5.0)
        if woken in ready:
            woken.recv(4096)
            last = time.monotonic()
        _reap(keepers)
        if listener in ready:
            connection, _ = listener.accept()
            server = os.getpid()
            pid = os.fork()
            if pid == 0:
                _as_keeper(connection, closed_in_child, server)
            keepers.add(pid)
            connection.close()
    log.info("idle, leaving")


def _wake_on_child() -> socket.socket:
    """A socket that becomes readable when a child has ended."""
    reading, writing = socket.socketpair()
    writing.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(writing.detach(), warn_on_full_buffer=False)
    return reading


def _reap(keepers: set[int]) -> None:
    for pid in tuple(keepers):
        if os.waitpid(pid, os.WNOHANG)[0]:
            keepers.discard(pid)


def _as_keeper(connection: socket.socket, closed: list[int], server: int) -> NoReturn:
    """In a fork of its own: watch over one request, so that nothing can hold up the server."""
    from include.pages.worker import confine

    try:
        confine.die_with_parent(server)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        for number in closed:
            os.close(number)
        connection.settimeout(30)
        with connection.makefile("rb") as lines:
            request = json.loads(lines.readline(_MAX_REQUEST_BYTES))
        connection.sendall(_kept(request, connection))
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("a request was not answered: %s", error)
    finally:
        os._exit(0)


def _kept(request: Mapping[str, Any], connection: socket.socket) -> bytes:
    """The child's answer, or what became of the child."""
    from include.pages.worker import child, confine

    limits = ReaderLimits(**request["limits"])
    folder = tempfile.mkdtemp(prefix="lading-reader-")
    begun = time.monotonic()
    reading, writing = os.pipe()
    keeper = os.getpid()
    pid = os.fork()
    if pid == 0:
        connection.close()
        os.closerange(3, writing)  # what the server holds open is nothing to this child
        os.closerange(writing + 1, 256)
        confine.die_with_parent(keeper)
        child.run(request, limits, folder, writing)
    os.close(writing)
    try:
        answer, broken = _collected(reading, connection, limits)
        if broken:
            os.kill(pid, signal.SIGKILL)
        _, status, usage = os.wait4(pid, 0)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    cpu = usage.ru_utime + usage.ru_stime
    wall = time.monotonic() - begun
    log.info(
        "%s %s: %.2f s, %.2f CPU-s, %d MB, status %d, %d bytes %s",
        request["kind"],
        request["path"],
        wall,
        cpu,
        usage.ru_maxrss >> 10,
        status,
        len(answer),
        broken,
    )
    if broken:
        return json.dumps(error_to_json(OverLimit(broken))).encode()
    if status:
        return json.dumps(error_to_json(_died(status, cpu, usage.ru_maxrss >> 10, limits))).encode()
    return bytes(answer)


def _collected(pipe: int, connection: socket.socket, limits: ReaderLimits) -> tuple[bytearray, str]:
    """What the child wrote, and the limit it passed, if any."""
    answer = bytearray()
    deadline = time.monotonic() + limits.wall_s
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            return answer, f"{limits.wall_s:.0f} s of time"
        ready, _, _ = select.select([pipe, connection.fileno()], [], [], left)
        if connection.fileno() in ready:  # nothing more is expected from there: the client has gone
            return answer, "the client has gone"
        if pipe not in ready:
            continue
        piece = os.read(pipe, _CHUNK)
        if not piece:
            return answer, ""
        answer += piece
        if len(answer) > limits.output_mb << 20:
            return answer, f"{limits.output_mb} MB of output"


def _died(status: int, cpu: float, peak_mb: int, limits: ReaderLimits) -> OverLimit | ReaderCrashed:
    """Why a child ended without an answer."""
    if not os.WIFSIGNALED(status):
        return ReaderCrashed(f"exit code {os.waitstatus_to_exitcode(status)}")
    number = os.WTERMSIG(status)
    if number == signal.SIGXCPU or cpu >= limits.cpu_s:
        return OverLimit(f"{limits.cpu_s:.0f} s of processor time")
    if peak_mb >= 0.8 * limits.memory_mb:
        return OverLimit(f"{limits.memory_mb} MB of memory")
    return ReaderCrashed(f"signal {signal.Signals(number).name}")


if __name__ == "__main__":
    if not _ENVIRONMENT.items() <= os.environ.items():
        os.execve(sys.executable, sys.orig_argv, os.environ | _ENVIRONMENT)
    sys.exit(main(sys.argv[1:]))

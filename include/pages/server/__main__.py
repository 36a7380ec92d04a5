"""The reader's process: loads the heavy modules once and forks limited children."""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
import time
from pathlib import Path

from include.pages.cache import code_version
from include.pages.sandbox import pid_path, socket_path
from include.pages.server.place import listening, locked
from include.pages.server.serve import Server
from include.settings import load_settings

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


def main(arguments: list[str]) -> int:
    """`--stay`: do not exit when idle; `--detach`: go on in the background."""
    os.umask(0o077)
    if "--detach" in arguments and os.fork():
        os._exit(0)
    if "--detach" in arguments:
        os.setsid()
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO, stream=sys.stderr)
    settings = load_settings()
    stays = "--stay" in arguments
    lock = locked(settings.reader_home, takes_over=stays)
    if lock is None:
        log.info("another reader serves %s", settings.reader_home)
        return 0
    _preload()
    listener = listening(socket_path(settings.reader_home))
    pid_path(settings.reader_home).write_text(f"{os.getpid()}\n")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    scratch = settings.reader_home / "run" / "reader-scratch"
    server = Server(listener, settings.reader_workers, scratch)
    try:
        server.serve(None if stays else settings.reader_idle_s)
    finally:
        if os.getpid() == server.pid:  # and not in a process that it forked
            socket_path(settings.reader_home).unlink(missing_ok=True)
            pid_path(settings.reader_home).unlink(missing_ok=True)
            server.clean()
    return 0


def _preload() -> None:
    """Give up the network, then import and warm up everything, so that children start with it."""
    begun = time.perf_counter()
    from include.pages.worker.confine import cut_network, landlock

    if not cut_network():
        log.warning("the kernel refuses a network namespace: its calls are refused")
    abi = landlock.version()
    log.info("files closed by Landlock %d", abi) if abi else log.warning("no Landlock here")
    from include.pages.worker import child, forget, warm  # noqa: F401

    code_version()  # as of now, whatever is edited later
    warm.warm_up()
    forget.caches()
    gc.collect()
    gc.freeze()
    threads = len(list(Path("/proc/self/task").iterdir()))
    log.info("ready after %.1f s, %d thread(s)", time.perf_counter() - begun, threads)


if __name__ == "__main__":
    if not _ENVIRONMENT.items() <= os.environ.items():
        os.execve(sys.executable, sys.orig_argv, os.environ | _ENVIRONMENT)
    sys.exit(main(sys.argv[1:]))

"""Closes the file system but for what reading needs, where the kernel has Landlock."""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from pathlib import Path

from include.settings import PROJECT_ROOT

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446  # the same on every machine
_ASK_VERSION, _BELOW_PATH = 1, 1
_EXECUTE, _WRITE, _READ, _LIST, _TRUNCATE = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14
#: How many rights to files each version knows; the last ones are truncate and ioctl.
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
_MOST_RIGHTS = 16
#: From version 4: TCP bind and connect; from 6: abstract sockets and signals of other processes.
_ALL_TCP, _ALL_SCOPES = 3, 3
#: Libraries may be mapped, and be looked for, below these; nothing else is open for reading.
_LIBRARIES = ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/localtime")
_LISTS = ("/etc/mime.types", "/etc/fonts", "/dev/null", "/dev/zero", "/dev/urandom", "/proc/self")

_libc = ctypes.CDLL(None, use_errno=True)


def version() -> int:
    """The kernel's version of Landlock, 0 when it has none."""
    return max(int(_libc.syscall(_CREATE, None, 0, _ASK_VERSION)), 0)


def close_files(folder: str) -> bool:
    """No files for this process but libraries to read and `folder` to write; False: not here.

    Needs a process that can gain no privileges.
    """
    abi = version()
    if not abi:
        return False
    everything = (1 << _RIGHTS.get(abi, _MOST_RIGHTS)) - 1
    values = [everything]
    if abi >= 4:
        values.append(_ALL_TCP)
    if abi >= 6:
        values.append(_ALL_SCOPES)
    wanted = struct.pack(f"{len(values)}Q", *values)
    ruleset = int(_libc.syscall(_CREATE, wanted, len(wanted), 0))
    if ruleset < 0:
        return False
    try:
        for path in _readable():
            _allow(ruleset, path, _READ | _LIST)
        _allow(ruleset, folder, everything & ~_EXECUTE)
        _allow(ruleset, os.devnull, everything & ~_EXECUTE)  # Tesseract crashes without it
        return int(_libc.syscall(_RESTRICT, ruleset, 0)) == 0
    finally:
        os.close(ruleset)


def _readable() -> set[str]:
    """Python, the installed packages with their models, this program; not what it holds."""
    python = {sys.prefix, sys.base_prefix, sys.exec_prefix, str(PROJECT_ROOT / "include")}
    return {*python, *_LIBRARIES, *_LISTS, *filter(os.path.isabs, sys.path[1:])} - {
        str(PROJECT_ROOT)
    }


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # this machine has it not
    try:
        if not Path(path).is_dir():
            rights &= _READ | _WRITE | _TRUNCATE
        rule = ctypes.create_string_buffer(struct.pack("=Qi", rights, place))
        _libc.syscall(_ADD_RULE, ruleset, _BELOW_PATH, rule, 0)
    finally:
        os.close(place)

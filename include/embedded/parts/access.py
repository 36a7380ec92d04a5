"""Lets one other user pass through a folder that is closed to others, and nobody else."""

from __future__ import annotations

import errno
import os
import pwd
import struct
import subprocess
from pathlib import Path

from include.errors import StackFailed

_ACL = "system.posix_acl_access"
_USER_OBJ, _USER, _GROUP_OBJ, _GROUP, _MASK, _OTHER = 1, 2, 4, 8, 16, 32
_NOBODY = 0xFFFFFFFF


def _acl_of(folder: Path) -> dict[tuple[int, int], int]:
    """(tag, id) -> permissions."""
    try:
        raw = os.getxattr(folder, _ACL)
    except OSError as error:
        if error.errno != errno.ENODATA:
            raise
        mode = folder.stat().st_mode
        return {
            (_USER_OBJ, _NOBODY): mode >> 6 & 7,
            (_GROUP_OBJ, _NOBODY): mode >> 3 & 7,
            (_OTHER, _NOBODY): mode & 7,
        }
    entries = struct.iter_unpack("<HHI", raw[4:])
    return {(tag, who): permissions for tag, permissions, who in entries}


def let_pass(folder: Path, uid: int) -> None:
    """Let one user pass through `folder` (an ACL entry `--x`), and nobody else."""
    acl = _acl_of(folder)
    old_mask = acl.get((_MASK, _NOBODY), 7)
    masked = {_USER, _GROUP_OBJ, _GROUP}
    # What the old mask had taken away must not come back with the wider one.
    acl = {key: p & old_mask if key[0] in masked else p for key, p in acl.items()}
    acl[(_USER, uid)] = acl.get((_USER, uid), 0) | 1
    acl[(_MASK, _NOBODY)] = 0
    for key, permissions in acl.items():
        if key[0] in masked:
            acl[(_MASK, _NOBODY)] |= permissions
    packed = [struct.pack("<HHI", tag, p, who) for (tag, who), p in sorted(acl.items())]
    os.setxattr(folder, _ACL, struct.pack("<I", 2) + b"".join(packed))


def can_pass(folder: Path, user: pwd.struct_passwd) -> bool:
    probe = subprocess.run(
        ["test", "-x", str(folder)],
        user=user.pw_uid,
        group=user.pw_gid,
        extra_groups=[],
        cwd="/",
        check=False,
        timeout=10,
    )
    return probe.returncode == 0


def open_way(path: Path, user: pwd.struct_passwd) -> list[Path]:
    """Make the folders above `path` passable for `user`; returns those that got an ACL entry."""
    opened = []
    for folder in reversed(path.parents):
        if not can_pass(folder, user):
            try:
                let_pass(folder, user.pw_uid)
            except OSError as error:
                raise StackFailed(
                    f"Postgres runs as {user.pw_name}, which may not pass through {folder}"
                    f" ({error.strerror}). Allow it (chmod o+x {folder}), or put the project"
                    " and LADING_HOME elsewhere, or run as an ordinary user."
                ) from error
            opened.append(folder)
    return opened

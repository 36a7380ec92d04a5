"""System calls that a process reading untrusted bytes never needs: the kernel refuses them."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys

_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2
#: The kernel's name of each machine's way of calling.
_MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
#: Refused by name: number on x86_64, number on aarch64 (-1: does not exist there).
_REFUSED = {
    # the network, files that are sockets too
    "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "accept": (43, 202),
    "accept4": (288, 242), "bind": (49, 200), "listen": (50, 201), "sendto": (44, 206),
    "sendmsg": (46, 211), "sendmmsg": (307, 269),
    # programs and processes
    "execve": (59, 221), "execveat": (322, 281), "fork": (57, -1), "vfork": (58, -1),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "process_madvise": (440, 440), "kcmp": (312, 272), "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424), "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
    # ways into the kernel that have often been open
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "personality": (135, 92),
    # the machine's set-up
    "setns": (308, 268), "unshare": (272, 97), "mount": (165, 40), "umount2": (166, 39),
    "pivot_root": (155, 41), "chroot": (161, 51), "open_tree": (428, 428),
    "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431),
    "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
    "swapon": (167, 224), "swapoff": (168, 225), "reboot": (169, 142), "acct": (163, 89),
    "quotactl": (179, 60), "settimeofday": (164, 170), "clock_settime": (227, 112),
    "adjtimex": (159, 171), "sethostname": (170, 161), "setdomainname": (171, 162),
    "iopl": (172, -1), "ioperm": (173, -1), "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
}  # fmt: skip
#: Allowed when the first argument is this process itself: abort() signals itself.
_ONLY_ITSELF = {"kill": (62, 129), "tgkill": (234, 131)}
#: Allowed when it starts a thread; clone3 hides its flags, and is said not to exist.
_CLONE, _CLONE3, _CLONE_THREAD = (56, 220), (435, 435), 0x10000
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _IF_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERROR = 0x7FFF0000, 0x00050000
_NUMBER, _MACHINE, _FIRST_ARGUMENT = 0, 4, 16
#: System calls of the other calling convention of x86_64 have this bit set.
_X32_BIT = 0x40000000

_libc = ctypes.CDLL(None, use_errno=True)

Line = tuple[int, int, int, int]


def refuse() -> bool:
    """Refuse these calls in this process for good; False where the kernel cannot."""
    machine = platform.machine()
    if machine not in _MACHINES or sys.maxsize < 2**32:
        return False
    lines = _program(machine, os.getpid())
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in lines))
    header = ctypes.create_string_buffer(struct.pack("HP", len(lines), ctypes.addressof(code)))
    return int(_libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, header, 0, 0)) == 0


def _program(machine: str, own: int) -> list[Line]:
    """The filter: a list of (operation, jump if so, jump if not, value)."""
    which = list(_MACHINES).index(machine)
    refused = (_RETURN, 0, 0, _ERROR | errno.EPERM)
    lines: list[Line] = [
        (_LOAD, 0, 0, _MACHINE),
        (_IF_EQUAL, 1, 0, _MACHINES[machine]),
        refused,
        (_LOAD, 0, 0, _NUMBER),
        (_IF_AT_LEAST, 0, 1, _X32_BIT),
        refused,
    ]
    for numbers in _REFUSED.values():
        if numbers[which] >= 0:
            lines += [(_IF_EQUAL, 0, 1, numbers[which]), refused]
    for numbers in _ONLY_ITSELF.values():
        lines += _checked(numbers[which], (_IF_EQUAL, 1, 0, own))
    lines += _checked(_CLONE[which], (_IF_BITS, 1, 0, _CLONE_THREAD))
    lines += [(_IF_EQUAL, 0, 1, _CLONE3[which]), (_RETURN, 0, 0, _ERROR | errno.ENOSYS)]
    return [*lines, (_RETURN, 0, 0, _ALLOW)]


def _checked(call: int, test: Line) -> list[Line]:
    """Refuse the call unless its first argument passes the test, which then jumps over one."""
    return [
        (_IF_EQUAL, 0, 4, call),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        test,
        (_RETURN, 0, 0, _ERROR | errno.EPERM),
        (_RETURN, 0, 0, _ALLOW),
    ]

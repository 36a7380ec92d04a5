"""Outlook's winmail.dat (TNEF): the files that it wraps."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

SIGNATURE = b"\x78\x9f\x3e\x22"
_HEADER, _RECORD, _CHECKSUM = 6, 9, 2
_BODY, _RENDERING, _TITLE, _DATA, _MAPI = 0x2800C, 0x69002, 0x18010, 0x6800F, 0x69005
_LONG_NAME, _DISPLAY_NAME = 0x3707, 0x3001
_STRING8, _UNICODE = 0x1E, 0x1F
#: Bytes of a value by its type; other types carry their length.
_FIXED = {
    0x2: 4,
    0x3: 4,
    0x4: 4,
    0x5: 8,
    0x6: 8,
    0x7: 8,
    0xA: 4,
    0xB: 4,
    0x14: 8,
    0x40: 8,
    0x48: 16,
}


@dataclass
class TnefFile:
    """A wrapped file, or the text of the mail as UTF-8."""

    name: str = ""
    data: bytes = b""
    is_body: bool = False


def tnef_files(data: bytes) -> list[TnefFile] | None:
    """What is in it, as far as it can be followed; None when it is no TNEF."""
    if not data.startswith(SIGNATURE):
        return None
    files: list[TnefFile] = []
    for kind, value in _records(data):
        if kind == _RENDERING or (kind in (_TITLE, _DATA) and not files):
            files.append(TnefFile())
        if kind == _TITLE and not files[-1].name:
            files[-1].name = value.rstrip(b"\x00").decode("cp1252", "replace")
        elif kind == _DATA:
            files[-1].data = value
        elif kind == _MAPI and files:
            files[-1].name = _long_name(value) or files[-1].name
        elif kind == _BODY:
            text = value.rstrip(b"\x00").decode("cp1252", "replace")
            files.insert(0, TnefFile("", text.encode(), is_body=True))
    return [file for file in files if file.data]


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = _HEADER
    while at + _RECORD <= len(data):
        kind, size = struct.unpack("<II", data[at + 1 : at + _RECORD])
        at += _RECORD
        if at + size > len(data):
            return
        yield kind, data[at : at + size]
        at += size + _CHECKSUM


def _long_name(properties: bytes) -> str:
    """The name of a file from its MAPI properties; those before it must be passed over."""
    names: dict[int, str] = {}
    at = 4
    try:
        while at + 4 <= len(properties):
            kind, number = struct.unpack_from("<HH", properties, at)
            at += 4
            if number >= 0x8000:
                at = _past_name(properties, at)
            if kind & 0x1000 or kind not in (*_FIXED, _STRING8, _UNICODE, 0x102, 0xD):
                break
            if kind in _FIXED:
                at += _FIXED[kind]
                continue
            (count,) = struct.unpack_from("<I", properties, at)
            at += 4
            for _ in range(min(count, 64)):
                (size,) = struct.unpack_from("<I", properties, at)
                value = properties[at + 4 : at + 4 + size]
                at += 4 + size + (-size % 4)
                if kind in (_STRING8, _UNICODE):
                    charset = "utf-16-le" if kind == _UNICODE else "cp1252"
                    names[number] = value.decode(charset, "replace").rstrip("\x00")
    except struct.error:
        pass
    return names.get(_LONG_NAME) or names.get(_DISPLAY_NAME, "")


def _past_name(properties: bytes, at: int) -> int:
    (how,) = struct.unpack_from("<I", properties, at + 16)
    if how == 0:
        return at + 24
    (size,) = struct.unpack_from("<I", properties, at + 20)
    return int(at + 24 + size + (-size % 4))

"""Signed S/MIME: what was signed, without judging the signature."""

from __future__ import annotations

from collections.abc import Iterator

from include.errors import BrokenDocument

_DATA = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"
_OCTETS, _OCTETS_BUILT, _EXPLICIT = 0x04, 0x24, 0xA0
_INDEFINITE = -1


def signed_content(data: bytes) -> bytes:
    """The content of a signature that carries it; raises BrokenDocument."""
    at = data.find(_DATA, 0, 4096)
    try:
        if at < 0:
            raise IndexError
        at += len(_DATA)
        tag, _, at = _header(data, at)
        if tag != _EXPLICIT:
            raise IndexError
        content = b"".join(_octets(data, at))
    except IndexError as error:
        raise BrokenDocument("nothing that was signed is in it") from error
    if not content:
        raise BrokenDocument("nothing that was signed is in it")
    return content


def _octets(data: bytes, at: int) -> Iterator[bytes]:
    """The pieces of an octet string, whole or built of others."""
    tag, size, at = _header(data, at)
    if tag == _OCTETS:
        yield data[at : at + size]
        return
    if tag != _OCTETS_BUILT:
        raise IndexError
    end = len(data) if size == _INDEFINITE else at + size
    while at < end:
        tag, size, at = _header(data, at)
        if tag != _OCTETS:
            return  # the end mark
        yield data[at : at + size]
        at += size


def _header(data: bytes, at: int) -> tuple[int, int, int]:
    """Tag and length of what begins here, and where its content begins."""
    tag, size = data[at], data[at + 1]
    at += 2
    if size == 0x80:
        return tag, _INDEFINITE, at
    if size > 0x80:
        count = size & 0x7F
        size = int.from_bytes(data[at : at + count], "big")
        at += count
    return tag, size, at

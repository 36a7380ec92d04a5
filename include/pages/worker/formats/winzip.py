"""Members of a zip file locked with AES, as WinZip and 7-Zip do; zipfile does not open them."""

from __future__ import annotations

import hashlib
import hmac
import struct
import zipfile
import zlib
from collections.abc import Sequence

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from include.errors import BrokenDocument, EncryptedDocument, OverLimit, UnsupportedFormat

#: The method that marks such a member; its true one is in the extra field of this number.
AES, _EXTRA = 99, 0x9901
_KEY_BYTES = {1: 16, 2: 24, 3: 32}
_LOCAL_HEADER, _CHECK_BYTES, _MAC_BYTES, _BLOCK = 30, 2, 10, 16
_ROUNDS = 1000


def aes_content(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, passwords: Sequence[str], most: int
) -> bytes:
    """The member's bytes; raises EncryptedDocument, BrokenDocument, UnsupportedFormat, OverLimit.

    The layout is WinZip's AE-1 and AE-2 (www.winzip.com/en/support/aes-encryption).
    """
    strength, method = _how(member)
    if method not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UnsupportedFormat("packed in an unusual way; ask for an ordinary zip file")
    raw = _raw(archive, member)
    key_bytes, salt_bytes = _KEY_BYTES[strength], _KEY_BYTES[strength] // 2
    salt, check = raw[:salt_bytes], raw[salt_bytes : salt_bytes + _CHECK_BYTES]
    body, mac = raw[salt_bytes + _CHECK_BYTES : -_MAC_BYTES], raw[-_MAC_BYTES:]
    for password in passwords:
        size = 2 * key_bytes + _CHECK_BYTES
        keys = hashlib.pbkdf2_hmac("sha1", password.encode(), salt, _ROUNDS, size)
        if keys[-_CHECK_BYTES:] != check:
            continue
        seal = hmac.new(keys[key_bytes : 2 * key_bytes], body, "sha1").digest()
        if hmac.compare_digest(seal[:_MAC_BYTES], mac):
            return _unpacked(_decrypted(body, keys[:key_bytes]), method, most)
    raise EncryptedDocument(
        "None of the known passwords opens it." if passwords else "It lies in a locked zip file."
    )


def _how(member: zipfile.ZipInfo) -> tuple[int, int]:
    """Strength of the key and the true method of packing."""
    extra = member.extra
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        if kind == _EXTRA and size >= 7:
            strength, method = struct.unpack("<BH", extra[8:11])
            if strength in _KEY_BYTES:
                return strength, method
        extra = extra[4 + size :]
    raise BrokenDocument("the zip file does not say how it is locked")


def _raw(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    file = archive.fp
    if file is None:
        raise BrokenDocument("the zip file is closed")
    file.seek(member.header_offset)
    header = file.read(_LOCAL_HEADER)
    if len(header) < _LOCAL_HEADER or header[:4] != b"PK\x03\x04":
        raise BrokenDocument("the zip file is damaged here")
    name, extra = struct.unpack("<HH", header[26:30])
    file.seek(name + extra, 1)
    return file.read(member.compress_size)


def _decrypted(body: bytes, key: bytes) -> bytes:
    """AES in counter mode with a counter that grows from its low end, from 1 on."""
    blocks = -(-len(body) // _BLOCK)
    counters = b"".join(number.to_bytes(_BLOCK, "little") for number in range(1, blocks + 1))
    stream = Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(counters)
    size = len(body)
    mixed = int.from_bytes(body, "big") ^ int.from_bytes(stream[:size], "big")
    return mixed.to_bytes(size, "big")


def _unpacked(packed: bytes, method: int, most: int) -> bytes:
    if method == zipfile.ZIP_STORED:
        return packed
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = unpacker.decompress(packed, most)
    except zlib.error as error:
        raise BrokenDocument(f"the zip file is damaged here ({error})") from error
    if unpacker.unconsumed_tail:
        raise OverLimit(f"a file of more than {most >> 20} MB in a zip file")
    return content

"""A zip file is a bag of documents, whatever its maker meant by it."""

from __future__ import annotations

import hashlib
import hmac
import io
import os
import stat
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from include.errors import (
    BrokenDocument,
    EmptyDocument,
    EncryptedDocument,
    OverLimit,
    UnsupportedFormat,
)
from include.pages.options import ReadOptions
from include.pages.reader import read_file, read_part
from tests import papers

pytestmark = pytest.mark.usefixtures("reader")

TEXT = b"Packing list PL-0042 of three boxes\n"


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[bytes], Path]:
    def save(data: bytes) -> Path:
        path = tmp_path / "file"
        path.write_bytes(data)
        return path

    return save


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # two members of one name
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def names(path: Path, file_name: str = "papers.zip") -> list[str]:
    return [part.name for part in read_file(path, file_name).parts]


def test_the_documents_in_a_zip_are_its_parts(saved) -> None:
    invoice = papers.pdf()
    path = saved(
        zipped(
            ("invoice.pdf", invoice),
            ("scans/", b""),
            ("scans/list.txt", TEXT),
            ("__MACOSX/._invoice.pdf", b"\x00\x05\x16\x07"),
            (".DS_Store", b"\x00\x00\x00\x01Bud1"),
            ("Thumbs.db", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
            ("setup.exe", b"MZ\x90\x00" + b"\x00" * 60),
            ("empty.pdf", b""),
            ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 64),
            ("inner.zip", zipped(("a.txt", TEXT))),
        )
    )
    reading = read_file(path, "papers.zip")
    assert reading.media_type == "application/zip"
    assert reading.pages == ()
    found = [part.name for part in reading.parts]
    # The old workbook is kept so that somebody is told that it was not read.
    assert found == ["invoice.pdf", "scans/list.txt", "old.xls", "inner.zip"]
    assert read_part(path, "papers.zip", 0) == invoice
    assert read_part(path, "papers.zip", 1) == TEXT


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("../../etc/passwd.txt", "etc/passwd.txt"),
        ("/root/a.txt", "root/a.txt"),
        ("C:\\papers\\a.txt", "papers/a.txt"),
        ("a\u202etxt.pdf", "atxt.pdf"),  # would be shown as afdp.txt
        ("a\x07b\n.txt", "ab.txt"),
        ("x" * 300 + ".txt", "x" * 116 + ".txt"),
    ],
)
def test_names_of_members_lead_nowhere(saved, name: str, cleaned: str) -> None:
    assert names(saved(zipped((name, TEXT)))) == [cleaned]


def test_links_are_left_out_and_doubles_are_both_there(saved) -> None:
    link = zipfile.ZipInfo("link.txt")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    path = saved(zipped((link, b"/etc/passwd"), ("a.txt", TEXT), ("a.txt", b"Another paper\n")))
    assert names(path) == ["a.txt", "a.txt"]
    assert read_part(path, "papers.zip", 1) == b"Another paper\n"


def test_a_member_that_is_damaged_does_not_cost_the_others(saved) -> None:
    noise = os.urandom(5000)
    data = bytearray(zipped(("a.pdf", b"%PDF-1.7\n" + noise), ("b.txt", TEXT)))
    data[2000:2010] = bytes(10)
    path = saved(bytes(data))
    assert names(path) == ["a.pdf", "b.txt"]
    with pytest.raises(BrokenDocument, match="damaged"):
        read_part(path, "papers.zip", 0)
    assert read_part(path, "papers.zip", 1) == TEXT


def test_a_member_larger_than_a_file_may_be_is_over_the_limit(saved, monkeypatch) -> None:
    monkeypatch.setenv("LADING_READER_OUTPUT_MB", "1")
    path = saved(zipped(("bomb.txt", b"a" * (3 << 20)), ("b.txt", TEXT)))
    assert names(path) == ["bomb.txt", "b.txt"]
    with pytest.raises(OverLimit):
        read_part(path, "papers.zip", 0)


def test_too_many_and_too_much_are_refused(saved) -> None:
    many = saved(zipped(*((f"{number}.txt", TEXT) for number in range(201))))
    with pytest.raises(OverLimit, match="201 files"):
        names(many)
    much = saved(zipped(*((f"{number}.txt", bytes(60 << 20)) for number in range(9))))
    with pytest.raises(OverLimit, match="512 MB"):
        names(much)


def test_members_that_lie_over_each_other_are_not_unpacked(saved) -> None:
    """One body of data under many names is how small files become large ones."""
    whole = zipped(("a.txt", TEXT * 100), ("b.txt", TEXT * 100))
    at = whole.index(b"PK\x01\x02", whole.index(b"PK\x01\x02") + 4)
    doubled = bytearray(whole)
    doubled[at + 42 : at + 46] = struct.pack("<I", 0)  # the second begins where the first does
    path = saved(bytes(doubled))
    assert names(path) == ["a.txt", "b.txt"]
    with pytest.raises(BrokenDocument):
        read_part(path, "papers.zip", 1)


@pytest.mark.parametrize(
    ("data", "error", "reason"),
    [
        (zipped(), EmptyDocument, "holds no files"),
        (zipped(("run.exe", b"MZ\x90\x00" + bytes(60))), UnsupportedFormat, "holds run.exe"),
        (zipped(("a.txt", TEXT))[:50], BrokenDocument, "cut off"),
    ],
)
def test_a_zip_without_documents_says_what_is_in_it(
    saved, data: bytes, error: type[Exception], reason: str
) -> None:
    with pytest.raises(error, match=reason):
        names(saved(data))


def locked_with_aes(name: str, content: bytes, password: str) -> bytes:
    """A zip file as WinZip locks it (AE-2, 256 bits), after its public description."""
    salt, packer = os.urandom(16), zlib.compressobj(wbits=-15)
    packed = packer.compress(content) + packer.flush()
    keys = hashlib.pbkdf2_hmac("sha1", password.encode(), salt, 1000, 66)
    blocks = b"".join(n.to_bytes(16, "little") for n in range(1, len(packed) // 16 + 2))
    stream = Cipher(algorithms.AES(keys[:32]), modes.ECB()).encryptor().update(blocks)
    body = bytes(a ^ b for a, b in zip(packed, stream, strict=False))
    raw = salt + keys[64:] + body + hmac.new(keys[32:64], body, "sha1").digest()[:10]
    extra = struct.pack("<HHH2sBH", 0x9901, 7, 2, b"AE", 3, 8)
    fields = (1, 99, 0, 33, 0, len(raw), len(content), len(name), len(extra))
    local = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 51, *fields) + name.encode() + extra
    entry = struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", 51, 51, *fields, 0, 0, 0, 0, 0)
    directory = entry + name.encode() + extra
    start = len(local) + len(raw)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, len(directory), start, 0)
    return local + raw + directory + end


def locked_as_of_old(password: bytes) -> bytes:
    """ZipCrypto, after APPNOTE.TXT 6.1."""
    table = [_crc_step(n) for n in range(256)]
    keys = [0x12345678, 0x23456789, 0x34567890]

    def turn(byte: int) -> None:
        keys[0] = (keys[0] >> 8) ^ table[(keys[0] ^ byte) & 0xFF]
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = (keys[2] >> 8) ^ table[(keys[2] ^ (keys[1] >> 24)) & 0xFF]

    for byte in password:
        turn(byte)
    crc = zlib.crc32(TEXT)
    out = bytearray()
    for byte in bytes(11) + bytes([crc >> 24]) + TEXT:
        temp = (keys[2] | 2) & 0xFFFF
        out.append(byte ^ ((temp * (temp ^ 1)) >> 8) & 0xFF)
        turn(byte)
    fields = (20, 1, 0, 0, 33, crc, len(out), len(TEXT), 5, 0)
    local = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", *fields)
    entry = struct.pack(
        "<4sHHHHHHIIIHHHHHII",
        *(b"PK\x01\x02", 20, *fields, 0, 0, 0, 0, 0),
    )
    start = len(local) + 5 + len(out)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, len(entry) + 5, start, 0)
    return local + b"a.txt" + bytes(out) + entry + b"a.txt" + end


def _crc_step(value: int) -> int:
    for _ in range(8):
        value = (value >> 1) ^ (0xEDB88320 if value & 1 else 0)
    return value


@pytest.mark.parametrize(
    "data", [locked_with_aes("a.txt", TEXT, "secret"), locked_as_of_old(b"secret")]
)
def test_a_locked_member_opens_with_a_known_password_only(saved, data: bytes) -> None:
    path = saved(data)
    assert names(path) == ["a.txt"]
    known = ReadOptions(passwords=("wrong", "secret"))
    assert read_part(path, "papers.zip", 0, known) == TEXT
    with pytest.raises(EncryptedDocument):
        read_part(path, "papers.zip", 0, ReadOptions(passwords=("wrong",)))
    with pytest.raises(EncryptedDocument):
        read_part(path, "papers.zip", 0)


@pytest.mark.parametrize(
    ("magic", "what"),
    [
        (b"Rar!\x1a\x07\x01\x00", "RAR archive"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "7-Zip archive"),
        (b"\x1f\x8b\x08\x00", "gzip archive"),
        (bytes(257) + b"ustar\x0000", "tar archive"),
    ],
)
def test_other_archives_say_what_they_are(saved, magic: bytes, what: str) -> None:
    with pytest.raises(UnsupportedFormat, match=f"{what}; ask for a zip"):
        read_file(saved(magic + b"\x01" * 100), "papers.dat")

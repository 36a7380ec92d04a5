"""A zip file as a bag of documents: what is in it, and the bytes of each."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from functools import partial
from typing import IO

from include.errors import (
    BrokenDocument,
    EmptyDocument,
    EncryptedDocument,
    OverLimit,
    UnsupportedFormat,
)
from include.pages.options import ReadOptions
from include.pages.worker.formats.names import clean_name
from include.pages.worker.formats.office.file import Inside, LaidOutFile
from include.pages.worker.formats.winzip import AES, aes_content
from include.pages.worker.sniff import MEDIA_TYPES, is_paper
from include.settings import ReaderLimits

MAX_MEMBERS = 200
_MAX_UNPACKED = 512 << 20
#: So much of a member tells what it is.
_HEAD = 1 << 16
_CHUNK = 1 << 20
_ENCRYPTED, _SYMLINK = 0x1, 0o120000
#: What file managers leave behind.
_LITTER = frozenset({".ds_store", "thumbs.db", "desktop.ini", "ehthumbs.db"})
_LITTER_FOLDERS = ("__macosx/", ".git/", "$recycle.bin/")
_BROKEN = (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, KeyError)


def open_archive(data: bytes, limits: ReaderLimits, options: ReadOptions) -> LaidOutFile:
    """The files in a zip; raises BrokenDocument, EmptyDocument, UnsupportedFormat, OverLimit."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _BROKEN as error:
        raise BrokenDocument(f"the zip file is cut off or damaged ({error})") from error
    members = [member for member in archive.infolist() if _is_file(member)]
    if not members:
        raise EmptyDocument("The zip file holds no files.")
    if len(members) > MAX_MEMBERS:
        raise OverLimit(f"{len(members)} files in a zip file, allowed are {MAX_MEMBERS}")
    # zipfile never gives out more than is declared, so this bounds what can be unpacked.
    if sum(member.file_size for member in members) > _MAX_UNPACKED:
        raise OverLimit(f"more than {_MAX_UNPACKED >> 20} MB in a zip file")
    most = limits.output_mb << 20
    inside = [
        Inside(
            clean_name(_name(member), f"file-{number}", keep_folders=True),
            member.file_size,
            partial(_content, archive, member, options.passwords, most),
        )
        for number, member in enumerate(members, start=1)
        if _is_document(archive, member, options.passwords)
    ]
    if not inside:
        names = ", ".join(sorted(clean_name(_name(m), "file") for m in members)[:10])
        raise UnsupportedFormat(f"a zip file without documents; it holds {names}")
    return LaidOutFile(MEDIA_TYPES["zip"], (), inside=inside)


def _is_file(member: zipfile.ZipInfo) -> bool:
    path = _name(member).replace("\\", "/").lower()
    name = path.rpartition("/")[2]
    is_link = (member.external_attr >> 16) & 0o170000 == _SYMLINK
    is_litter = name in _LITTER or name.startswith(("._", "~$")) or _in_litter_folder(path)
    return bool(name and member.file_size) and not (is_link or is_litter)


def _in_litter_folder(path: str) -> bool:
    return any(path.startswith(folder) or f"/{folder}" in path for folder in _LITTER_FOLDERS)


def _name(member: zipfile.ZipInfo) -> str:
    """The member's name; without the flag for UTF-8 Windows writes that of its country."""
    if member.flag_bits & 0x800:
        return member.filename
    raw = member.orig_filename.encode("cp437", "replace")
    try:
        return raw.decode("utf-8")
    except ValueError:
        return member.filename


def _is_document(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, passwords: Sequence[str]
) -> bool:
    """Whether the member may be a document; one that cannot be opened is listed to be seen."""
    try:
        head = _content(archive, member, passwords, _HEAD, is_head=True)
    except (BrokenDocument, EncryptedDocument, UnsupportedFormat):
        return True
    return head.startswith(b"PK") or is_paper(head, _name(member))


def _content(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    passwords: Sequence[str],
    most: int,
    is_head: bool = False,
) -> bytes:
    """The bytes of a member, its first `most` when only the head is asked for."""
    if member.compress_type == AES:
        whole = aes_content(archive, member, passwords, _MAX_UNPACKED)
        return _bounded(io.BytesIO(whole), most, is_head)
    if not member.flag_bits & _ENCRYPTED:
        return _read(archive, member, None, most, is_head)
    for password in passwords:
        try:
            return _read(archive, member, password.encode(), most, is_head)
        except (EncryptedDocument, BrokenDocument):
            continue  # one wrong password in 256 is taken and gives rubbish
    raise EncryptedDocument(
        "None of the known passwords opens it." if passwords else "It lies in a locked zip file."
    )


def _read(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    password: bytes | None,
    most: int,
    is_head: bool,
) -> bytes:
    try:
        with archive.open(member, pwd=password) as file:
            return _bounded(file, most, is_head)
    except NotImplementedError as error:
        raise UnsupportedFormat("packed in an unusual way; ask for an ordinary zip file") from error
    except RuntimeError as error:  # zipfile's word for a wrong password
        raise EncryptedDocument(str(error)) from error
    except _BROKEN as error:
        raise BrokenDocument(f"the zip file is damaged here ({error})") from error


def _bounded(file: IO[bytes], most: int, is_head: bool) -> bytes:
    pieces, size = [], 0
    while size < most and (piece := file.read(min(_CHUNK, most - size))):
        pieces.append(piece)
        size += len(piece)
    if not is_head and file.read(1):
        raise OverLimit(f"a file of more than {most >> 20} MB in a zip file")
    return b"".join(pieces)

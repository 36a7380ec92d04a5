"""Mails of every make, opened as pages of text with their attachments as parts."""

from __future__ import annotations

import re
from functools import partial

from include.errors import BadDocument, OverLimit
from include.pages.worker.formats.mails.letter import MAX_ATTACHMENTS, open_letter
from include.pages.worker.formats.mails.mime import letter_of
from include.pages.worker.formats.mails.outlook import open_storage, outlook_letter
from include.pages.worker.formats.mails.tnef import tnef_files
from include.pages.worker.formats.names import clean_name
from include.pages.worker.formats.office.file import Inside, LaidOutFile
from include.pages.worker.sniff import MEDIA_TYPES
from include.settings import ReaderLimits

_OLE = b"\xd0\xcf\x11\xe0"
#: Where the next mail of a mailbox begins.
_NEXT_MAIL = re.compile(rb"(?<=\n)\r?\n(?=From \S+ +\w{3} +\w{3} +\d)")


def open_mail(data: bytes, kind: str, limits: ReaderLimits) -> LaidOutFile:
    """The open mail; `kind` is eml, msg or tnef. Raises a BadDocument."""
    if kind == "msg":
        return open_letter(outlook_letter(open_storage(data)), MEDIA_TYPES[kind], limits)
    if kind == "tnef":
        return _open_wrapped(data)
    mails = _NEXT_MAIL.split(data) if data.startswith(b"From ") else [data]
    if len(mails) > 1:
        return _open_mailbox(mails)
    return open_letter(letter_of(data), MEDIA_TYPES[kind], limits)


def mail_sender(data: bytes) -> str:
    """The bare address that a mail says to come from, in small letters; empty when unknown."""
    try:
        if data.startswith(_OLE):
            return outlook_letter(open_storage(data)).sender
        return letter_of(data).sender
    except BadDocument:
        return ""


def _open_mailbox(mails: list[bytes]) -> LaidOutFile:
    if len(mails) > MAX_ATTACHMENTS:
        raise OverLimit(f"{len(mails)} mails in one file, allowed are {MAX_ATTACHMENTS}")
    inside = [
        Inside(f"mail-{number}.eml", len(mail), partial(bytes, mail))
        for number, mail in enumerate(mails, start=1)
    ]
    return LaidOutFile("application/mbox", (), inside=inside)


def _open_wrapped(data: bytes) -> LaidOutFile:
    """A winmail.dat that came without its mail."""
    inside = [
        Inside(
            clean_name(file.name, "text.txt" if file.is_body else f"attachment-{number}"),
            len(file.data),
            partial(bytes, file.data),
        )
        for number, file in enumerate(tnef_files(data) or (), start=1)
    ]
    return LaidOutFile(MEDIA_TYPES["tnef"], (), inside=inside)

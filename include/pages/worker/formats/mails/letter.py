"""A mail as it is understood, whatever it was sent by: head, bodies, attachments, sender."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from include.errors import EmptyDocument, EncryptedDocument
from include.pages.worker.formats.mails.tnef import TnefFile, tnef_files
from include.pages.worker.formats.names import clean_name
from include.pages.worker.formats.office.file import Inside, LaidOutFile
from include.pages.worker.formats.office.markup import lay_out_html
from include.pages.worker.formats.office.open import PAGE_PIXELS, picture_pixels
from include.pages.worker.formats.office.sheet import Sheet
from include.pages.worker.formats.office.text import clean, lay_out_text
from include.pages.worker.formats.unread import SIGNATURE, Unread
from include.pages.worker.sniff import ENDINGS, is_paper, told_apart
from include.settings import ReaderLimits

MAX_ATTACHMENTS = 200


@dataclass(frozen=True)
class Body:
    """A text of the mail."""

    text: str
    is_html: bool = False

    @property
    def is_blank(self) -> bool:
        return not (
            re.sub(r"<[^>]*>|&nbsp;|\s", "", self.text) if self.is_html else self.text.strip()
        )


@dataclass(frozen=True)
class Attached:
    """A file in the mail. `content_id`: by which an HTML body shows it as its picture."""

    name: str
    data: bytes
    content_id: str = ""


@dataclass(frozen=True)
class Letter:
    """`head`: (name, value) of From, To, Date, Subject; `sender`: the bare address it says."""

    head: tuple[tuple[str, str], ...]
    bodies: tuple[Body, ...]
    attached: tuple[Attached, ...]
    sender: str = ""


def open_letter(letter: Letter, media_type: str, limits: ReaderLimits) -> LaidOutFile:
    """The mail as pages, its attachments as parts; raises EmptyDocument, OverLimit."""
    begun = time.process_time()
    sheet = Sheet(limits.pages)
    lines = [f"{name}: {' '.join(clean(value).split())}" for name, value in letter.head if value]
    for line in lines:
        sheet.text("Header", line)
    has_hidden = False
    attached = list(_unpacked(letter.attached))
    for body in letter.bodies or (Body(_text_of(letter.attached)),):
        if body.is_html:
            has_hidden = lay_out_html(sheet, body.text) or has_hidden
        else:
            lay_out_text(sheet, body.text)
    inside, unread = _parts(attached, letter.bodies)
    flags = [*(["hidden_text"] if has_hidden else []), *unread]
    pages = sheet.finished(round(time.process_time() - begun, 3), flags)
    if not inside and not any(page.words for page in pages):
        raise EmptyDocument("The mail has neither text nor attachments.")
    return LaidOutFile(media_type, pages, inside=inside, sender=letter.sender)


def _unpacked(attached: Sequence[Attached]) -> Iterable[Attached]:
    """The attachments; what Outlook wraps into winmail.dat comes out of it."""
    for one in attached[:MAX_ATTACHMENTS]:
        wrapped = tnef_files(one.data)
        if wrapped is None:
            yield one
        else:
            yield from (Attached(file.name, file.data) for file in wrapped if not file.is_body)


def _text_of(attached: Sequence[Attached]) -> str:
    """The text that Outlook wrapped into winmail.dat as well."""
    bodies: list[TnefFile] = [
        file for one in attached for file in tnef_files(one.data) or () if file.is_body
    ]
    return "\n\n".join(file.data.decode("utf-8", "replace") for file in bodies)


def _parts(attached: Sequence[Attached], bodies: Sequence[Body]) -> tuple[list[Inside], list[str]]:
    """What becomes a document of its own, and flags for what is left unread."""
    shown = {found for body in bodies for found in re.findall(r"cid:([^\"'\s>)]+)", body.text)}
    inside, unread = [], []
    for number, one in enumerate(attached, start=1):
        kind = _kind(one)
        ending = ENDINGS.get(kind, "") if isinstance(kind, str) else ""
        name = clean_name(one.name, f"attachment-{number}{ending}")
        if kind == SIGNATURE or (one.content_id in shown and _is_small(one.data)):
            continue
        if not one.data or not is_paper(one.data, one.name):
            unread.append(f"unread_attachment:{name}")
        else:
            inside.append(Inside(name, len(one.data), partial(bytes, one.data)))
    return inside, unread


def _kind(one: Attached) -> str | Unread:
    try:
        return told_apart(one.data, one.name)
    except EncryptedDocument:
        return "locked"
    except Exception:  # told when it is read as a document of its own
        return "broken"


def _is_small(data: bytes) -> bool:
    """Whether a picture shown in the text is a logo or the like and no pasted scan."""
    return picture_pixels(data) < PAGE_PIXELS

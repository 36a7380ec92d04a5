"""Outlook's own mails (.msg)."""

from __future__ import annotations

import email.header
import email.utils
import io
import re
from collections.abc import Callable
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from typing import Any, TypeVar

import olefile  # type: ignore[import-untyped]
from oxmsg.domain import constants as c
from oxmsg.properties import Properties
from oxmsg.storage import Storage

from include.errors import BrokenDocument
from include.pages.worker.formats.mails.letter import Attached, Body, Letter
from include.pages.worker.formats.mails.mime import address_in
from include.pages.worker.formats.mails.rtf import rtf_text
from include.pages.worker.formats.office.text import decoded

_ROOT_OFFSET, _NESTED_OFFSET, _ATTACHED_OFFSET, _RECIPIENT_OFFSET = 32, 24, 8, 8
_RTF, _SMTP, _DISPLAY_TO, _SENT_REPRESENTING = 0x1009, 0x39FE, 0x0E04, 0x0065
_SHORT_NAME, _DISPLAY_NAME, _CONTENT_ID, _SENT_SMTP = 0x3704, 0x3001, 0x3712, 0x5D02
_CREATOR_SMTP = 0x5D0A
_EMBEDDED, _RECIPIENT_TYPE, _TO = "__substg1.0_3701000D", 0x0C15, 1
_MAX_DEPTH = 10
T = TypeVar("T")


def open_storage(data: bytes) -> Storage:
    """The storage of the file; raises BrokenDocument."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            return Storage.from_ole(file)
    except MemoryError:
        raise
    except Exception as error:
        raise BrokenDocument(f"the Outlook mail is damaged ({error})") from error


def outlook_letter(storage: Storage, depth: int = 0) -> Letter:
    """The mail in a storage, with the mails attached to it as RFC 822."""
    properties = Properties(storage, _NESTED_OFFSET if depth else _ROOT_OFFSET)
    text = partial_text(properties)
    transport = email.message_from_string(text(c.PID_TRANSPORT_MESSAGE_HEADERS))
    name = text(c.PID_SENDER_NAME) or text(c.PID_SENT_REPRESENTING_NAME)
    address = _address(properties, transport)
    date = _tried(lambda: properties.date_prop_value(c.PID_CLIENT_SUBMIT_TIME), None)
    sender = f"{name} <{address}>" if name and address != name.lower() and address else None
    head = (
        ("From", sender or address or name),
        ("To", _recipients(storage) or text(_DISPLAY_TO)),
        ("Date", email.utils.format_datetime(date) if date else str(transport["Date"] or "")),
        ("Subject", text(c.PID_SUBJECT)),
    )
    attached = [_attached(one, depth) for one in storage.iter_attachment_storages()]
    return Letter(head, _bodies(properties), tuple(a for a in attached if a), address)


def partial_text(properties: Properties) -> Callable[[int], str]:
    """How to ask for a text; empty when it is missing or cannot be decoded."""

    def text(number: int) -> str:
        value = _tried(lambda: properties.str_prop_value(number) or "", "")
        return value.rstrip("\x00")

    return text


def _tried(ask: Callable[[], T], otherwise: T) -> T:
    """What the library answers; a broken property must not cost the mail."""
    try:
        return ask()
    except MemoryError:
        raise
    except Exception:
        return otherwise


def _address(properties: Properties, transport: Any) -> str:
    """The sender's internet address; Exchange gives names of its own beside it."""
    text = partial_text(properties)
    for value in (
        *(text(c.PID_SENDER_SMTP_ADDRESS), text(_SENT_SMTP), str(transport["From"] or "")),
        *(text(c.PID_SENDER_EMAIL_ADDRESS), text(_SENT_REPRESENTING), text(c.PID_SENDER_NAME)),
        text(_CREATOR_SMTP),
    ):
        found = address_in(value)
        if found:
            return found
    return ""


def _recipients(storage: Storage) -> str:
    shown = []
    for one in storage.iter_recipient_storages():
        properties = Properties(one, _RECIPIENT_OFFSET)
        text = partial_text(properties)
        if _tried(lambda p=properties: p.int_prop_value(_RECIPIENT_TYPE), _TO) not in (_TO, None):  # type: ignore[misc]
            continue
        name = text(_DISPLAY_NAME)
        address = next((a for a in (text(_SMTP), text(0x3003)) if "@" in a), "")
        shown.append(f"{name} <{address}>" if address and address != name else name or address)
    return ", ".join(shown)


def _bodies(properties: Properties) -> tuple[Body, ...]:
    """The HTML when there is some, else the text, else what the rich text says."""
    markup = _tried(lambda: properties.binary_prop_value(c.PID_HTML), None)
    charset = str(_tried(lambda: properties.body_encoding, ""))
    text = partial_text(properties)
    html = Body(decoded(markup, charset) if markup else text(c.PID_BODY_HTML), is_html=True)
    if not html.is_blank:
        return (html,)
    plain = Body(text(c.PID_BODY))
    if not plain.is_blank:
        return (plain,)
    rich = _tried(lambda: properties.binary_prop_value(_RTF), None)
    return (Body(rtf_text(rich)),) if rich else ()


def _attached(storage: Storage, depth: int) -> Attached | None:
    properties = Properties(storage, _ATTACHED_OFFSET)
    text = partial_text(properties)
    name = text(c.PID_ATTACH_LONG_FILENAME) or text(_SHORT_NAME) or text(_DISPLAY_NAME)
    nested = next((one for one in storage.storages if one.name == _EMBEDDED), None)
    if nested is not None and depth < _MAX_DEPTH and _is_message(nested):
        letter = outlook_letter(nested, depth + 1)
        name = name or dict(letter.head)["Subject"] or "message"
        return Attached(re.sub(r"(\.(msg|eml))?$", ".eml", name[:110], count=1), as_eml(letter))
    data = _tried(lambda: properties.binary_prop_value(c.PID_ATTACH_DATA_BINARY), None)
    return Attached(name, data, text(_CONTENT_ID)) if data else None


def _is_message(storage: Storage) -> bool:
    return any(stream.name == "__properties_version1.0" for stream in storage.streams)


def as_eml(letter: Letter) -> bytes:
    """The letter as RFC 822, so that it can be read as a mail of its own."""
    message = MIMEMultipart()
    for name, value in letter.head:
        if value:
            message[name] = email.header.Header(" ".join(value.split()), "utf-8", 998).encode()
    for body in letter.bodies:
        safe = body.text.encode("utf-8", "replace").decode()
        message.attach(MIMEText(safe, "html" if body.is_html else "plain", "utf-8"))
    for one in letter.attached:
        file = MIMEApplication(one.data)
        file.add_header("Content-Disposition", "attachment", filename=("utf-8", "", one.name))
        if one.content_id:
            file["Content-ID"] = f"<{one.content_id}>"
        message.attach(file)
    return message.as_bytes()

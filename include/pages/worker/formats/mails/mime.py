"""Mails as they travel (RFC 822 and its successors), also malformed ones, as far as they go."""

from __future__ import annotations

import binascii
import email
import email.utils
import quopri
import re
from collections.abc import Sequence
from email.message import Message
from typing import Any

from include.errors import EncryptedDocument, LadingError
from include.pages.worker.formats.mails.letter import Attached, Body, Letter
from include.pages.worker.formats.mails.smime import signed_content
from include.pages.worker.formats.office.open import html_text
from include.pages.worker.formats.office.text import decoded
from include.pages.worker.sniff import told_apart

SHOWN = ("From", "To", "Date", "Subject")
_WORD = re.compile(r"=\?([^?*\s]+)(?:\*[^?\s]*)?\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?[^?\s]+\?[bBqQ]\?)")
#: Parts about the delivery of other mails.
_REPORTS = ("message/delivery-status", "message/disposition-notification", "text/rfc822-headers")
_MAX_DEPTH, _MAX_JUNK = 20, 4
_HEADER = re.compile(rb"[A-Za-z][\w-]*[ \t]*:|>?From \S+ ")


def letter_of(data: bytes) -> Letter:
    """The mail in `data`; raises EncryptedDocument."""
    message = email.message_from_bytes(_without_junk(data))
    bodies, attached = _walk(message, 0)
    head = tuple((name, header(message, name)) for name in SHOWN)
    return Letter(head, tuple(bodies), tuple(attached), sender_of(message))


def _without_junk(data: bytes) -> bytes:
    """The mail from its first header on; some senders put a line or two before it."""
    data = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    junk = 0
    for line in data.splitlines(keepends=True)[:_MAX_JUNK]:
        if _HEADER.match(line):
            return data[junk:]
        junk += len(line)
    return data


def sender_of(message: Message[str, str]) -> str:
    """The bare address that the mail says to come from, in small letters; may be empty."""
    for name in ("From", "Sender", "Return-Path", "Reply-To"):
        address = address_in(header(message, name))
        if address:
            return address
    return address_in((message.get_unixfrom() or "").partition(" ")[2].partition(" ")[0])


def address_in(text: str) -> str:
    """The first mail address in a header's value."""
    found = email.utils.parseaddr(text)[1]
    if "@" not in found:
        near = re.search(r"[\w.+%&'*/=?^{}~!#$-]+@[\w.-]+\w", text)
        found = near[0] if near else ""
    return found.strip("<>\"' ").lower()


def header(message: Message[str, str], name: str) -> str:
    """A header's value as people read it; empty when there is none."""
    for key, value in message.raw_items():
        if key.lower() == name.lower():
            return " ".join(_as_text(value).split())
    return ""


def _as_text(value: Any) -> str:
    raw = str(value).encode("utf-8", "surrogateescape")
    return unencoded(decoded(raw))


def unencoded(text: str) -> str:
    """The text with RFC 2047's encoded words read; pieces of one charset belong together."""
    text = _BETWEEN_WORDS.sub(r"\1", re.sub(r"\r?\n(?=[ \t])", "", text))
    out: list[str] = []
    pending, charset, end = b"", "", 0
    for word in _WORD.finditer(text):
        if pending and (word.start() > end or word[1].lower() != charset):
            out.append(decoded(pending, charset))
            pending = b""
        out.append(text[end : word.start()])
        charset, end = word[1].lower(), word.end()
        pending += _word_bytes(word[2], word[3])
    return "".join([*out, decoded(pending, charset) if pending else "", text[end:]])


def _word_bytes(how: str, coded: str) -> bytes:
    if how in "qQ":
        return quopri.decodestring(coded.encode("utf-8", "replace"), header=True)
    try:
        return binascii.a2b_base64(coded.strip("=") + "=" * (-len(coded.strip("=")) % 4))
    except (binascii.Error, ValueError):
        return coded.encode("utf-8", "replace")


def _walk(part: Message[str, str], depth: int) -> tuple[list[Body], list[Attached]]:
    kind = part.get_content_type()
    if depth > _MAX_DEPTH or kind in _REPORTS:
        return [], []
    if kind == "multipart/encrypted":
        raise EncryptedDocument("It is an encrypted mail.")
    if kind == "message/rfc822" and part.is_multipart():
        return [], [_nested(part)]
    if not part.is_multipart():
        return _leaf(part, depth)
    found = [_walk(child, depth + 1) for child in _children(part)]
    attached = [one for _, files in found for one in files]
    texts = [bodies for bodies, _ in found if any(not body.is_blank for body in bodies)]
    if kind == "multipart/alternative":  # the last one is the richest
        texts, attached = texts[-1:], [one for one in attached if one.name or _is_file(one.data)]
    return [body for bodies in texts for body in bodies], attached


def _children(part: Message[str, str]) -> Sequence[Message[str, str]]:
    return [child for child in part.get_payload() if isinstance(child, Message)]


def _nested(part: Message[str, str]) -> Attached:
    [*inside] = _children(part)
    message = inside[0] if inside else part
    try:
        data = message.as_bytes()
    except Exception:  # a malformed head that cannot be written again
        data = str(message.as_string()).encode("utf-8", "surrogateescape")
    subject = header(message, "Subject") or "message"
    name = _file_name(part) or re.sub(r"[/\\:]", "_", subject)
    return Attached(name if re.search(r"\.\w{2,4}$", name) else f"{name[:110]}.eml", data)


def _leaf(part: Message[str, str], depth: int) -> tuple[list[Body], list[Attached]]:
    kind, name = part.get_content_type(), _file_name(part)
    data = _content(part)
    is_attached = part.get_content_disposition() == "attachment"
    if kind in ("application/pkcs7-mime", "application/x-pkcs7-mime") and _is_signed(data, name):
        inner = email.message_from_bytes(signed_content(data))
        return _walk(inner, depth + 1)
    if kind.startswith("text/") and kind != "text/calendar" and not name and not is_attached:
        charset = str(part.get_content_charset() or "")
        is_html = kind == "text/html"
        text = html_text(data, charset) if is_html else decoded(data, charset)
        return [Body(_unflowed(part, text), is_html)], []
    if kind.startswith("multipart/"):  # its boundary never comes
        return [Body(decoded(data))], []
    content_id = str(part.get("Content-ID") or "").strip("<> \r\n\t")
    return [], [Attached(name, data, content_id)]


def _is_file(data: bytes) -> bool:
    """Whether these bytes are anything but text."""
    try:
        return told_apart(data, "") not in ("txt", "html")
    except LadingError:
        return True


def _unflowed(part: Message[str, str], text: str) -> str:
    """Lines of format=flowed that end in a blank go on in the next one."""
    if str(part.get_param("format", "")).lower() != "flowed":
        return text
    return re.sub(r"(?<!--) \r?\n(?![ >])", " ", text)


def _is_signed(data: bytes, name: str) -> bool:
    try:
        return told_apart(data, name) == "p7m"
    except EncryptedDocument:
        raise
    except LadingError:
        return False


def _content(part: Message[str, str]) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        content = None
    if isinstance(content, bytes):
        return content
    return str(part.get_payload()).encode("utf-8", "surrogateescape")


def _file_name(part: Message[str, str]) -> str:
    try:
        name = part.get_filename() or ""
    except (ValueError, LookupError, TypeError):
        return ""
    return " ".join(_as_text(name).split())

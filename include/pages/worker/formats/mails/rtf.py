"""The text of a mail that Outlook keeps as compressed rich text only."""

from __future__ import annotations

import re
import struct

_COMPRESSED, _PLAIN = b"LZFu", b"MELA"
_HEADER, _WINDOW, _MAX_BYTES = 16, 4096, 32 << 20
#: With what the window of the compression begins ([MS-OXRTFCP] 2.1.2.1).
_PRIMER = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    b"\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
    b"\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_TOKEN = re.compile(
    r"\\'([0-9a-fA-F]{2})|\\u(-?\d+) ?\??|\\([A-Za-z]+)(-?\d+)? ?|\\([^A-Za-z])"
    r"|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
_SKIPPED = frozenset(
    ("fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "themedata", "listtable")
)
_BREAKS = {"par": "\n", "line": "\n", "row": "\n", "tab": "\t", "cell": "\t"}
_NAMED = {"~": " ", "_": "-", "-": "", "{": "{", "}": "}", "\\": "\\"}


def rtf_text(packed: bytes) -> str:
    """The words of compressed rich text, without its formats."""
    return _words(_unpacked(packed).decode("latin-1"))


def _unpacked(packed: bytes) -> bytes:
    if len(packed) < _HEADER:
        return b""
    size = min(struct.unpack_from("<I", packed, 4)[0], _MAX_BYTES)
    if packed[8:12] != _COMPRESSED:
        return packed[_HEADER : _HEADER + size]
    out, at = bytearray(_PRIMER), _HEADER
    while at < len(packed) and len(out) - len(_PRIMER) < size:
        control, at = packed[at], at + 1
        for bit in range(8):
            if not control >> bit & 1:
                out += packed[at : at + 1]
                at += 1
                continue
            if at + 2 > len(packed):
                break
            (reference,) = struct.unpack_from(">H", packed, at)
            at += 2
            back = (len(out) - (reference >> 4)) % _WINDOW
            if back == 0:
                return bytes(out[len(_PRIMER) : len(_PRIMER) + size])
            for _ in range((reference & 0xF) + 2):
                out.append(out[-back])
    return bytes(out[len(_PRIMER) : len(_PRIMER) + size])


def _words(rich: str) -> str:
    out: list[str] = []
    skipping = [False]
    for found in _TOKEN.finditer(rich):
        byte, point, word, _, sign, brace, text = found.groups()
        if brace == "{":
            skipping.append(skipping[-1])
        elif brace == "}" and len(skipping) > 1:
            skipping.pop()
        elif word in _SKIPPED or sign == "*" or word in ("htmltag", "mhtmltag"):
            skipping[-1] = True
        elif not skipping[-1]:
            out.append(_shown(byte, point, word, sign, text))
    return "".join(out).strip()


def _shown(
    byte: str | None, point: str | None, word: str | None, sign: str | None, text: str | None
) -> str:
    if byte:
        return bytes([int(byte, 16)]).decode("cp1252", "replace")
    if point:
        return chr(int(point) % 65536)
    return _BREAKS.get(word, "") if word else _NAMED.get(sign, "") if sign else text or ""

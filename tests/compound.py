"""Compound files of Microsoft ([MS-CFB]) and Outlook mails in them ([MS-OXMSG])."""

from __future__ import annotations

import itertools
import struct
from collections.abc import Mapping, Sequence

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
Tree = Mapping[str, "bytes | Tree"]


def compound(tree: Tree) -> bytes:
    """A compound file with these storages and streams."""
    nodes: list[tuple[str, int, int, bytes]] = []  # name, kind, child, content; siblings by right
    rights: list[int] = []

    def add(name: str, value: bytes | Tree, kind: int) -> int:
        at = len(nodes)
        is_stream = isinstance(value, bytes)
        nodes.append((name, 2 if is_stream else kind, _FREE, value if is_stream else b""))
        rights.append(_FREE)
        if not is_stream:
            children = [add(key, child, 1) for key, child in value.items()]
            for left, right in itertools.pairwise(children):
                rights[left] = right
            nodes[at] = (name, kind, children[0] if children else _FREE, b"")
        return at

    add("Root Entry", tree, 5)
    mini, mini_fat, large, starts = b"", [], [], {}
    for at, (_, _, _, content) in enumerate(nodes):
        if content and len(content) < _CUTOFF:
            starts[at] = len(mini) // _MINI
            count = -(-len(content) // _MINI)
            mini_fat += [*range(len(mini_fat) + 1, len(mini_fat) + count), _END]
            mini += content.ljust(count * _MINI, b"\x00")
        elif content:
            large.append(at)
    directory_sectors = -(-len(nodes) // 4)
    chunks = [struct.pack(f"<{len(mini_fat)}I", *mini_fat), mini, *(nodes[at][3] for at in large)]
    fat: list[int] = [_FAT, *_chain(1, directory_sectors)]
    places = []
    for chunk in chunks:
        places.append(len(fat))
        fat += _chain(len(fat), -(-len(chunk) // _SECTOR))
    assert len(fat) <= _SECTOR // 4, "one sector of the table must do here"
    starts |= {0: places[1], **dict(zip(large, places[2:], strict=True))}
    sizes = {at: len(node[3]) for at, node in enumerate(nodes)} | {0: len(mini)}
    directory = b"".join(
        _entry(name, kind, rights[at], child, starts.get(at, _END), sizes[at])
        for at, (name, kind, child, _) in enumerate(nodes)
    )
    fat += [_FREE] * (_SECTOR // 4 - len(fat))
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIIII",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6),
        *(0, 1, 1, 0, _CUTOFF, places[0], -(-len(chunks[0]) // _SECTOR), _END, 0, 0),
    )
    header += struct.pack("<108I", *[_FREE] * 108)
    body = [struct.pack("<128I", *fat), directory, *chunks]
    return header[:_SECTOR] + b"".join(
        part.ljust(-(-len(part) // _SECTOR) * _SECTOR, b"\x00") for part in body
    )


def _chain(first: int, count: int) -> list[int]:
    return [*range(first + 1, first + count), _END] if count else []


def _entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
    coded = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16xI16xIQ", coded, len(coded) + 2, kind, 1, _FREE, right, child, 0, start, size
    )


def mail(
    texts: Mapping[int, str],
    *,
    html: str = "",
    attached: Sequence[tuple[str, bytes]] = (),
    mails: Sequence[Tree] = (),
    offset: int = 32,
) -> Tree:
    """The storage of an Outlook mail; `texts` by the number of the property."""
    tree: dict[str, bytes | Tree] = {}
    values: dict[int, str | bytes | int] = dict(texts)
    if html:
        values |= {0x1013: html.encode(), 0x3FDE: 65001}
    tree |= _properties(values, offset)
    for number, (name, data) in enumerate(attached):
        inside = _properties({0x3707: name, 0x3701: data, 0x3705: 1}, 8)
        tree[f"__attach_version1.0_#{number:08X}"] = inside
    for number, inner in enumerate(mails, start=len(attached)):
        storage = {**_properties({0x3001: "inner", 0x3705: 5}, 8), "__substg1.0_3701000D": inner}
        tree[f"__attach_version1.0_#{number:08X}"] = storage
    return tree


def _properties(values: Mapping[int, str | bytes | int], offset: int) -> dict[str, bytes | Tree]:
    out: dict[str, bytes | Tree] = {}
    stream = bytes(offset)
    for number, value in values.items():
        if isinstance(value, int):
            stream += struct.pack("<HHIII", 3, number, 6, value, 0)
            continue
        kind = 0x1F if isinstance(value, str) else 0x102
        data = value.encode("utf-16-le") if isinstance(value, str) else value
        stream += struct.pack("<HHIII", kind, number, 6, len(data) + 2 * (kind == 0x1F), 0)
        out[f"__substg1.0_{number:04X}{kind:04X}"] = data
    return {"__properties_version1.0": stream, **out}

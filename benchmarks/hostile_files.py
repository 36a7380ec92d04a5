"""Hostile files made on the spot: bombs, cut off, encrypted, and such that would call somebody."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pikepdf
import pypdfium2  # noqa: TID253  they are not imported by any task
from PIL import Image
from reportlab.pdfgen.canvas import Canvas  # noqa: TID253


@dataclass(frozen=True)
class Hostile:
    """A file, what kind of attack it is, its password, and its pages where that is sure."""

    name: str
    category: str
    data: bytes
    passwords: tuple[str, ...] = ()
    pages: int | None = None


def hostile_files(port: int) -> Iterator[Hostile]:
    """All kinds; those of the category `calls_home` would connect to that port of this machine."""
    good = invoice(3)
    yield Hostile("flate_bomb.pdf", "bomb", flate_bomb())
    yield Hostile("endless_forms.pdf", "bomb", nested_forms(9))
    yield Hostile("wide.png", "bomb", png(50_000, 50_000))
    yield Hostile("frames.tif", "bomb", tiff_of_frames(65_535))
    yield Hostile("zip_bomb.docx", "bomb", zip_bomb("word/document.xml"))
    yield Hostile("zip_bomb.xlsx", "bomb", zip_bomb("xl/workbook.xml"))
    yield Hostile("entities.docx", "bomb", with_entities())
    yield Hostile("deep.html", "bomb", b"<html>" + b"<div>" * 200_000)
    for share in (0.05, 0.3, 0.6, 0.95, 0.999):
        yield Hostile(f"cut_{share}.pdf", "cut_off", good[: int(len(good) * share)])
    scan = picture("JPEG")
    for share in (0.02, 0.3, 0.8):
        yield Hostile(f"cut_{share}.jpg", "cut_off", scan[: int(len(scan) * share)])
    for level in (2, 3, 4, 5, 6):
        name = f"encrypted_r{level}.pdf"
        yield Hostile(name, "encrypted", encrypted(good, level), (password_of(level),), 3)
    yield Hostile("locked.pdf", "encrypted", encrypted(good, 6))
    yield from _calling(f"http://127.0.0.1:{port}")
    yield Hostile("good.pdf", "good", good, pages=3)


def invoice(pages: int) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out)
    for number in range(1, pages + 1):
        for line in range(20):
            canvas.drawString(60, 780 - 20 * line, f"Page {number}, item {line}: hex bolts, 12 kg")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def picture(kind: str) -> bytes:
    out = io.BytesIO()
    page = pypdfium2.PdfDocument(invoice(1))[0]
    page.render(scale=1.2).to_pil().convert("RGB").save(out, kind)
    return out.getvalue()


def flate_bomb(megabytes: int = 4096) -> bytes:
    """A page whose content is that long when it is unpacked, twice packed."""
    once = _packed(megabytes, b"0 0 m 9 9 l S\n")
    return pdf_of([_stream(zlib.compress(once, 9), "/Filter [/FlateDecode /FlateDecode]")])


def _packed(megabytes: int, pattern: bytes) -> bytes:
    packer = zlib.compressobj(9)
    block = pattern * ((1 << 20) // len(pattern))
    return b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()


def nested_forms(levels: int) -> bytes:
    """Forms that draw forms that draw forms: each level ten times the work of the next."""
    objects = [_stream(b"/F Do " * 10)]
    for level in range(levels):
        is_last = level == levels - 1
        inner = "" if is_last else f"/Resources << /XObject << /F {6 + level} 0 R >> >>"
        content = b"0 0 m 500 500 l S " * 10 if is_last else b"/F Do " * 10
        entries = f"/Type /XObject /Subtype /Form /BBox [0 0 595 842] {inner}"
        objects.append(_stream(content, entries))
    return pdf_of(objects, "/Resources << /XObject << /F 5 0 R >> >>")


def pdf_of(objects: list[bytes], page: str = "", catalog: str = "") -> bytes:
    """A PDF of one page; the first of the objects, number 4, is its content."""
    bodies = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        + page.encode()
        + b" >>",
        *objects,
    ]
    out = io.BytesIO(b"%PDF-1.7\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, body in enumerate(bodies, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    out.write(f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n{table}".encode())
    out.write(f"trailer << /Root 1 0 R /Size {len(bodies) + 1} >>\n".encode())
    out.write(f"startxref\n{start}\n%%EOF".encode())
    return out.getvalue()


def _stream(content: bytes, entries: str = "") -> bytes:
    head = f"<< /Length {len(content)} {entries} >>\nstream\n".encode()
    return head + content + b"\nendstream"


def png(width: int, height: int) -> bytes:
    """A black PNG of any size in a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data).to_bytes(4, "big")
        return len(data).to_bytes(4, "big") + kind + data + check

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x01\x00\x00\x00\x00"
    packer = zlib.compressobj(9)
    row = b"\x00" * (1 + (width + 7) // 8)
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def tiff_of_frames(count: int) -> bytes:
    """A TIFF of that many tiny frames, which all share the same pixels."""
    entries = ((256, 3, 8), (257, 3, 8), (258, 3, 1), (262, 3, 1), (273, 4, 8), (277, 3, 1))
    entries = (*entries, (278, 3, 8), (279, 4, 8))
    body = len(entries).to_bytes(2, "little") + b"".join(
        tag.to_bytes(2, "little")
        + kind.to_bytes(2, "little")
        + (1).to_bytes(4, "little")
        + value.to_bytes(4, "little")
        for tag, kind, value in entries
    )
    size = len(body) + 4
    frames = [
        body + (16 + size * (n + 1) if n + 1 < count else 0).to_bytes(4, "little")
        for n in range(count)
    ]
    return b"II*\x00" + (16).to_bytes(4, "little") + b"\xaa" * 8 + b"".join(frames)


def zip_bomb(member: str, megabytes: int = 900) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open(member, "w") as file:
            for _ in range(megabytes):
                file.write(b" " * (1 << 20))
    return out.getvalue()


def with_entities() -> bytes:
    """XML entities of entities of entities, and one that is a file of this machine."""
    lines = ['<!ENTITY a0 "lol">', '<!ENTITY passwd SYSTEM "file:///etc/passwd">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)]
    text = f"<?xml version='1.0'?><!DOCTYPE d [{''.join(lines)}]>{_WORD % '&a9;&passwd;'}"
    return _docx(text)


_WORD = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    "<w:body><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:body></w:document>"
)
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def _docx(document: str, related: str = "") -> bytes:
    out = io.BytesIO()
    root = f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels"'
            ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{_TYPE}"/></Types>',
        )
        archive.writestr(
            "_rels/.rels", f'<Relationships xmlns="{_RELATIONS}">{root}</Relationships>'
        )
        archive.writestr("word/document.xml", document)
        archive.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{_RELATIONS}">{related}</Relationships>',
        )
    return out.getvalue()


def encrypted(data: bytes, revision: int) -> bytes:
    """The PDF behind a password, by one of the standard's five ways."""
    is_new = revision >= 4
    how = pikepdf.Encryption(
        owner="of the owner",
        user=password_of(revision),
        R=revision,
        aes=is_new,
        metadata=is_new,
    )
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        document.save(out, encryption=how)
    return out.getvalue()


def password_of(revision: int) -> str:
    """Older ways know no letters beyond Latin ones."""
    return "Tür-2026 運輸" if revision >= 5 else "tuer-2026"


def _calling(url: str) -> Iterator[Hostile]:
    made: dict[str, Callable[[], bytes]] = {
        "picture.html": lambda: (
            f"<html><head><link rel=stylesheet href='{url}/a.css'><script src='{url}/a.js'>"
            f"</script></head><body><img src='{url}/a.png'><iframe src='{url}/'></iframe>"
            "<p>Please find the invoice attached.</p></body></html>"
        ).encode(),
        "entity.html": lambda: (
            f"<!DOCTYPE html SYSTEM '{url}/a.dtd'><html><body><p>Invoice 5.</p></body></html>"
        ).encode(),
        "mail.eml": lambda: (
            "From: a@example.com\r\nSubject: Papers\r\nMIME-Version: 1.0\r\n"
            "Content-Type: text/html\r\n\r\n"
            f"<html><body><img src='{url}/pixel.gif'><p>Please see our papers.</p></body></html>"
        ).encode(),
        "template.docx": lambda: _docx(
            _WORD % "Please find the packing list.",
            f'<Relationship Id="r9" Type="{_OFFICE}/attachedTemplate" Target="{url}/t.dotx"'
            ' TargetMode="External"/>',
        ),
        "action.pdf": lambda: pdf_of(
            [_stream(b"BT ET")],
            f"/AA << /O << /S /URI /URI ({url}/page) >> >>",
            f"/OpenAction << /S /JavaScript /JS (app.launchURL\\('{url}/js'\\)) >>",
        ),
        "form.pdf": lambda: pdf_of(
            [_stream(b"BT ET")],
            "",
            f"/OpenAction << /S /SubmitForm /F << /FS /URL /F ({url}/submit) >> >>",
        ),
    }
    for name, make in made.items():
        yield Hostile(name, "calls_home", make())


def tiny(kind: str) -> bytes:
    """A small picture with a line of text in it."""
    out = io.BytesIO()
    page = pypdfium2.PdfDocument(invoice(1))[0]
    whole = page.render(scale=0.8).to_pil().convert("RGB")
    whole.crop((30, 30, 330, 80)).resize((300, 50), Image.Resampling.BILINEAR).save(out, kind)
    return out.getvalue()

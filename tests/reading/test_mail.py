"""Mails are read with their heads; what hangs on them are documents of their own."""

from __future__ import annotations

import base64
import email.message
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from include.errors import BadDocument, EncryptedDocument, UnsupportedFormat
from include.models import Page, Reading
from include.pages.reader import read_file, read_part
from tests import compound, papers

pytestmark = pytest.mark.usefixtures("reader")


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[bytes], Path]:
    def save(data: bytes) -> Path:
        path = tmp_path / "file"
        path.write_bytes(data)
        return path

    return save


def lines(page: Page) -> list[str]:
    numbers = sorted({word.line for word in page.words})
    return [" ".join(w.text for w in page.words if w.line == n) for n in numbers]


def parts(reading: Reading) -> list[str]:
    return [part.name for part in reading.parts]


def letter(text: str = "Papers of MSKU6123456 attached.") -> email.message.EmailMessage:
    message = email.message.EmailMessage()
    message["From"] = "Clerk Müller <Clerk@Example.com>"
    message["To"] = "import@example.com"
    message["Subject"] = "Zollpapiere für Hamburg"
    message.set_content(text)
    return message


def attach(message: email.message.EmailMessage, data: bytes, kind: str, name: str) -> None:
    main, _, sub = kind.partition("/")
    message.add_attachment(data, maintype=main, subtype=sub, filename=name)


def test_a_mail_has_a_head_a_text_a_sender_and_its_attachments(saved) -> None:
    message, invoice = letter(), papers.pdf()
    attach(message, invoice, "application/pdf", "Rechnung für Ü.pdf")
    attach(message, b"BEGIN:VCARD\r\nFN:Clerk\r\nEND:VCARD\r\n", "text/vcard", "clerk.vcf")
    attach(
        message, b"0\x80\x06\x09*\x86H\x86\xf7\x0d\x01\x07\x02", "application/pkcs7", "smime.p7s"
    )
    attach(message, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64), "application/excel", "old.xls")
    path = saved(message.as_bytes())
    reading = read_file(path, "mail.eml")
    [page] = reading.pages
    assert lines(page) == [
        "From: Clerk Müller <Clerk@Example.com>",
        "To: import@example.com",
        "Subject: Zollpapiere für Hamburg",
        "Papers of MSKU6123456 attached.",
    ]
    assert reading.sender == "clerk@example.com"
    assert parts(reading) == ["Rechnung für Ü.pdf", "old.xls"]
    assert read_part(path, "mail.eml", 0) == invoice
    assert "unread_attachment:clerk.vcf" in page.flags
    assert not any("smime" in flag for flag in page.flags)  # nothing to read is in a signature


def test_a_mail_without_its_ending_or_with_junk_before_it_is_a_mail(saved) -> None:
    mail = letter().as_bytes()
    for data in (b"From clerk@example.com Sat Mar 14 09:00:00 2026\n" + mail, b"\r\n" + mail):
        reading = read_file(saved(data), "000123")
        assert (reading.media_type, reading.sender) == ("message/rfc822", "clerk@example.com")
    reading = read_file(saved(b"received by fax gateway\n" + mail), "mail.eml")
    assert reading.sender == "clerk@example.com"


def test_a_mailbox_is_a_bag_of_mails(saved) -> None:
    one = b"From a@example.com Sat Mar 14 09:00:00 2026\n" + letter().as_bytes() + b"\n\n"
    path = saved(one * 3)
    assert parts(read_file(path, "inbox")) == ["mail-1.eml", "mail-2.eml", "mail-3.eml"]
    assert b"Subject" in read_part(path, "inbox", 2)


def test_pictures_of_the_signature_are_left_out_and_pasted_scans_kept(saved) -> None:
    message = letter()
    html = '<p>See below</p><img src="cid:logo"><img src="cid:scan">'
    message.add_alternative(html, subtype="html")
    body = message.get_payload()[1]
    logo, scan = papers.picture().resize((120, 60)), papers.picture()
    body.add_related(papers.encoded(logo), "image", "png", cid="<logo>", filename="logo.png")
    body.add_related(papers.encoded(scan), "image", "png", cid="<scan>", filename="scan.png")
    reading = read_file(saved(message.as_bytes()), "mail.eml")
    assert parts(reading) == ["scan.png"]
    assert "See below" in lines(reading.pages[0])[-1]


def test_a_mail_in_a_mail_is_a_mail_of_its_own(saved) -> None:
    inner = letter("The inner text")
    attach(inner, papers.pdf(), "application/pdf", "inner.pdf")
    outer = letter("The outer text")
    outer.add_attachment(inner)
    path = saved(outer.as_bytes())
    reading = read_file(path, "mail.eml")
    assert parts(reading) == ["Zollpapiere für Hamburg.eml"]
    assert "inner" not in " ".join(lines(reading.pages[0]))
    [nested] = [read_part(path, "mail.eml", 0)]
    assert parts(read_file(saved(nested), "inner.eml")) == ["inner.pdf"]


def test_names_of_attachments_are_harmless(saved) -> None:
    head = b"From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
    names = (
        b'filename="../../etc/cron.d/evil.txt"',
        b'filename="C:\\\\temp\\\\list.txt"',
        b"filename*=utf-8''Lieferschein%20%C3%BC.txt",
        b'filename="=?iso-8859-1?Q?Fr=F6sche.txt?="',
        b'filename="' + b"x" * 400 + b'.txt"',
        b'filename="a\x01b.txt"',
        b"x=y",
    )
    mail = head + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    for name in names:
        mail += b"--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; " + name
        mail += b"\r\n\r\nSome goods\r\n"
    found = parts(read_file(saved(mail + b"--b--\r\n"), "mail.eml"))
    assert found == [
        *("evil.txt", "list.txt", "Lieferschein ü.txt", "Frösche.txt"),
        *("x" * 116 + ".txt", "ab.txt", "attachment-7.txt"),
    ]


@pytest.mark.parametrize(
    "mail",
    [
        b"From: a@example.com\nSubject: =?utf-8?B?R8O8dGVy?=\nTo: <<>,;:\n\nGoods sent",
        b"From: a@example.com\nSubject: G\xfcter\nDate: yesterday\n\nGoods sent",
        b"From: a@example.com\nSubject: =?utf-8?q?G=C3?= =?utf-8?q?=BCter?=\n\nGoods sent",
        b"From: a@example.com\nSubject: G\xc3\xbcter\nContent-Type: text/plain; charset=moon\n\n"
        b"Goods sent",
        b"From: a@example.com\nSubject: G\xc3\xbcter\nContent-Type: multipart/mixed\n\nGoods sent",
        b"From: a@example.com\nSubject: G\xc3\xbcter\nContent-Type: multipart/mixed; boundary=b\n\n"
        b"--b\nContent-Transfer-Encoding: base64\n\nR29vZHMgc2VudA=\n",  # no end, bad base64
    ],
)
def test_malformed_mails_are_read_as_far_as_they_go(saved, mail: bytes) -> None:
    reading = read_file(saved(mail), "mail.eml")
    assert reading.sender == "a@example.com"
    found = lines(reading.pages[0])
    assert "Subject: Güter" in found
    assert "Goods sent" in found[-1] or "R29vZHMgc2VudA" in found[-1]


def test_an_encrypted_mail_says_so(saved) -> None:
    message = letter()
    envelope = b"0\x80\x06\x09*\x86H\x86\xf7\x0d\x01\x07\x03\xa0\x80" + bytes(50)
    message.set_content(envelope, maintype="application", subtype="pkcs7-mime")
    with pytest.raises(EncryptedDocument, match="S/MIME"):
        read_file(saved(message.as_bytes()), "mail.eml")


def signed(content: bytes) -> bytes:
    """A signature around its content, as far as the content: ASN.1 without lengths."""
    octets = b"\x24\x80" + b"".join(
        b"\x04" + bytes([len(content[at : at + 100])]) + content[at : at + 100]
        for at in range(0, len(content), 100)
    )
    inner = b"0\x80\x06\x09*\x86H\x86\xf7\x0d\x01\x07\x01\xa0\x80" + octets + bytes(6)
    head = b"0\x80\x06\x09*\x86H\x86\xf7\x0d\x01\x07\x02\xa0\x80"
    return head + b"0\x80\x02\x01\x011\x00" + inner + bytes(6)


def test_a_mail_inside_its_signature_is_read(saved) -> None:
    inner = email.message.EmailMessage()
    inner.set_content("Signed papers of MSKU6123456, " + "and so on " * 30)
    message = letter()
    message.set_content(signed(inner.as_bytes()), maintype="application", subtype="pkcs7-mime")
    [page] = read_file(saved(message.as_bytes()), "mail.eml").pages
    assert "MSKU6123456," in {word.text for word in page.words}


def test_a_signed_invoice_is_read_as_what_was_signed(saved) -> None:
    [page] = read_file(saved(signed(papers.pdf())), "invoice.pdf.p7m").pages
    assert "INV-2026-00417" in {word.text for word in page.words}


def wrapped(*files: tuple[str, bytes]) -> bytes:
    """Outlook's winmail.dat ([MS-OXTNEF])."""

    def record(kind: int, value: bytes) -> bytes:
        return struct.pack("<BII", 2, kind, len(value)) + value + b"\x00\x00"

    out = b"\x78\x9f\x3e\x22\x01\x00" + record(0x2800C, b"Text in the wrapping\x00")
    for name, data in files:
        out += record(0x69002, bytes(14)) + record(0x18010, name.encode() + b"\x00")
        out += record(0x6800F, data)
    return out


def test_what_outlook_wraps_into_winmail_dat_comes_out(saved) -> None:
    message, invoice = letter(), papers.pdf()
    attach(message, wrapped(("INVOICE.PDF", invoice)), "application/ms-tnef", "winmail.dat")
    path = saved(message.as_bytes())
    assert parts(read_file(path, "mail.eml")) == ["INVOICE.PDF"]
    assert read_part(path, "mail.eml", 0) == invoice
    alone = saved(wrapped(("INVOICE.PDF", invoice)))
    assert parts(read_file(alone, "winmail.dat")) == ["text.txt", "INVOICE.PDF"]


def test_an_html_mail_is_read_as_it_is_seen(saved) -> None:
    message = letter()
    html = (
        "<style>p{color:red}</style><p>Dear Sirs<br>two lines</p>"
        '<div style="display:none">preheader SECRET</div>'
        '<p style="font-size:0">SECRET</p><p hidden>SECRET</p>'
        '<span style="color:#ffffff">SECRET</span>'
        '<table bgcolor="#003366"><tr><td><font color="white">Seen</font></td></tr></table>'
        '<img src="http://example.com/track.gif" alt=""><script>SECRET</script>'
        "<table><tr><th>Item<th>Boxes</tr><tr><td>Bolt<br>M8</td><td>12</td></tr></table>"
    )
    message.add_alternative(html, subtype="html")
    [page] = read_file(saved(message.as_bytes()), "mail.eml").pages
    words = " ".join(lines(page))
    assert "SECRET" not in words
    assert "Seen" in words
    assert {"Dear Sirs", "two lines"} <= set(lines(page))
    assert "hidden_text" in page.flags
    [table] = page.tables
    assert table.header_rows == 1
    assert [(cell.text, cell.row, cell.column) for cell in table.cells] == [
        *(("Item", 0, 0), ("Boxes", 0, 1), ("Bolt M8", 1, 0), ("12", 1, 1)),
    ]


def test_an_attachment_that_is_no_document_is_named(saved) -> None:
    message = letter()
    attach(message, b"\x00\x01\x02\x03" * 40, "application/octet-stream", "data.bin")
    attach(message, b"", "application/pdf", "empty.pdf")
    attach(message, b"no PDF at all", "application/pdf", "lie.pdf")
    reading = read_file(saved(message.as_bytes()), "mail.eml")
    assert parts(reading) == ["lie.pdf"]  # to be refused with its reason
    assert {"unread_attachment:data.bin", "unread_attachment:empty.pdf"} <= set(
        reading.pages[0].flags
    )


SUBJECT, TEXT, SENDER, ADDRESS, TO = 0x0037, 0x1000, 0x0C1A, 0x5D01, 0x0E04


def test_an_outlook_mail_is_read_as_any_other(saved) -> None:
    invoice = papers.pdf()
    inner = compound.mail({SUBJECT: "Inner Ü", TEXT: "Inner text"}, offset=24)
    head = {SUBJECT: "Zollpapiere", SENDER: "Clerk", ADDRESS: "Clerk@Example.com", TO: "Import"}
    tree = compound.mail(
        head,
        html="<p>Papers of <b>MSKU6123456</b></p>",
        attached=(("C:\\temp\\Rechnung.pdf", invoice), ("readme.bin", b"\x00\x01" * 40)),
        mails=(inner,),
    )
    path = saved(compound.compound(tree))
    reading = read_file(path, "mail.msg")
    [page] = reading.pages
    assert lines(page) == [
        "From: Clerk <clerk@example.com>",
        "To: Import",
        "Subject: Zollpapiere",
        "Papers of MSKU6123456",
    ]
    assert (reading.media_type, reading.sender) == (
        *("application/vnd.ms-outlook", "clerk@example.com"),
    )
    assert parts(reading) == ["Rechnung.pdf", "inner.eml"]
    assert "unread_attachment:readme.bin" in page.flags
    assert read_part(path, "mail.msg", 0) == invoice
    [nested] = read_file(saved(read_part(path, "mail.msg", 1)), "inner.eml").pages
    assert lines(nested) == ["Subject: Inner Ü", "Inner text"]


def test_other_files_of_outlooks_kind_are_told_apart(saved) -> None:
    for stream, reason in (("WordDocument", "old kind .*docx"), ("Workbook", "old kind .*xlsx")):
        data = compound.compound({stream: b"x" * 200})
        with pytest.raises(UnsupportedFormat, match=reason):
            read_file(saved(data), "paper.dat")


def test_a_broken_outlook_mail_is_told(saved) -> None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    marked = data + "__properties_version1.0".encode("utf-16-le") + base64.b64decode("AAAA")
    with pytest.raises(BadDocument):
        read_file(saved(marked), "mail.msg")

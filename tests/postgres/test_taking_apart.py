"""Files that hold several documents: packets, mails, archives, PDFs with attachments."""

from __future__ import annotations

import email.message
import io
import zipfile
from pathlib import Path

import pikepdf
import pytest

from include import db
from include.documents.claim import claim
from include.documents.pieces import MAX_DEPTH
from include.documents.store import fetch
from include.documents.work import document_from
from include.inbox import folder
from include.models import Document
from include.pages.cuts import load_cuts
from include.pages.reader import read_file
from include.pages.rows import load_pages
from include.pages.stage import read_pages
from tests import papers

PACKING_LIST = (
    (60, 80, "PACKING LIST"),
    (60, 120, "Packing list No: PL-2026-0099"),
    (60, 140, "Shipper: Aurora Textiles Ltd, Leeds"),
    (60, 180, "Description"),
    (300, 180, "Cartons"),
    (420, 180, "Gross weight kg"),
    (60, 200, "Cotton towels"),
    (300, 200, "14"),
    (420, 200, "210.5"),
)
PACKET = papers.pdf(papers.INVOICE, PACKING_LIST)


@pytest.fixture
def inbox(db_dsn: str, lading_home: Path, reader: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LADING_STABLE_S", "0")
    (lading_home / "inbox").mkdir()
    return lading_home / "inbox"


def landed(inbox: Path, name: str, data: bytes) -> int:
    """The chunk that waits to be read."""
    (inbox / name).write_bytes(data)
    folder.land("test")
    [chunk] = claim("run", "test")
    return chunk


def ways() -> dict[str, str]:
    with db.session() as session:
        return {row["file_name"]: row["way"] for row in session.all("documents.ways")}


def documents() -> dict[str, Document]:
    with db.session() as session:
        ids = [row["id"] for row in session.all("documents.ways")]
        rows = [session.one("documents.by_id", id=n) for n in ids]
    return {row["file_name"]: document_from(row) for row in rows if row}


def words(document: Document) -> list[str]:
    with db.session() as session:
        pages = load_pages(session, document.id)
    return [word.text for page in pages for word in page.words]


def mail(*attachments: tuple[str, bytes]) -> bytes:
    message = email.message.EmailMessage()
    message["From"] = "Shipping <papers@carrier.example>"
    message["To"] = "import@importer.example"
    message["Subject"] = "Papers of PO-1"
    message.set_content("Dear all,\n\nplease find the papers attached.\n")
    for name, data in attachments:
        message.add_attachment(data, maintype="application", subtype="pdf", filename=name)
    return message.as_bytes()


def bag(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("_dot_", "."), data)
    return out.getvalue()


def test_a_packet_becomes_its_papers_and_says_why_it_was_cut(inbox: Path) -> None:
    chunk = landed(inbox, "scan.pdf", PACKET)
    read_pages(chunk, "test")
    assert ways() == {"scan.pdf": "received > split", "scan.p1.pdf": "read", "scan.p2.pdf": "read"}
    found = documents()
    packet, second = found["scan.pdf"], found["scan.p2.pdf"]
    assert (second.parent_id, second.first_page, second.last_page) == (packet.id, 2, 2)
    assert (second.batch_id, second.chunk_id) == (packet.batch_id, packet.chunk_id)
    assert "PL-2026-0099" in words(second) and "INV-2026-00417" not in words(second)
    with db.session() as session:
        cuts = load_cuts(session, packet.id)
        [page] = load_pages(session, second.id)
    assert [(cut.first, cut.last) for cut in cuts] == [(1, 1), (2, 2)]
    assert cuts[1].evidence
    assert page.number == 1


def test_a_paper_of_a_packet_is_a_file_of_its_own_that_reads_the_same(inbox: Path) -> None:
    read_pages(landed(inbox, "scan.pdf", PACKET), "test")
    second = documents()["scan.p2.pdf"]
    with fetch(second.blob_key) as path:
        [page] = read_file(path, second.file_name).pages
    assert [word.text for word in page.words] == words(second)


def test_taking_a_packet_apart_again_changes_nothing(inbox: Path) -> None:
    chunk = landed(inbox, "scan.pdf", PACKET)
    read_pages(chunk, "test")
    before = documents()
    assert read_pages(chunk, "test") == 0
    assert documents() == before


def test_one_paper_of_two_pages_stays_one(inbox: Path) -> None:
    continued = ((60, 80, "Invoice No: INV-2026-00417"), (480, 820, "Page 2 of 2"))
    data = papers.pdf((*papers.INVOICE, (480, 820, "Page 1 of 2")), continued)
    read_pages(landed(inbox, "invoice.pdf", data), "test")
    assert ways() == {"invoice.pdf": "received > read"}


def test_the_papers_of_a_mail_are_read_in_its_place_and_know_its_sender(inbox: Path) -> None:
    message = mail(("invoice.pdf", papers.pdf()), ("packing.pdf", papers.pdf(PACKING_LIST)))
    read_pages(landed(inbox, "mail.eml", message), "test")
    assert ways() == {
        "mail.eml": "received > split",
        "invoice.pdf": "received > read",
        "packing.pdf": "received > read",
    }
    found = documents()
    assert found["invoice.pdf"].parent_id == found["mail.eml"].id
    assert found["invoice.pdf"].sender == "papers@carrier.example"
    assert "INV-2026-00417" in words(found["invoice.pdf"])
    assert "attached." in words(found["mail.eml"])  # what the sender wrote is kept


def test_a_mail_without_attachments_is_a_document_itself(inbox: Path) -> None:
    read_pages(landed(inbox, "mail.eml", mail()), "test")
    assert ways() == {"mail.eml": "received > read"}


def test_the_same_paper_in_a_mail_and_on_its_own_is_one_document(inbox: Path) -> None:
    data = papers.pdf()
    (inbox / "invoice.pdf").write_bytes(data)
    read_pages(landed(inbox, "mail.eml", mail(("copy.pdf", data))), "test")
    assert ways()["copy.pdf"] == "duplicate"
    assert ways()["invoice.pdf"] == "received > read"


def test_an_archive_in_a_mail_is_opened_and_a_bad_member_stands_for_itself(inbox: Path) -> None:
    inner = bag(a_dot_pdf=papers.pdf(), b_dot_pdf=b"%PDF-1.7 broken beyond repair")
    read_pages(landed(inbox, "mail.eml", mail(("papers.zip", inner))), "test")
    assert ways() == {
        "mail.eml": "received > split",
        "papers.zip": "received > split",
        "a.pdf": "received > read",
        "b.pdf": "received > quarantined",
    }


def test_archives_nested_without_end_stop_at_a_depth_and_say_so(inbox: Path) -> None:
    data = papers.pdf()
    for depth in range(MAX_DEPTH + 2):
        data = bag(**{f"level{depth}_dot_{'zip' if depth else 'pdf'}": data})
    read_pages(landed(inbox, "deep.zip", data), "test")
    stopped = [name for name, way in ways().items() if way.endswith("quarantined")]
    assert len(stopped) == 1
    with db.session() as session:
        [row] = [r for r in session.all("documents.ways") if r["file_name"] == stopped[0]]
    assert "deep" in row["reason"]


def test_a_pdf_with_an_attachment_goes_on_and_so_does_the_attachment(inbox: Path) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(papers.pdf())) as document:
        document.attachments["packing.pdf"] = papers.pdf(PACKING_LIST)
        document.save(out)
    read_pages(landed(inbox, "invoice.pdf", out.getvalue()), "test")
    assert ways() == {"invoice.pdf": "received > read", "packing.pdf": "received > read"}


def test_a_password_of_its_sender_opens_an_encrypted_attachment(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(papers.pdf())) as document:
        document.save(out, encryption=pikepdf.Encryption(user="geheim", owner="x", R=6))
    monkeypatch.setenv("LADING_PASSWORDS", '{"*@carrier.example": "geheim"}')
    read_pages(landed(inbox, "mail.eml", mail(("invoice.pdf", out.getvalue()))), "test")
    assert ways()["invoice.pdf"] == "received > read"
    assert "INV-2026-00417" in words(documents()["invoice.pdf"])

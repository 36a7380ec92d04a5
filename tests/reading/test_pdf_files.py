"""PDFs with passwords, broken ones, files inside, cut pages, forms and notes."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from reportlab.pdfgen.canvas import Canvas

from include.errors import BrokenDocument, EmptyDocument, EncryptedDocument
from include.models import Page, Reading
from include.pages.options import ReadOptions
from include.pages.reader import cut_pages, read_file, read_part
from tests import papers, pdf_papers

pytestmark = pytest.mark.usefixtures("reader")

THREE = tuple([(60, 100, f"Packing list page {n} of 3")] for n in (1, 2, 3))
INVOICE_XML = b"""<?xml version='1.0'?><!-- made by hand --><rsm:CrossIndustryInvoice
 xmlns:rsm='urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100'/>"""


@pytest.fixture
def save(tmp_path: Path):
    def save(data: bytes) -> Path:
        path = tmp_path / "file"
        path.write_bytes(data)
        return path

    return save


@pytest.fixture
def read(save):
    def read(data: bytes, *passwords: str) -> Reading:
        return read_file(save(data), "paper.pdf", ReadOptions(passwords=passwords))

    return read


def text(page: Page) -> str:
    return " ".join(word.text for word in page.words)


def encrypted(user: str, revision: int, owner: str = "the owner") -> bytes:
    with pikepdf.open(io.BytesIO(papers.pdf())) as pdf:
        how = pikepdf.Encryption(
            user=user, owner=owner, R=revision, aes=revision >= 4, metadata=revision >= 4
        )
        return pdf_papers.saved(pdf, encryption=how)


@pytest.mark.parametrize("revision", [2, 3, 4, 6])
def test_each_password_is_tried_on_an_encrypted_file(read, revision: int) -> None:
    [page] = read(encrypted("secret", revision), "wrong", "secret").pages
    assert "INV-2026-00417" in text(page)
    [page] = read(encrypted("secret", revision, owner="boss"), "boss").pages
    assert "INV-2026-00417" in text(page)


def test_a_file_that_only_its_owner_may_change_needs_no_password(read) -> None:
    assert "INV-2026-00417" in text(read(encrypted("", 6)).pages[0])


def test_a_password_is_normalised_as_the_standard_says(read) -> None:
    data = encrypted("Stra\u00dfe \u2163 \u00fc", 6)  # saved with the user's own characters
    assert read(data, "Stra\u00dfe \u2163 \u00fc").pages
    data = encrypted("Stra\u00dfe IV \u00fc", 6)  # as SASLprep turns them
    assert read(data, "Stra\u00dfe \u2163 u\u0308").pages


def test_a_file_that_no_password_opens_says_how_many_were_tried(read) -> None:
    with pytest.raises(EncryptedDocument, match="no password is set"):
        read(encrypted("secret", 4))
    with pytest.raises(EncryptedDocument, match="does not open"):
        read(encrypted("secret", 4), "wrong")
    with pytest.raises(EncryptedDocument, match="none of the 2 passwords"):
        read(encrypted("secret", 4), "wrong", "also wrong")


def test_a_file_without_its_index_is_put_together_again(read) -> None:
    data = papers.pdf(*THREE)
    reading = read(data[: data.rindex(b"xref")])
    assert [f"page {n} of 3" in text(page) for n, page in enumerate(reading.pages, 1)] == [True] * 3


def test_pages_are_found_when_the_tree_of_pages_is_lost(read) -> None:
    data = papers.pdf(*THREE)
    broken = data.replace(b"/Type /Catalog", b"/Type /Nonsens").replace(
        b"/Type /Pages", b"/Type /Nuts!"
    )
    broken = broken.replace(b"/Kids", b"/Lost").replace(b"/Root", b"/Toor")
    assert broken != data
    reading = read(broken)
    assert len(reading.pages) == 3
    assert all("repaired" in page.flags for page in reading.pages)
    assert "page 3 of 3" in text(reading.pages[2])


def test_a_page_that_cannot_be_read_does_not_cost_the_others(read) -> None:
    with pikepdf.open(io.BytesIO(papers.pdf(*THREE))) as pdf:
        pdf.pages[1].obj.MediaBox = pikepdf.Array([0, 0, 90_000_000, 90_000_000])
        reading = read(pdf_papers.saved(pdf))
    assert [page.number for page in reading.pages] == [1, 3]
    assert list(reading.bad_pages) == [2]


def test_nothing_of_a_document_is_broken(read) -> None:
    with pytest.raises(BrokenDocument, match="no page"):
        read(b"%PDF-1.7\n1 0 obj\n<< /Type /Nothing >>\nendobj\n")


def with_files(**files: bytes) -> pikepdf.Pdf:
    pdf = pikepdf.open(io.BytesIO(papers.pdf()))
    for name, data in files.items():
        name = name.replace("_", ".")
        pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, data, filename=name)
    return pdf


def test_documents_inside_are_parts_and_other_files_are_not(read, save) -> None:
    inner = papers.pdf(*THREE)
    data = pdf_papers.saved(
        with_files(
            list_pdf=inner,
            photo_png=papers.encoded(papers.picture(dpi=30)),
            style_css=b"p { color: red }",
            data_xml=b"<?xml version='1.0'?><data/>",
        )
    )
    reading = read(data)
    assert {(part.name, part.size_bytes) for part in reading.parts} >= {("list.pdf", len(inner))}
    assert {part.name for part in reading.parts} == {"list.pdf", "photo.png"}
    assert "attachments_left_out:2" in reading.pages[0].flags
    index = next(part.index for part in reading.parts if part.name == "list.pdf")
    assert read_part(save(data), "paper.pdf", index) == inner
    with pytest.raises(EmptyDocument):
        read_part(save(data), "paper.pdf", 7)


def test_an_e_invoice_is_known_by_its_root_whatever_its_name(read) -> None:
    reading = read(pdf_papers.saved(with_files(rechnung_xml=INVOICE_XML)))
    assert reading.embedded_xml is not None
    assert "CrossIndustryInvoice" in reading.embedded_xml
    assert not reading.parts


def test_an_e_invoice_that_is_only_an_associated_file_is_found(read) -> None:
    with pikepdf.open(io.BytesIO(papers.pdf())) as pdf:
        specification = pikepdf.AttachedFileSpec(pdf, INVOICE_XML, filename="factur-x.xml")
        pdf.Root.AF = pikepdf.Array([specification.obj])
        assert read(pdf_papers.saved(pdf)).embedded_xml is not None


def test_a_file_inside_that_unpacks_without_end_is_left_out(read) -> None:
    pdf = with_files(bomb_pdf=b"%PDF-1.7" + bytes(60 << 20), list_pdf=papers.pdf())
    assert [part.name for part in read(pdf_papers.saved(pdf)).parts] == ["list.pdf"]


def test_the_cover_of_a_portfolio_is_no_page(read) -> None:
    cover = [(60, 100, "For the best experience, open this PDF portfolio in a newer program")]
    with pikepdf.open(io.BytesIO(papers.pdf(cover))) as pdf:
        pdf.Root.Collection = pikepdf.Dictionary(Type=pikepdf.Name.Collection)
        inner = papers.pdf()
        pdf.attachments["a.pdf"] = pikepdf.AttachedFileSpec(pdf, inner, filename="a.pdf")
        reading = read(pdf_papers.saved(pdf))
    assert reading.pages == ()
    assert [part.name for part in reading.parts] == ["a.pdf"]


def pages_of(data: bytes) -> list[str]:
    with pypdfium2.PdfDocument(data) as document:
        return [page.get_textpage().get_text_bounded().strip() for page in document]


def test_a_cut_holds_its_pages_turned_as_they_were_and_no_files(save) -> None:
    with pikepdf.open(io.BytesIO(papers.pdf(*THREE, rotate=90))) as pdf:
        pdf.attachments["a.pdf"] = pikepdf.AttachedFileSpec(pdf, papers.pdf(), filename="a.pdf")
        path = save(pdf_papers.saved(pdf))
    piece, ending = cut_pages(path, "paper.pdf", 2, 3)
    assert ending == ".pdf"
    assert pages_of(piece) == ["Packing list page 2 of 3", "Packing list page 3 of 3"]
    with pikepdf.open(io.BytesIO(piece)) as pdf:
        assert [int(page.obj.Rotate) for page in pdf.pages] == [90, 90]
        assert len(pdf.attachments) == 0
    assert b"page 1 of 3" not in piece


def test_a_cut_is_the_same_each_time_also_of_encrypted_and_broken_files(save) -> None:
    whole = papers.pdf(*THREE)
    with pikepdf.open(io.BytesIO(whole)) as pdf:
        locked = pdf_papers.saved(pdf, encryption=pikepdf.Encryption(user="secret", owner="x"))
    for data in (whole, locked, whole[: whole.rindex(b"xref")]):
        options = ReadOptions(passwords=("secret",))
        twice = [cut_pages(save(data), "paper.pdf", 2, 2, options)[0] for _ in range(2)]
        assert len({hashlib.sha256(piece).hexdigest() for piece in twice}) == 1
        assert pages_of(twice[0]) == ["Packing list page 2 of 3"]


def form() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842))
    for name, value in (("one", "Nordlicht"), ("two", "Suedlicht")):
        canvas.drawString(60, 742, "The consignee as given by the shipper:")
        canvas.acroForm.textfield(name=name, x=60, y=700, width=200, height=20, value=value)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def test_a_cut_keeps_what_was_typed_into_its_forms_and_drops_the_rest(save, read) -> None:
    piece, _ = cut_pages(save(form()), "paper.pdf", 2, 2)
    [page] = read(piece).pages
    assert "Suedlicht" in text(page)
    with pikepdf.open(io.BytesIO(piece)) as pdf:
        assert [str(field.T) for field in pdf.Root.AcroForm.Fields] == ["two"]


def test_notes_that_are_shown_are_read_and_hidden_ones_are_not(read) -> None:
    with pikepdf.open(io.BytesIO(papers.pdf())) as pdf:
        for words, flags, y in (("Approved", 4, 400), ("Concealed", 2, 300)):
            look = pdf.make_stream(b"BT /F 14 Tf 4 6 Td (" + words.encode() + b") Tj ET")
            look.Type, look.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
            look.BBox = pikepdf.Array([0, 0, 150, 24])
            font = pikepdf.Dictionary(
                Type=pikepdf.Name.Font,
                Subtype=pikepdf.Name.Type1,
                BaseFont=pikepdf.Name.Helvetica,
            )
            look.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
            note = pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.FreeText,
                Rect=pikepdf.Array([60, y, 210, y + 24]),
                F=flags,
                Contents=words,
                AP=pikepdf.Dictionary(N=look),
            )
            notes = pdf.pages[0].obj.get("/Annots", pikepdf.Array([]))
            notes.append(pdf.make_indirect(note))
            pdf.pages[0].obj.Annots = notes
        [page] = read(pdf_papers.saved(pdf)).pages
    assert "Approved" in text(page)
    assert "Concealed" not in text(page)

"""Blocks in reading order, and the language of a page."""

from __future__ import annotations

import time
from random import Random

import pypdfium2
import pytest

from include.models import Box, Page, Word
from include.pages.worker.layout.language import language_of
from include.pages.worker.layout.structure import structured
from include.pages.worker.pdf.words import page_words
from tests import papers
from tests.papers import Placed

PROSE = str.split(
    "The carrier shall be liable for the goods from the moment they are taken over until they are"
    " handed to the consignee at the place that was agreed between the parties in this contract"
)


def page_of(texts: list[Placed], size: float = 11, rotate: int = 0) -> Page:
    document = pypdfium2.PdfDocument(papers.pdf(texts, size=size, rotate=rotate))
    try:
        page = document[0]
        width, height = page.get_size()
        words = page_words(page)
        page.close()
    finally:
        document.close()
    return structured(Page(number=1, width=width, height=height, words=words, engine="pdfium"))


def text(page: Page) -> str:
    return " ".join(word.text for word in page.words)


def blocks(page: Page) -> list[str]:
    found: dict[int, list[str]] = {}
    for word in page.words:
        found.setdefault(word.block, []).append(word.text)
    return [" ".join(found[number]) for number in sorted(found)]


def column(x: float, y: float, name: str, lines: int, words: int = 3) -> list[Placed]:
    """Lines of prose, each ending with the column's name and the line's number."""
    return [(x, y + 14 * n, " ".join([*PROSE[n : n + words], f"{name}{n}"])) for n in range(lines)]


def order_of(page: Page, *names: str) -> list[str]:
    """Which of the names' line marks come in which order."""
    return [w.text for w in page.words if w.text[0] in names and w.text[1:].isdigit()]


def test_two_columns_are_read_one_after_the_other() -> None:
    page = page_of(column(50, 100, "A", 12) + column(310, 100, "B", 12), size=9)
    marks = [f"{name}{n}" for name in "AB" for n in range(12)]
    assert order_of(page, "A", "B") == marks


def test_three_columns_stand_under_the_heading_that_spans_them() -> None:
    heading = (50.0, 80.0, "Conditions of carriage for goods by sea, by air and by land together")
    texts = [
        heading,
        *column(50, 110, "A", 9),
        *column(230, 110, "B", 9),
        *column(410, 110, "C", 9),
    ]
    page = page_of(texts, size=8)
    assert blocks(page)[0].startswith("Conditions of carriage")
    assert order_of(page, "A", "B", "C") == [f"{c}{n}" for c in "ABC" for n in range(9)]


def test_columns_go_on_over_a_gap_between_paragraphs() -> None:
    texts = [t for x, c in ((40, "A"), (310, "B")) for t in column(x, 100, c, 6, 7)]
    texts += [(x, y + 98, line.replace("A", "a").replace("B", "b")) for x, y, line in texts]
    page = page_of(texts, size=9)
    marks = order_of(page, "A", "B", "a", "b")
    assert [m[0] for m in marks] == ["A"] * 6 + ["a"] * 6 + ["B"] * 6 + ["b"] * 6


ADDRESSES: list[Placed] = [
    (60, 60, "COMMERCIAL INVOICE"),
    (60, 110, "Sold to"),
    (60, 126, "Nordlicht Handels AG"),
    (60, 142, "Hafenstrasse 7"),
    (60, 158, "20457 Hamburg"),
    (330, 110, "Deliver to"),
    (330, 126, "Castrillane Distribution SAS"),
    (330, 142, "5 rue du Canal"),
    (330, 158, "59000 Lille"),
]


def test_addresses_side_by_side_are_two_blocks() -> None:
    read = blocks(page_of(ADDRESSES))
    assert read == [
        "COMMERCIAL INVOICE",
        "Sold to Nordlicht Handels AG Hafenstrasse 7 20457 Hamburg",
        "Deliver to Castrillane Distribution SAS 5 rue du Canal 59000 Lille",
    ]


def test_labels_stay_in_one_row_with_their_values() -> None:
    form: list[Placed] = [
        (330, 110, "Invoice No.:"),
        (450, 110, "INV-417"),
        (330, 126, "Date:"),
        (450, 126, "14.03.2026"),
        (330, 142, "Terms of payment:"),
        (450, 142, "30 days net"),
    ]
    page = page_of([*ADDRESSES[:5], *form])
    assert "Invoice No.: INV-417 Date: 14.03.2026 Terms of payment: 30 days net" in blocks(page)
    assert page.tables == ()


def test_a_table_is_one_block_read_cell_by_cell() -> None:
    rows: list[Placed] = [
        (60, 100, "Item"), (320, 100, "Quantity"), (420, 100, "Amount"),
        (60, 120, "Hex bolt M8 x 40"), (320, 120, "120"), (420, 120, "1,234.50"),
        (60, 133, "zinc plated"),
        (60, 153, "Bearing housing"), (320, 153, "7"), (420, 153, "985.21"),
        (60, 166, "cast iron"),
    ]  # fmt: skip
    page = page_of([(60, 60, "PACKING LIST"), *rows, (60, 230, "Goods remain our property.")])
    assert blocks(page) == [
        "PACKING LIST",
        "Item Quantity Amount Hex bolt M8 x 40 zinc plated 120 1,234.50"
        " Bearing housing cast iron 7 985.21",
        "Goods remain our property.",
    ]


def test_a_turned_page_is_read_like_an_upright_one() -> None:
    """The PDF says that the page is shown turned: its lines run down then, nothing is lost."""
    upright, turned = page_of(ADDRESSES), page_of(ADDRESSES, rotate=90)
    assert sorted(w.text for w in turned.words) == sorted(w.text for w in upright.words)
    assert [w.line for w in turned.words] == sorted(w.line for w in turned.words)


def test_a_stamp_over_text_does_not_change_how_the_text_is_read() -> None:
    page = page_of(column(50, 100, "A", 12) + column(310, 100, "B", 12), size=9)
    last = page.words[-1]
    stamp = Word("RECEIVED", Box(200, 120, 420, 190), line=last.line + 1)
    stamped = structured(
        Page(number=1, width=595, height=842, words=(*page.words, stamp), engine="pdfium")
    )
    assert order_of(stamped, "A", "B") == order_of(page, "A", "B")
    assert stamped.words[-1].text == "RECEIVED"
    assert stamped.words[-1].block != stamped.words[-2].block


def test_the_words_of_a_line_stay_together_and_lines_count_up() -> None:
    page = page_of([*ADDRESSES, *papers.INVOICE[5:]])
    numbers = [word.line for word in page.words]
    assert numbers == sorted(numbers)
    assert [word.block for word in page.words] == sorted(word.block for word in page.words)
    before = {}
    for word in page.words:
        assert before.get(word.line, 0.0) <= word.box.x0
        before[word.line] = word.box.x0


def test_a_page_with_very_many_words_is_done_in_bounded_time() -> None:
    rng = Random(4)
    words = tuple(
        Word("word", Box(x := rng.uniform(0, 570), y := rng.uniform(0, 830), x + 20, y + 4), line=n)
        for n in range(20_000)
    )
    page = Page(number=1, width=595, height=842, words=words, engine="pdfium")
    begun = time.process_time()
    read = structured(page)
    assert time.process_time() - begun < 2.0  # measured: 0.4 s
    assert len(read.words) == 20_000
    assert read.tables == ()


def words_of(sentence: str) -> list[Word]:
    return [Word(text, Box(0, 0, 10, 10)) for text in sentence.split()]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "We declare that this invoice shows the actual price of the goods described and"),
        ("de", "Die Ware bleibt bis zur vollständigen Bezahlung unser Eigentum und wird nicht"),
        ("fr", "Les marchandises restent notre propriété jusqu'au paiement complet de la facture"),
        ("es", "La mercancía viaja por cuenta y riesgo del comprador hasta su entrega en"),
        ("it", "La merce resta di proprietà del venditore fino al pagamento completo della merce"),
        ("nl", "De goederen blijven ons eigendom totdat de factuur volledig is betaald door de"),
        ("pt", "A mercadoria continua a ser propriedade do vendedor até ao pagamento total da"),
        ("pl", "Towar pozostaje własnością sprzedawcy do chwili zapłaty całej kwoty wraz"),
        ("cs", "Zboží zůstává majetkem prodávajícího až do úplného zaplacení kupní ceny podle"),
        ("tr", "Mallar fatura bedelinin tamamı ödenene kadar satıcının malı olarak kalır ve iade"),
        ("ru", "Товар остается собственностью продавца до полной оплаты счета покупателем в срок"),
        ("ar", "تبقى البضاعة ملكا للبائع حتى يتم دفع كامل قيمة الفاتورة من قبل المشتري في الموعد"),
        ("ko", "물품의 소유권은 대금이 모두 지급될 때까지 판매자에게 있으며 운송 중의 위험은"),
        ("ja", "商品の所有権は代金の全額が支払われるまで売主に帰属します 輸送中の危険は買主が負担"),
        ("zh", "在买方付清全部货款之前 货物的所有权属于卖方 运输途中的风险由买方承担 请立即检查"),
    ],
)  # fmt: skip
def test_the_language_of_a_page_is_told_by_its_words(language: str, sentence: str) -> None:
    assert language_of(words_of(f"{sentence} 4711 INV-2026 {sentence}")) == language


def test_numbers_and_codes_have_no_language() -> None:
    assert language_of(words_of("4711 INV-2026-00417 1.234,50 EUR MSKU1234565 40HC " * 20)) == ""
    assert language_of(words_of("Invoice total")) == ""

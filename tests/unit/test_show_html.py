"""The page that shows a reading: what it carries, and that no text of the file becomes markup."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

import lxml.html
import pytest

from include.models import Box, Cell, Cut, Difference, Element, Page, Part, Reading, Table, Word
from include.pages.classify import Verdict
from include.pages.show import html
from include.pages.show.flags import meaning, skew_of
from include.pages.show.html import as_html
from include.pages.show.shown import Shown
from include.pages.show.summary import MAX_ROWS, summary

PNG = b"\x89PNG\r\n\x1a\npicture"
HOSTILE = (
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "<!--",
    "]]>",
    "${style}$title",
    "\u2028\u2029",
    "\"'&amp;",
)
BOX = Box(10, 20, 60, 32)


def _page(number: int = 1, *texts: str, flags: tuple[str, ...] = ("ocr", "skew:1.25")) -> Page:
    words = tuple(Word(text, BOX, 0.5, n, 0) for n, text in enumerate(texts or ("bolt", "12")))
    text = " ".join(word.text for word in words)
    return Page(
        number=number,
        width=595,
        height=842,
        words=words,
        engine="rapidocr",
        rotation=90,
        seconds=1.5,
        language="en",
        elements=(Element(text, text, BOX),),
        tables=(Table(BOX, (Cell(text, BOX, 0, 0), Cell("4", BOX, 1, 0)), True, 1),),
        differences=(Difference(BOX, text, "seen"),),
        flags=(*flags, text) if texts else flags,
    )


def _shown(*pages: Page, name: str = "paper.pdf", **more) -> Shown:
    reading = Reading(
        media_type="application/pdf",
        pages=pages,
        seconds=2.0,
        parts=(Part(0, name, 12),),
        bad_pages={9: name},
    )
    return Shown(
        name=name,
        reading=reading,
        verdict=Verdict("invoice", 0.9, (name,)),
        cuts=(Cut(1, 1), Cut(2, 2, (name,))),
        pages=pages,
        **more,
    )


def _data(text: str) -> dict:
    tree = lxml.html.document_fromstring(text)
    return json.loads(tree.get_element_by_id("data").text)


def test_the_page_carries_words_tables_elements_and_the_picture() -> None:
    data = _data(as_html(_shown(_page(), pictures={1: PNG})))
    [page] = data["pages"]
    assert page["words"] == [["bolt", 10, 20, 60, 32, 0.5, 0, 0], ["12", 10, 20, 60, 32, 0.5, 1, 0]]
    assert page["tables"] == [
        {
            "box": [10, 20, 60, 32],
            "is_ruled": True,
            "header_rows": 1,
            "cells": [
                ["bolt 12", [10, 20, 60, 32], 0, 0, 1, 1],
                ["4", [10, 20, 60, 32], 1, 0, 1, 1],
            ],
        }
    ]
    assert page["elements"] == [["bolt 12", "bolt 12", [10, 20, 60, 32]]]
    assert page["differences"] == [[[10, 20, 60, 32], "bolt 12", "seen"]]
    assert (page["rotation"], page["skew"]) == (90, 1.25)
    assert page["picture"] == f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    assert data["type"] == ["invoice", 0.9, ["paper.pdf"]]
    assert data["cuts"] == [[1, 1, []], [2, 2, ["paper.pdf"]]]
    assert data["bad_pages"] == [[9, "paper.pdf"]]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_the_file_becomes_markup(text: str) -> None:
    plain = as_html(_shown(_page()))
    hostile = as_html(_shown(_page(1, text, text), name=text))
    tree, expected = map(lxml.html.document_fromstring, (hostile, plain))
    assert [node.tag for node in tree.iter()] == [node.tag for node in expected.iter()]
    assert [sorted(node.attrib) for node in tree.iter()] == [
        sorted(node.attrib) for node in expected.iter()
    ]
    data = _data(hostile)
    assert data["pages"][0]["words"][0][0] == text
    assert data["name"] == text
    assert tree.findtext(".//h1") == text


def test_the_policy_lets_only_the_pages_own_script_and_style_run() -> None:
    tree = lxml.html.document_fromstring(as_html(_shown(_page())))
    [policy] = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for name in ("script", "style"):
        [text] = tree.xpath(f"//{name}[not(@type)]/text()")
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy
    assert not tree.xpath("//@style | //*[starts-with(name(@*), 'on')]")


def test_nothing_is_fetched_and_texts_are_never_written_as_markup() -> None:
    sources = "".join(
        path.read_text() for path in (Path(html.__file__).parent / "assets").iterdir()
    )
    assert set(re.findall(r"https?://[^\s\"'<]+", sources)) == {"http://www.w3.org/2000/svg"}
    for way in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "@import",
    ):
        assert way not in sources


def test_only_pngs_and_only_the_pages_asked_for_are_in_it() -> None:
    data = _data(as_html(_shown(_page(1), _page(2), pictures={2: PNG})))
    assert [page["picture"] is None for page in data["pages"]] == [True, False]


def test_a_flag_is_explained_whatever_number_it_carries() -> None:
    assert "askew" in meaning("skew:1.25")
    assert meaning("vision_ungrounded:3") == meaning("vision_ungrounded")
    assert meaning("unheard_of") == ""
    assert skew_of(("ocr", "skew:-2.5")) == -2.5
    assert skew_of(("ocr",)) == 0


def test_the_summary_has_a_row_per_page_and_what_the_file_is() -> None:
    text = summary(_shown(_page(1), _page(2)))
    assert "2 page(s), 4 words by rapidocr, 2.0 s" in text
    assert re.search(r"^ +2  rapidocr +2 +0\.500 +1 +1\.50  ocr skew:1\.25$", text, re.M)
    assert "type    invoice (0.90) by paper.pdf" in text
    assert "packet  page 2: paper.pdf" in text
    assert "part    0: paper.pdf, 12 bytes" in text
    assert "unread  page 9: paper.pdf" in text


def test_the_terminal_is_told_nothing_that_it_would_obey() -> None:
    text = summary(_shown(_page(1), _page(2), name="a\x1b[2J\u202eb\r"))
    assert "a?[2J?b?" in text
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", text)


def test_many_pages_are_counted_not_listed() -> None:
    text = summary(_shown(*map(_page, range(1, MAX_ROWS + 6))))
    assert "... and 5 pages more" in text

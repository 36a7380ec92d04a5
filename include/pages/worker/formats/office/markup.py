"""HTML as a person sees it: nothing hidden, nothing from elsewhere, tables with their cells."""

from __future__ import annotations

import re
from typing import Any

import lxml.etree  # type: ignore[import-untyped]
import lxml.html  # type: ignore[import-untyped]

import include.pages.worker.elements  # noqa: F401  first: keeps unstructured off the network
from include.pages.worker.formats.office.sheet import Grid, Sheet, placed
from include.pages.worker.formats.office.text import clean

from unstructured.partition.html import partition_html  # isort: skip  # after elements

_UNSEEN = (
    *("script", "style", "template", "head", "noframes", "noscript", "object", "embed", "iframe"),
    *("svg", "audio", "video", "datalist", "dialog", "title", "base", "link", "meta"),
)
_HIDING = re.compile(
    r"display:none|visibility:(hidden|collapse)|mso-hide:all|(?<!-)opacity:0?(\.0+)?(;|$|!)"
    r"|font-size:0?(\.0+|\.[0-4]\d*)?(px|pt|em|rem|%)?(;|$|!)|font-size:1px"
    r"|text-indent:-\d{3,}|(?<![-\w])(left|top):-\d{3,}|max-height:0(px)?(;|$|!)"
)
_WHITE = re.compile(r"(?<!-)color:(#fff(fff)?|white|rgba?\(255,255,255(,[\d.]+)?\))(;|$|!)")
_BACKGROUND = re.compile(r"background(-color)?:(?!#fff|white|none|transparent|inherit|initial)")
_BLOCKS = ("p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "dt", "dd")
#: Stands for the end of a line, as no text does: private use.
_BREAK = "\ue000"
#: Stands for the n-th table in what `unstructured` hands back; private use, so in no text.
_MARK = re.compile("\ue001(\\d+)\ue002")
_PRIVATE = re.compile("[\ue000-\ue002]")


def lay_out_html(sheet: Sheet, html: str) -> bool:
    """Lay the page out; true when text on it was hidden from people and left out."""
    tree = _tree(_PRIVATE.sub("", html))
    if tree is None:
        return False
    has_hidden = _without_hidden(tree)
    _with_breaks(tree)
    tables = _marked_tables(tree)
    shown = lxml.html.tostring(tree, encoding="unicode")
    for element in partition_html(text=shown):
        text = re.sub(rf" *{_BREAK}[ \n]*", "\n", clean(element.text)).strip()
        mark = _MARK.search(text)
        text = _MARK.sub("", text).strip()
        if mark and int(mark[1]) < len(tables):
            sheet.table(tables[int(mark[1])], " ".join(text.split()))
        elif text:
            sheet.text(element.category, text)
    return has_hidden


def _tree(html: str) -> Any:
    parser = lxml.html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=False
    )
    try:
        return lxml.html.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (lxml.etree.LxmlError, ValueError):
        return None  # nothing but blanks


def _without_hidden(tree: Any) -> bool:
    has_hidden = False
    for element in list(tree.iter()):
        if not isinstance(element.tag, str) or element.tag in ("html", "body"):
            continue
        if element.getparent() is None:
            continue  # went with something around it
        if element.tag.rpartition(":")[2] in _UNSEEN:
            element.drop_tree()
        elif _is_hidden(element):
            has_hidden = has_hidden or bool(element.text_content().strip())
            element.drop_tree()
    return has_hidden


def _is_hidden(element: Any) -> bool:
    style = re.sub(r"\s+", "", element.get("style") or "").lower()
    if "hidden" in element.attrib or element.get("type") == "hidden" or _HIDING.search(style):
        return True
    colour = f"color:{(element.get('color') or '').lower()}"
    return bool(_WHITE.search(style) or _WHITE.search(colour)) and not _on_dark(element)


def _on_dark(element: Any) -> bool:
    """Whether it or something around it has a background of its own."""
    for around in (element, *element.iterancestors()):
        style = re.sub(r"\s+", "", around.get("style") or "").lower()
        colour = (around.get("bgcolor") or "").lower()
        if _BACKGROUND.search(style) or around.get("background"):
            return True
        if colour and colour not in ("#fff", "#ffffff", "white"):
            return True
    return False


def _marked_tables(tree: Any) -> list[Grid]:
    """The tables that hold data; those that only place things become plain text."""
    grids: list[Grid] = []
    for table in list(tree.iter("table")):
        rows = table.xpath(".//tr")
        cells = [row.xpath("./td|./th") for row in rows]
        if table.xpath(".//table") or max(map(len, cells), default=0) < 2:
            _unwrap(table)
            continue
        grid = _grid(rows, cells)
        if not any(grid.rows):
            table.drop_tree()
            continue
        first = next(cell for row in cells for cell in row if cell.text_content().strip())
        first.text = f"\ue001{len(grids)}\ue002{first.text or ''}"
        grids.append(grid)
    return grids


def _unwrap(table: Any) -> None:
    for element in table.iter("table", "tbody", "thead", "tfoot", "tr", "td", "th"):
        if element is table or next(element.iterancestors("table"), None) is table:
            element.tag = "div"


def _grid(rows: list[Any], cells: list[list[Any]]) -> Grid:
    headers = 0
    for row, inside in zip(rows, cells, strict=True):
        if not inside or not (
            all(cell.tag == "th" for cell in inside) or row.getparent().tag == "thead"
        ):
            break
        headers += 1
    return placed(
        [
            [(_lines(cell), _span(cell, "rowspan"), _span(cell, "colspan")) for cell in inside]
            for inside in cells
        ],
        headers,
    )


def _span(cell: Any, name: str) -> int:
    value = (cell.get(name) or "").strip()
    return int(value) if value.isdecimal() and len(value) < 4 else 1


def _lines(cell: Any) -> str:
    """The cell's text with the line breaks that its tags make."""
    flat = " ".join(cell.text_content().split()).replace(_BREAK, "\n")
    return clean("\n".join(line.strip() for line in flat.split("\n")))


def _with_breaks(tree: Any) -> None:
    """Marks where lines end: `unstructured` makes blanks of them."""
    for element in tree.iter("br"):
        element.tail = f"{_BREAK}{element.tail or ''}"
    for cell in tree.iter("td", "th"):
        for element in cell.iterdescendants(*_BLOCKS):
            element.text = f"{_BREAK}{element.text or ''}"
            element.tail = f"{_BREAK}{element.tail or ''}"

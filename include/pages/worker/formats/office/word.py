"""Word documents as a person sees them: with what was inserted, without what was deleted."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import docx
import lxml.html  # type: ignore[import-untyped]

import include.pages.worker.elements  # noqa: F401  first: keeps unstructured off the network
from include.pages.worker.formats.office.sheet import Grid, Sheet, placed
from include.pages.worker.formats.office.text import clean

from unstructured.partition.docx import _DocxPartitioner, partition_docx  # isort: skip  # after elements

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_V = "{urn:schemas-microsoft-com:vml}"
#: What is there but not seen: deleted, moved away, comments' ends, field codes.
_UNSEEN = (*(f"{_W}{name}" for name in ("del", "moveFrom", "instrText", "delText")),)
_FALLBACK = f"{_MC}Fallback"
#: What only wraps words; python-docx does not look inside.
_WRAPPERS = (
    *(f"{_W}{name}" for name in ("ins", "moveTo", "smartTag", "customXml", "sdtContent", "sdt")),
    *(f"{_W}{name}" for name in ("fldSimple", "dir", "bdo")),
    *(f"{_MC}{name}" for name in ("AlternateContent", "Choice")),
)
_PROPERTIES = (f"{_W}sdtPr", f"{_W}sdtEndPr", f"{_W}smartTagPr", f"{_W}customXmlPr")
_BREAK, _HEADER = "\ue000", "\ue001"
_MARKS = re.compile("[\ue000\ue001]")
_CONTENT_TYPES = "[Content_Types].xml"
_PLAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_OTHER_MAIN = re.compile(
    rb"application/vnd\.(?:ms-word\.(?:document|template)\.macroEnabled(?:Template)?"
    rb"|openxmlformats-officedocument\.wordprocessingml\.template)\.main\+xml"
)

# Which words are bold is not asked for, and costs minutes in a table of some hundred rows.
if not hasattr(_DocxPartitioner, "_table_emphasis"):
    raise ImportError("unstructured has changed: bold words in tables are looked for again")
_DocxPartitioner._table_emphasis = lambda self, table: ([], [])  # type: ignore[method-assign]


def lay_out_word(sheet: Sheet, data: bytes) -> bool:
    """Lay the document out; true when text in it was hidden from people and left out."""
    document = docx.Document(io.BytesIO(_as_plain_document(data)))
    has_hidden = False
    for root in _roots(document):
        has_hidden = _seen_only(root) or has_hidden
        _text_boxes_lifted(root)
        _cells_marked(root)
    changed = io.BytesIO()
    document.save(changed)
    page = None
    for element in partition_docx(file=changed):
        number = element.metadata.page_number
        if None not in (page, number) and number != page:
            sheet.new_page()
        page = number or page
        grid = _grid(element.metadata.text_as_html)
        text = _MARKS.sub(" ", clean(element.text))
        if grid and any(grid.rows):
            sheet.table(grid, " ".join(text.split()))
        else:
            sheet.text(element.category, text)
    return has_hidden


def _as_plain_document(data: bytes) -> bytes:
    """A template or a document with macros under the name of one that python-docx takes."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        types = archive.read(_CONTENT_TYPES)
        if not _OTHER_MAIN.search(types):
            return data
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as copy:
            for name in archive.namelist():
                content = _OTHER_MAIN.sub(_PLAIN, types) if name == _CONTENT_TYPES else None
                copy.writestr(name, archive.read(name) if content is None else content)
    return out.getvalue()


def _roots(document: Any) -> list[Any]:
    """The body, and the headers and footers that sections have."""
    roots = [document.element.body]
    for section in document.sections:
        for part in (section.header, section.footer, section.first_page_header):
            if not part.is_linked_to_previous:
                roots.append(part._element)
    return roots


def _seen_only(root: Any) -> bool:
    """Drop what is not seen, unwrap what is; true when hidden words were among it."""
    for element in list(root.iter(*_UNSEEN, _FALLBACK, *_PROPERTIES)):
        element.getparent().remove(element)
    has_hidden = False
    for run in list(root.iter(f"{_W}r")):
        if _is_vanished(run):
            has_hidden = has_hidden or any(text.text for text in run.iter(f"{_W}t"))
            run.getparent().remove(run)
    for wrapper in list(root.iter(*_WRAPPERS)):
        parent = wrapper.getparent()
        at = parent.index(wrapper)
        parent[at : at + 1] = list(wrapper)
    return has_hidden


def _is_vanished(run: Any) -> bool:
    switch = run.find(f"{_W}rPr/{_W}vanish")
    return switch is not None and switch.get(f"{_W}val", "1") not in ("0", "false", "off")


def _text_boxes_lifted(root: Any) -> None:
    """Put what stands in text boxes behind the paragraph that they hang on."""
    for box in list(root.iter(f"{_W}txbxContent")):
        anchor = next(
            (a for a in box.iterancestors(f"{_W}p") if a.getparent().tag != f"{_W}txbxContent"),
            None,
        )
        if anchor is None or anchor.getparent() is None:
            continue
        for content in reversed(list(box)):
            anchor.addnext(content)


def _cells_marked(root: Any) -> None:
    """Mark the ends of lines in cells and the rows that name columns: both would be lost."""
    for cell in root.iter(f"{_W}tc"):
        paragraphs = [p for p in cell.iter(f"{_W}p")]
        for paragraph in paragraphs:
            for brk in paragraph.iter(f"{_W}br", f"{_W}cr"):
                brk.addnext(_mark(brk, _BREAK))
            if paragraph is not paragraphs[-1]:
                paragraph.append(_run(paragraph, _BREAK))
    for header in root.iter(f"{_W}tblHeader"):
        row = next(header.iterancestors(f"{_W}tr"), None)
        first = next(row.iter(f"{_W}p"), None) if row is not None else None
        if first is not None and header.get(f"{_W}val", "1") not in ("0", "false", "off"):
            first.append(_run(first, _HEADER))


def _mark(near: Any, text: str) -> Any:
    element = near.makeelement(f"{_W}t", {}, None)
    element.text = text
    return element


def _run(near: Any, text: str) -> Any:
    run = near.makeelement(f"{_W}r", {}, None)
    run.append(_mark(near, text))
    return run


def _grid(html: str | None) -> Grid | None:
    if not html:
        return None
    rows = [row.xpath("./td|./th") for row in lxml.html.fragment_fromstring(html).iter("tr")]
    texts = [[clean(cell.text_content()) for cell in row] for row in rows]
    headers = 0
    while headers < len(texts) and any(_HEADER in text for text in texts[headers]):
        headers += 1
    return placed(
        [
            [
                (
                    text.replace(_HEADER, "").replace(_BREAK, "\n"),
                    int(cell.get("rowspan", "1")),
                    int(cell.get("colspan", "1")),
                )
                for cell, text in zip(row, line, strict=True)
            ]
            for row, line in zip(rows, texts, strict=True)
        ],
        headers,
    )

"""Generated papers for benchmarks that need no documents from elsewhere."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

#: Kinds of papers in turn; a bill of lading is drawn only of goods that go by sea.
_KINDS = ("invoice", "packing_list", "bill_of_lading", "delivery_note")


def papers() -> Iterator[bytes]:
    """PDFs with a text layer, one paper after the other, always the same."""
    from random import Random

    from include.samples.papers.draw import draw
    from include.samples.reference import orders
    from include.samples.shipment import build_shipment

    for turn, kind in enumerate(_KINDS):
        for order in sorted(orders().values(), key=lambda one: one.number):
            rng = Random(f"bench {turn} {order.number}")
            shipment = build_shipment(order, rng)
            if kind != "bill_of_lading" or shipment.mode == "sea":
                yield draw(kind, shipment, rng).pdf


def printed_lines(pdf: bytes, page: int) -> list[str]:
    """The lines of the text layer, as pdfium orders them."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        text = document[page].get_textpage().get_text_bounded()
    return [line for line in text.splitlines() if line.strip()]


def text_files(folder: Path, sizes: Sequence[int], pages: int) -> dict[int, list[Path]]:
    """By size: PDFs of `size` pages each, together `pages` (at least one file)."""
    import pypdfium2

    folder.mkdir(parents=True, exist_ok=True)
    found: dict[int, list[Path]] = {}
    with pypdfium2.PdfDocument.new() as stock:
        for pdf in papers():
            with pypdfium2.PdfDocument(pdf) as paper:
                stock.import_pages(paper)
            if len(stock) >= min(max(pages, *sizes), 200):
                break
        for size in sizes:
            files = [folder / f"{size:04d}-{n:03d}.pdf" for n in range(max(pages // size, 1))]
            for number, path in enumerate(files):
                taken = [(number * size + at) % len(stock) for at in range(size)]
                path.write_bytes(_with_pages(stock, taken))
            found[size] = files
    return found


def _with_pages(stock: object, numbers: Sequence[int]) -> bytes:
    import pypdfium2

    out = io.BytesIO()
    with pypdfium2.PdfDocument.new() as document:
        document.import_pages(stock, list(numbers))
        document.save(out)
    return out.getvalue()

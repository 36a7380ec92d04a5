"""One page that kills its reader costs that page; the others are kept, in order, by number."""

from __future__ import annotations

import dataclasses
import io
import os
import signal
import threading
import time
import zipfile
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from include.errors import EncryptedDocument, LadingError, ReaderCrashed
from include.models import Reading
from include.pages.options import ReadOptions
from include.pages.reader import cut_pages, read_file, read_part
from tests import papers
from tests.failures.test_reader_limits import busy_children_of, endless_pdf, reading_process

pytestmark = pytest.mark.usefixtures("reader")


def joined(*documents: bytes) -> bytes:
    """One PDF of several."""
    whole, out = pypdfium2.PdfDocument.new(), io.BytesIO()
    for data in documents:
        whole.import_pages(pypdfium2.PdfDocument(data))
    whole.save(out)
    return out.getvalue()


def scan_of(pages: int, rows: int = 5) -> bytes:
    """A TIFF whose page n says "page n"."""
    pictures = [
        papers.picture(
            [
                (60, 90, f"PAGE NUMBER {n}"),
                *((60, 140 + 30 * r, f"{n * r} kg") for r in range(rows)),
            ],
            dpi=100,
        )
        for n in range(1, pages + 1)
    ]
    return papers.encoded(
        pictures[0], "TIFF", save_all=True, append_images=pictures[1:], dpi=(100, 100)
    )


def written(tmp_path: Path, name: str, data: bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def begun(path: Path) -> tuple[threading.Thread, list[Reading | LadingError]]:
    """Read in a thread; the list gets the reading or the error."""
    result: list[Reading | LadingError] = []

    def run() -> None:
        try:
            result.append(read_file(path, path.name))
        except LadingError as error:
            result.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, result


def numbers(reading: Reading) -> list[int]:
    return [page.number for page in reading.pages]


def test_a_page_that_never_ends_costs_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LADING_READER_PAGE_S", "1")
    path = written(tmp_path, "mixed.pdf", joined(papers.pdf(), endless_pdf(), papers.pdf()))
    reading = read_file(path, path.name)
    assert numbers(reading) == [1, 3]
    assert reading.bad_pages == {2: "more than 1 s of processor time on this page"}


def test_many_bad_pages_are_given_up_after_some_deaths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LADING_READER_PAGE_S", "0")
    path = written(tmp_path, "bad.pdf", joined(papers.pdf(), *[endless_pdf()] * 9))
    try:
        bad = read_file(path, path.name).bad_pages
    except LadingError as error:  # the first page may be the one that is over the limit of 0 s
        assert "processor time" in str(error)
        return
    assert len(bad) == 9
    assert any("died 6 times" in reason for reason in bad.values())


def test_a_child_killed_from_outside_is_replaced_and_the_page_is_read_again(
    reader: Path, tmp_path: Path
) -> None:
    path = written(tmp_path, "scan.tif", scan_of(2, rows=20))
    thread, result = begun(path)
    os.kill(reading_process(reader), signal.SIGKILL)
    thread.join(120)
    [reading] = result
    assert isinstance(reading, Reading)
    assert (numbers(reading), reading.bad_pages) == ([1, 2], {})


def test_a_crash_in_the_middle_names_the_page_and_keeps_the_others(
    reader: Path, tmp_path: Path
) -> None:
    pages = 4
    path = written(tmp_path, "scan.tif", scan_of(pages, rows=20))
    thread, result = begun(path)
    os.kill(reading_process(reader), signal.SIGSEGV)
    thread.join(120)
    [reading] = result
    if isinstance(reading, LadingError):  # it had not opened the file yet
        assert isinstance(reading, ReaderCrashed)
        return
    assert sorted([*numbers(reading), *reading.bad_pages]) == [1, 2, 3, 4]
    [reason] = reading.bad_pages.values()
    assert reason == "the reader died on this page (signal SIGSEGV)"


def test_pages_read_by_several_children_are_the_same_as_by_one(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, "scan.tif", scan_of(4))
    whole = read_file(path, path.name)
    assert numbers(whole) == [1, 2, 3, 4]
    for number, page in enumerate(whole.pages, start=1):
        alone = read_file(path, path.name, ReadOptions(first=number, last=number))
        [same] = alone.pages
        assert dataclasses.replace(same, seconds=0) == dataclasses.replace(page, seconds=0)
        assert str(number) in [word.text for word in page.words[:3]]


def test_only_the_pages_that_were_asked_for_are_read(tmp_path: Path) -> None:
    path = written(tmp_path, "three.pdf", papers.pdf(*[papers.INVOICE] * 3))
    assert numbers(read_file(path, path.name, ReadOptions(first=2))) == [2, 3]
    assert numbers(read_file(path, path.name, ReadOptions(first=2, last=9))) == [2, 3]
    with pytest.raises(LadingError, match="page 4 of 3"):
        read_file(path, path.name, ReadOptions(first=4))


def test_a_cut_piece_is_a_file_that_can_be_read(tmp_path: Path) -> None:
    path = written(tmp_path, "three.pdf", papers.pdf(*[papers.INVOICE] * 3))
    data, ending = cut_pages(path, path.name, 2, 3)
    piece = written(tmp_path, f"piece{ending}", data)
    assert numbers(read_file(piece, piece.name)) == [1, 2]
    with pytest.raises(LadingError, match="pages 3 to 4 of 3"):
        cut_pages(path, path.name, 3, 4)


def test_when_the_client_goes_its_children_end(reader: Path, tmp_path: Path) -> None:
    import json
    import socket

    from include.pages.sandbox import socket_path
    from include.settings import load_settings

    path = written(tmp_path, "scan.tif", scan_of(3, rows=30))
    read_file(written(tmp_path, "good.pdf", papers.pdf()), "good.pdf")
    server = int((reader / "run" / "reader.pid").read_text())
    deadline = time.monotonic() + 20
    while busy_children_of(server) and time.monotonic() < deadline:
        time.sleep(0.05)  # the child that read the text file stays, and waits for another
    limits = dataclasses.asdict(load_settings().reader)
    asked = {"kind": "read", "path": str(path), "file_name": path.name, "limits": limits}
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(socket_path(reader)))
        client.sendall(json.dumps(asked).encode() + b"\n")
        child = reading_process(reader)
    while Path(f"/proc/{child}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{child}").exists()
    while busy_children_of(server) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert busy_children_of(server) == []


def test_a_password_opens_its_file_and_is_in_no_log_and_no_error(
    reader: Path, tmp_path: Path
) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(papers.pdf())) as document:
        document.save(out, encryption=pikepdf.Encryption(user="hunter2secret", owner="x"))
    path = written(tmp_path, "locked.pdf", out.getvalue())
    options = ReadOptions(passwords=("wrong-one", "hunter2secret"))
    assert numbers(read_file(path, path.name, options)) == [1]
    with pytest.raises(EncryptedDocument) as caught:
        read_file(path, path.name, ReadOptions(passwords=("wrong-one",)))
    log = (reader / "logs" / "reader.log").read_text()
    for secret in ("hunter2secret", "wrong-one"):
        assert secret not in repr(options) + log + str(caught.value)


def test_a_part_of_a_bag_comes_out_as_it_went_in(tmp_path: Path) -> None:
    invoice, out = papers.pdf(), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("invoice.pdf", invoice)
        archive.writestr("note.txt", "Please find the invoice.")
    path = written(tmp_path, "papers.zip", out.getvalue())
    parts = {part.name: part.index for part in read_file(path, path.name).parts}
    assert read_part(path, path.name, parts["invoice.pdf"]) == invoice
    assert read_part(path, path.name, parts["note.txt"]) == b"Please find the invoice."
    with pytest.raises(LadingError):
        read_part(path, path.name, 99)

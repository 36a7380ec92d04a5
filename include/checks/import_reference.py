"""Puts reference lists (tariff, ports, parties, orders ...) into the tables that the checks ask."""

from __future__ import annotations

import csv
import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from include import db
from include.checks.names import folded
from include.checks.reference_formats import KINDS, Format, Parsed, detect, with_port_code
from include.errors import ReferenceMissing

log = logging.getLogger(__name__)

#: Bad rows are counted; so many of them are shown.
SHOWN = 5
#: Column -> list that must hold its value.
_REFERS = {
    "purchase_orders": {"supplier": "parties", "buyer": "parties"},
    "purchase_order_lines": {"order_number": "purchase_orders", "product": "products"},
}


@dataclass
class FileReport:
    """What became of one file: rows that are good, rows that changed a table, and the bad ones."""

    file: str
    kind: str | None = None
    rows: int = 0
    changed: int = 0
    bad: int = 0
    examples: list[str] = field(default_factory=list)
    note: str = ""

    def complain(self, text: str) -> None:
        """Count a bad row; the first few are kept as examples."""
        self.bad += 1
        if len(self.examples) < SHOWN:
            self.examples.append(text)

    def __str__(self) -> str:
        if self.kind is None:
            return f"{self.file}: skipped, {self.note}"
        text = f"{self.file}: {self.rows} {self.kind}, {self.changed} new or changed"
        return f"{text}, {self.bad} bad ({'; '.join(self.examples)})" if self.bad else text


class _TrialOver(Exception):
    """Takes back what a trial run has written."""


def import_folder(folder: Path, actor: str) -> dict[str, int]:
    """Import every list of the folder; returns how many rows of each kind are in place now."""
    reports = import_reference(folder, actor)
    counts = {report.kind: 0 for report in reports if report.kind}
    for report in reports:
        if report.kind:
            counts[report.kind] += report.rows
    return counts


def import_reference(
    folder: Path, actor: str, kinds: Sequence[str] = KINDS, is_trial: bool = False
) -> list[FileReport]:
    """Import the lists of these kinds, each file in one transaction; bad rows are left out.

    A file is recognised by its header, whatever its name. A trial writes nothing. Importing
    again changes nothing. Raises ReferenceMissing when no file is a list that is known here.
    """
    files = [_recognise(path) for path in sorted(folder.glob("*")) if path.is_file()]
    known = [(report, form, path) for report, form, path in files if form and form.kind in kinds]
    if not known:
        raise ReferenceMissing(f"{folder} (asked for: {', '.join(kinds)})")
    known.sort(key=lambda item: KINDS.index(item[1].kind))
    if is_trial:
        _try(known)
    else:
        for report, form, path in known:
            with db.reference_session() as session:
                _load(session, report, form, path)
    reports = [report for report, _, _ in known]
    reports += [report for report, form, _ in files if form is None]
    for report in reports:
        log.info("%s%s: %s", actor, " (trial)" if is_trial else "", report)
    return reports


def _try(known: Sequence[tuple[FileReport, Format, Path]]) -> None:
    """All files in one transaction that is taken back: later lists refer to earlier ones."""
    with db.reference_session() as session:
        try:
            with session.savepoint():
                for report, form, path in known:
                    _load(session, report, form, path)
                raise _TrialOver
        except _TrialOver:
            pass


def _recognise(path: Path) -> tuple[FileReport, Format | None, Path]:
    report = FileReport(path.name)
    try:
        first = next(iter(_rows(path)), (0, {}))[1]
    except (ValueError, csv.Error, OSError) as error:
        report.note = f"cannot be read ({error})"
        return report, None, path
    form = detect(frozenset(first))
    if form is None:
        report.note = f"its columns are those of no list known here ({', '.join(list(first)[:6])})"
    else:
        report.kind = form.kind
    return report, form, path


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Rows with their line (CSV) or number (JSON); values without blanks around them."""
    if path.suffix.lower() == ".json":
        entries = json.loads(path.read_text(encoding="utf-8-sig"))
        if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
            raise ValueError("a list of objects is expected")
        for number, entry in enumerate(entries, start=1):
            yield number, {str(k): str(v or "").strip() for k, v in entry.items()}
    elif path.suffix.lower() in (".csv", ".tsv", ".txt"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            file.seek(0)
            delimiter = max(",;\t", key=head.count)
            reader = csv.DictReader(file, delimiter=delimiter)
            for row in reader:
                yield reader.line_num, {k: (v or "").strip() for k, v in row.items() if k}
    else:
        raise ValueError("only .csv and .json are read")


def _load(session: db.Session, report: FileReport, form: Format, path: Path) -> None:
    """Parse one file and put its good rows in place."""
    parsed = list(_parse(report, form, path))
    known = _known(session, parsed)
    if form.kind == "ports":
        codes = {folded(name): code for code, name in known["countries"].items()}
        parsed = [(line, with_port_code(row, codes)) for line, row in parsed]
    rows = _unique(report, form, _referring(report, form.kind, parsed, known))
    report.rows = len(rows)
    report.changed = session.run(f"import.{form.kind}", rows=db.json(rows))


def _parse(report: FileReport, form: Format, path: Path) -> Iterator[tuple[int, Parsed]]:
    for line, row in _rows(path):
        try:
            parsed = form.parse(row)
        except (ValueError, KeyError) as error:
            report.complain(f"line {line}: {error}")
            continue
        if parsed is not None:
            yield line, parsed


def _known(session: db.Session, parsed: Iterable[tuple[int, Parsed]]) -> dict[str, dict[str, str]]:
    """What the rows refer to, as far as it exists: list -> code -> name."""
    columns = {column for refers in _REFERS.values() for column in refers}
    codes = {str(row[column]) for _, row in parsed for column in columns if column in row}
    found = session.one("import.known", codes=sorted(codes))
    assert found is not None
    lists = {name: {code: code for code in found[name]} for name in found if name != "countries"}
    return {**lists, "countries": {c["code"]: c["name"] for c in found["countries"]}}


def _referring(
    report: FileReport,
    kind: str,
    parsed: Iterable[tuple[int, Parsed]],
    known: Mapping[str, Mapping[str, str]],
) -> Iterator[tuple[int, Parsed]]:
    """The rows whose references exist."""
    for line, row in parsed:
        for column, others in _REFERS.get(kind, {}).items():
            if str(row[column]) not in known[others]:
                report.complain(f"line {line}: {column} {row[column]} is not among the {others}")
                break
        else:
            yield line, row


def _unique(report: FileReport, form: Format, rows: Iterable[tuple[int, Parsed]]) -> list[Parsed]:
    """One row per key: the first; a later one that says something else is bad."""
    unique: dict[tuple[object, ...], Parsed] = {}
    for line, row in rows:
        key = tuple(row[name] for name in form.key)
        if unique.setdefault(key, row) != row:
            report.complain(f"line {line}: {' '.join(map(str, key))} was given before, differently")
    return list(unique.values())

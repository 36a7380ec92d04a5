"""Reference lists put into real tables."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest

from include.checks.import_reference import FileReport, import_folder, import_reference
from include.errors import ReferenceMissing
from tests.desk import SAMPLES


def put(folder: Path, name: str, *lines: str) -> None:
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def by_file(reports: list[FileReport]) -> dict[str, FileReport]:
    return {report.file: report for report in reports}


def rows(dsn: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(query).fetchall()  # type: ignore[call-overload,no-any-return]


@pytest.mark.usefixtures("db_dsn")
def test_importing_twice_changes_nothing() -> None:
    first = import_reference(SAMPLES, "test")
    again = import_reference(SAMPLES, "test")

    assert all(report.changed == report.rows > 0 for report in first)
    assert [report.changed for report in again] == [0] * len(first)
    assert [report.bad for report in again] == [0] * len(first)


@pytest.mark.usefixtures("db_dsn")
def test_every_list_of_the_sample_company_is_counted() -> None:
    counts = import_folder(SAMPLES, "test")

    assert len(counts) == 8
    assert counts["purchase_orders"] == 120


def test_a_trial_writes_nothing_and_tells_the_same(db_dsn: str) -> None:
    trial = import_reference(SAMPLES, "test", is_trial=True)
    assert rows(db_dsn, "select count(*) from erp_mirror.parties") == [(0,)]

    assert import_reference(SAMPLES, "test") == trial


def test_a_changed_row_is_taken_over(db_dsn: str, tmp_path: Path) -> None:
    put(tmp_path, "a.csv", "code,description,is_active", "940542,Lamps,true", "940521,Desk,true")
    import_reference(tmp_path, "test")
    put(tmp_path, "a.csv", "code,description,is_active", "940542,Lamps,false", "940521,Desk,true")
    (report,) = import_reference(tmp_path, "test")

    assert (report.rows, report.changed) == (2, 1)
    assert rows(db_dsn, "select is_active from erp_mirror.hs_codes where code = '940542'") == [
        (False,)
    ]


def test_bad_rows_are_left_out_and_told_with_their_line(db_dsn: str, tmp_path: Path) -> None:
    put(
        tmp_path,
        "tariff.csv",
        "code,description",
        "940542,Lamps",
        "94O542,Letter O",
        "940521,",
        "940542,Lamps",  # the same again is no fault
        "940542,Chairs",
    )
    (report,) = import_reference(tmp_path, "test")

    assert (report.rows, report.bad) == (1, 3)
    assert report.examples == [
        "line 3: code '94O542' is not an HS code (digits only)",
        "line 4: description is empty",
        "line 6: 940542 was given before, differently",
    ]
    assert rows(db_dsn, "select code from erp_mirror.hs_codes") == [("940542",)]


@pytest.mark.usefixtures("db_dsn")
def test_an_order_of_an_unknown_supplier_is_a_bad_row(tmp_path: Path) -> None:
    put(
        tmp_path,
        "parties.csv",
        "code,name,address,country,kind",
        "S1,Acme GmbH,Road 1,DE,supplier",
        "OWN,We GmbH,Road 2,DE,own",
    )
    put(
        tmp_path,
        "orders.csv",
        "number,supplier,buyer,currency,ordered_at",
        "PO-1,S1,OWN,EUR,2026-01-01",
        "PO-2,S9,OWN,EUR,2026-01-01",
    )
    report = by_file(import_reference(tmp_path, "test"))["orders.csv"]

    assert (report.rows, report.bad) == (1, 1)
    assert report.examples == ["line 3: supplier S9 is not among the parties"]


def test_only_the_lists_that_were_asked_for_are_read(db_dsn: str) -> None:
    import_reference(SAMPLES, "test", kinds=["countries"])

    assert rows(db_dsn, "select count(*) from erp_mirror.currencies") == [(0,)]


@pytest.mark.usefixtures("db_dsn")
def test_a_folder_without_lists_is_refused_by_name(tmp_path: Path) -> None:
    put(tmp_path, "notes.csv", "who,what", "me,something")

    with pytest.raises(ReferenceMissing, match=str(tmp_path)):
        import_reference(tmp_path, "test")


@pytest.mark.usefixtures("db_dsn")
def test_a_file_that_is_no_list_is_skipped_with_its_columns(tmp_path: Path) -> None:
    put(tmp_path, "countries.csv", "code,name", "DE,Germany")
    put(tmp_path, "notes.csv", "who,what", "me,something")
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    (tmp_path / "latin.csv").write_bytes("code,name\nÖ,x".encode("latin-1"))
    (tmp_path / "empty.csv").touch()
    reports = by_file(import_reference(tmp_path, "test"))

    assert reports["countries.csv"].rows == 1
    assert "who, what" in str(reports["notes.csv"])
    assert "cannot be read" in str(reports["broken.json"])
    assert "cannot be read" in str(reports["latin.csv"])
    assert reports["empty.csv"].kind is None


def test_semicolons_and_a_byte_order_mark_are_read(db_dsn: str, tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("\ufeffcode;name\nDE;Germany, Federal\n", encoding="utf-8")
    import_reference(tmp_path, "test")

    assert rows(db_dsn, "select * from erp_mirror.countries") == [("DE", "Germany, Federal")]


def test_the_official_lists_are_recognised_by_their_columns(db_dsn: str, tmp_path: Path) -> None:
    put(
        tmp_path,
        "1.csv",
        "section,hscode,description,parent,level",
        'I,0101,"Horses, live",01,4',
        "TOTAL,TOTAL,All goods,TOTAL,5",
    )
    put(
        tmp_path,
        "2.csv",
        "ISO3166-1-Alpha-2,CLDR display name,official_name_en,Capital",
        "DE,Germany,Germany,Berlin",
        "NA,Namibia,Namibia,Windhoek",
    )
    put(
        tmp_path,
        "3.csv",
        "Entity,Currency,AlphabeticCode,NumericCode,MinorUnit,WithdrawalDate",
        "GERMANY,Euro,EUR,978,2,",
        "FRANCE,Euro,EUR,978,2,",
        "GERMANY,Deutsche Mark,DEM,276,,2002-03",
        "ZZ,Gold,XAU,959,-,",
        "ANTARCTICA,No universal currency,,,,",
    )
    ports = [
        {"CITY": "Hamburg", "STATE": "", "COUNTRY": "Germany", "LATITUDE": 53.5, "LONGITUDE": 9.9},
        {"CITY": "Hamburg", "STATE": "", "COUNTRY": "Germany", "LATITUDE": 53.6, "LONGITUDE": 9.9},
        {"CITY": "Hull", "STATE": "", "COUNTRY": "U.K.", "LATITUDE": 53.7, "LONGITUDE": -0.3},
        {"CITY": "Nowhere", "STATE": "", "COUNTRY": "Unassigned", "LATITUDE": 0, "LONGITUDE": 0},
    ]
    (tmp_path / "4.json").write_text(json.dumps(ports), encoding="utf-8")
    reports = by_file(import_reference(tmp_path, "test"))

    assert rows(db_dsn, "select * from erp_mirror.hs_codes") == [("0101", "Horses, live", True)]
    assert rows(db_dsn, "select * from erp_mirror.countries order by 1") == [
        ("DE", "Germany"),
        ("NA", "Namibia"),
    ]
    assert rows(db_dsn, "select * from erp_mirror.currencies order by 1") == [
        ("EUR", "Euro", 2),
        ("XAU", "Gold", 0),
    ]
    assert rows(db_dsn, "select * from erp_mirror.ports order by 1") == [
        ("DE~HAMBURG", "Hamburg", "DE", "port"),
        ("GB~HULL", "Hull", "GB", "port"),
    ]
    assert reports["4.json"].bad == 1

"""A cell's value is shown as its number format says."""

from __future__ import annotations

import datetime as dt

import pytest

from include.pages.worker.formats.office.number_format import shown

MOMENT = dt.datetime(2026, 3, 14, 9, 5, 7)


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (1.0, "General", "1"),
        (0.1 + 0.2, "General", "0.3"),
        (4006381333931, "General", "4006381333931"),  # an article number stays whole
        (1234.5, "#,##0.00", "1,234.50"),
        (2.345, "0.00", "2.35"),
        (-1234.5, "#,##0.00;[Red]-#,##0.00", "-1,234.50"),
        (-5, "0.00_);(0.00)", "(5.00)"),
        (0, '#,##0;-#,##0;"-"', "-"),
        (1234.5, '#,##0.00 "€"', "1,234.50 €"),
        (1234.5, "[$€-407] #,##0.00", "€ 1,234.50"),
        (0.195, "0.0%", "19.5%"),
        (12345, "0.00E+00", "1.23E+04"),
        (7, "00000", "00007"),
        (12, '"INV-"0000', "INV-0012"),
        (1234567, "#,##0,", "1,235"),
        (MOMENT, "dd.mm.yyyy", "14.03.2026"),
        (MOMENT, "yyyy-mm-dd hh:mm:ss", "2026-03-14 09:05:07"),  # mm is minutes after hours
        (MOMENT, "d-mmm-yy", "14-Mar-26"),
        (MOMENT, "h:mm AM/PM", "9:05 AM"),
        (MOMENT, "mm-dd-yy", "2026-03-14"),  # Excel shows it as the country has it
        (dt.timedelta(hours=30), "[h]:mm:ss", "30:00:00"),
        (True, "General", "TRUE"),
        ("007", "@", "007"),
    ],
)
def test_values_are_shown_as_excel_shows_them(value: object, code: str, text: str) -> None:
    assert shown(value, code) == text

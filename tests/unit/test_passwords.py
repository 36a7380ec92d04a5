"""Which passwords are tried on a file."""

from __future__ import annotations

import pytest

from include.errors import SettingInvalid
from include.pages.passwords import passwords_for
from include.settings import load_settings

GIVEN = {"*@Carrier.example": ("a", "b"), "statement_*.PDF": ("c", "a")}


@pytest.mark.parametrize(
    ("file_name", "sender", "found"),
    [
        ("x.pdf", "papers@carrier.example", ("a", "b")),
        ("Statement_7.pdf", "", ("c", "a")),
        ("statement_7.pdf", "papers@carrier.example", ("a", "b", "c")),  # each once
        ("x.pdf", "papers@other.example", ()),
        ("x.pdf", "", ()),
    ],
)
def test_the_pattern_of_name_or_sender_decides(
    file_name: str, sender: str, found: tuple[str, ...]
) -> None:
    assert passwords_for(GIVEN, file_name, sender) == found


def test_the_setting_takes_one_password_or_several() -> None:
    settings = load_settings({"LADING_PASSWORDS": '{"*.pdf": "a", "*.zip": ["b", "c"]}'})
    assert settings.passwords == {"*.pdf": ("a",), "*.zip": ("b", "c")}


@pytest.mark.parametrize("given", ["secret", "[1]", "{"])
def test_a_setting_that_is_not_understood_says_how_to_write_it(given: str) -> None:
    with pytest.raises(SettingInvalid, match="LADING_PASSWORDS"):
        load_settings({"LADING_PASSWORDS": given})

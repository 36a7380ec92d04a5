"""What a home remembers, what is private in it, and what is said when it cannot be used."""

from __future__ import annotations

import json
import shutil
import socket
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from include.embedded.running import home as module
from include.embedded.running.home import open_stack, settings_digest, write_private
from include.errors import DiskFull, StackFailed
from include.settings import load_settings, stack_environment


def test_ports_and_secrets_are_chosen_once(lading_home: Path) -> None:
    first, second = open_stack(), open_stack()
    assert first.secrets == second.secrets
    assert first.postgres_port == second.postgres_port
    assert len({value for value in vars(first.secrets).values()}) == 7


def test_secrets_are_readable_by_their_owner_only(lading_home: Path) -> None:
    open_stack()
    for name in ("secrets.json", "stack.env"):
        assert (lading_home / name).stat().st_mode & 0o777 == 0o600


def test_what_the_user_set_once_is_known_to_later_commands(
    lading_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LADING_AIRFLOW_PORT", "18080")
    monkeypatch.setenv("LADING_UNCERTIFIED_THRESHOLD", "0.9")
    open_stack()
    monkeypatch.delenv("LADING_AIRFLOW_PORT")
    monkeypatch.delenv("LADING_UNCERTIFIED_THRESHOLD")
    assert load_settings().airflow_port == 18080
    assert open_stack().threshold == 0.9


def test_the_embedded_stack_exports_above_an_uncertified_threshold(lading_home: Path) -> None:
    assert load_settings().uncertified_threshold is None
    open_stack()
    assert load_settings().uncertified_threshold == 0.8


def test_tasks_find_the_database_of_their_home(lading_home: Path) -> None:
    stack = open_stack()
    assert load_settings({"LADING_HOME": str(lading_home)}).db_dsn == stack.lading_dsn


def test_what_the_erp_told_survives_a_later_start(lading_home: Path) -> None:
    module.write_stack_env(open_stack(), [("LADING_ERP_KEY", "k")])
    open_stack()
    assert stack_environment(lading_home)["LADING_ERP_KEY"] == "k"


def test_a_database_port_taken_by_somebody_else_is_replaced(lading_home: Path) -> None:
    first = open_stack()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first.postgres_port))
        taken.listen(1)
        assert open_stack().postgres_port != first.postgres_port


def test_a_full_disk_is_said_before_anything_is_written(
    lading_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Usage(NamedTuple):
        free: int

    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(free=100 * 2**20))
    with pytest.raises(DiskFull, match=r"100 MB free, 1500 MB are needed"):
        open_stack()
    assert not (lading_home / "secrets.json").exists()


def test_damaged_secrets_are_explained(lading_home: Path) -> None:
    (lading_home / "secrets.json").write_text(json.dumps({"jwt": "x"}))
    with pytest.raises(StackFailed, match=r"secrets\.json is damaged"):
        open_stack()


def test_a_private_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, "new")
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("change", "restarts"),
    [
        ({"LADING_STABLE_S": "2"}, True),
        ({"OPENAI_API_KEY": "k"}, True),
        ({"TERM": "xterm"}, False),
        ({"SSH_CONNECTION": "x"}, False),
    ],
)
def test_only_settings_that_matter_restart_a_component(
    change: dict[str, Any], restarts: bool
) -> None:
    before = settings_digest(["airflow"], {"PATH": "/bin"})
    assert (settings_digest(["airflow"], {"PATH": "/bin", **change}) != before) is restarts

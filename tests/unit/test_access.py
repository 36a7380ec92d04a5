"""One user gets through a closed folder; what others may do stays as it was."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from include.embedded.parts.access import can_pass, open_way

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs Postgres as another user")


def test_one_user_passes_and_nobody_else(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    (closed / "data").mkdir(parents=True)
    closed.chmod(0o700)
    granted, other = pwd.getpwnam("daemon"), pwd.getpwnam("nobody")
    assert not can_pass(closed, granted)
    assert closed in open_way(closed / "data", granted)
    assert can_pass(closed / "data", granted)
    assert not can_pass(closed, other)
    assert closed.stat().st_mode & 0o007 == 0
    assert open_way(closed / "data", granted) == []


def test_a_folder_that_was_closed_again_is_opened_again_for_that_user_only(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o770)
    closed.chmod(0o770)
    granted = pwd.getpwnam("daemon")
    open_way(closed / "data", granted)
    closed.chmod(0o700)  # takes the group's rights through the mask
    assert not can_pass(closed, granted)
    assert open_way(closed / "data", granted) == [closed]
    assert can_pass(closed, granted)
    assert closed.stat().st_mode & 0o070 == 0o010

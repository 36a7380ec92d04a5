"""The scheduler loads what its tasks import, and nothing heavy."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PRELOAD = """
import sys
sys.argv = ["airflow", "scheduler"]
import airflow_local_settings as settings
print("missing:", *(name for name in settings.OF_TASKS if name not in sys.modules))
print("loaded:", *sys.modules)
"""


def preloaded() -> dict[str, set[str]]:
    done = subprocess.run(
        [sys.executable, "-c", PRELOAD],
        cwd=PROJECT,
        env={"PYTHONPATH": f"{PROJECT}:{PROJECT / 'config'}", "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = dict(line.split(":", 1) for line in done.stdout.splitlines() if ":" in line)
    return {key: set(names.split()) for key, names in lines.items()}


def test_everything_that_tasks_import_is_loaded_and_nothing_heavy() -> None:
    found = preloaded()
    assert found["missing"] == set()
    inner = re.compile(r"^ +from (include[\w.]*) import ", re.MULTILINE)
    wanted = {
        name for dag in (PROJECT / "dags").glob("*.py") for name in inner.findall(dag.read_text())
    }
    assert wanted
    assert wanted - found["loaded"] == set()
    lint = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
    heavy = set(lint["flake8-tidy-imports"]["banned-module-level-imports"])
    assert heavy & found["loaded"] == set()

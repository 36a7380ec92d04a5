"""The compose file against the Compose Specification, without an engine."""

from __future__ import annotations

import json
import re
from pathlib import Path

import yaml
from compose_spec import PyCompose

PROJECT = Path(__file__).resolve().parent.parent.parent
COMPOSE = PROJECT / "docker-compose.yml"
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(?::?[-?]([^}]*))?\}")


def example() -> dict[str, str]:
    lines = (PROJECT / ".env.example").read_text().splitlines()
    pairs = [line.partition("=") for line in lines if line and not line.startswith("#")]
    return {key: value for key, _, value in pairs}


def test_every_variable_of_the_compose_file_is_explained_in_the_example() -> None:
    used = {match[1] for match in VARIABLE.finditer(COMPOSE.read_text())}
    assert used <= set(example())


def test_every_setting_of_the_program_is_in_the_example() -> None:
    source = (PROJECT / "include" / "settings.py").read_text()
    assert set(re.findall(r'"(LADING_[A-Z_]+)"', source)) <= set(example())


def test_the_compose_file_meets_the_specification() -> None:
    filled = VARIABLE.sub(
        lambda m: m[2] if m[2] and "set it" not in m[2] else "8080", COMPOSE.read_text()
    )
    document = {k: v for k, v in yaml.safe_load(filled).items() if not k.startswith("x-")}
    services = PyCompose.from_json(json.dumps(document)).services
    assert services is not None
    for name in ("apiserver", "scheduler", "dag-processor", "worker", "triggerer", "init"):
        assert f"airflow-{name}" in services
    broken = json.dumps({**document, "services": {"x": {"image": 1, "no_such_key": True}}})
    try:
        PyCompose.from_json(broken)
    except Exception as refused:
        assert "x" in str(refused)
    else:
        raise AssertionError("the validator accepts anything")


def test_no_secret_has_a_default() -> None:
    text = COMPOSE.read_text()
    for name in re.findall(r"\$\{(\w*(?:PASSWORD|SECRET|FERNET)\w*)", text):
        assert f"${{{name}:-" not in text

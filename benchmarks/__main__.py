"""`make bench [ONLY=name] [DATA=folder]`: each benchmark writes `.lading/bench/<name>.json`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import decisions, fuzz, hostile, latency, ocr, packets, read, tables
from include.settings import load_settings

#: A benchmark takes the folder of DATA (or None) and returns figures with their `goals`.
BENCHMARKS: dict[str, Callable[[Path | None], dict[str, Any]]] = {
    "decisions": decisions.run,
    "fuzz": fuzz.run,
    "hostile": hostile.run,
    "latency": latency.run,
    "ocr": ocr.run,
    "packets": packets.run,
    "read": read.run,
    "tables": tables.run,
}


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    packages = ("apache-airflow", "rapidocr", "onnxruntime", "pypdfium2", "unstructured")
    return {
        "cores": os.cpu_count(),
        "load_before": os.getloadavg()[0],
        "platform": platform.platform(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in packages},
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


def main() -> int:
    """Exit code 0 = it ran, whatever the goals say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=sorted(BENCHMARKS))
    parser.add_argument("--data", type=Path)
    arguments = parser.parse_args()
    folder = load_settings().home / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    for name in [arguments.only] if arguments.only else sorted(BENCHMARKS):
        about = machine()
        figures = {"name": name, "machine": about, **BENCHMARKS[name](arguments.data)}
        path = folder / f"{name}.json"
        path.write_text(json.dumps(figures, indent=1, default=str), encoding="utf-8")
        for what, result in figures["goals"].items():
            verdict = "met" if result["met"] else "NOT met"
            sys.stdout.write(
                f"{name}: {what} {result['value']} (goal {result['goal']}) {verdict}\n"
            )
        sys.stdout.write(f"written to {path}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

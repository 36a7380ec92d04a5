"""Peers are installed when a benchmark asks for them: OCRmyPDF from PyPI, Tesseract from Debian."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from include.settings import load_settings

_REQUIREMENTS = Path(__file__).with_name("requirements.txt")
_INSTALL_S = 600


class PeerMissing(Exception):
    """A peer cannot be had here; the message says why."""


def own_python() -> Path:
    """The Python that runs this: it has `unstructured`, pdfminer and rapidocr."""
    return Path(sys.executable)


def peers_python() -> Path:
    """The Python of `peers/venv` in LADING_HOME, with what `requirements.txt` pins."""
    folder = load_settings().home / "peers" / "venv"
    python, stamp = folder / "bin" / "python", folder / "installed"
    wanted = hashlib.sha256(_REQUIREMENTS.read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return python
    sys.stdout.write(f"installing the peers of {_REQUIREMENTS.name} into {folder}\n")
    folder.parent.mkdir(parents=True, exist_ok=True)
    _command([sys.executable, "-m", "venv", "--clear", str(folder)])
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _command([*pip, "--no-deps", "-r", str(_REQUIREMENTS)])
    stamp.write_text(wanted)
    return python


def need_program(name: str, package: str) -> None:
    """Have the program `name`; as root on Debian its package is installed, with a word about it."""
    if shutil.which(name):
        return
    if os.geteuid() or not shutil.which("apt-get"):
        raise PeerMissing(f"{name} is not installed (Debian's package {package} has it)")
    sys.stdout.write(f"{name} is missing: installing Debian's package {package}\n")
    _command(["apt-get", "update", "-qq"])
    _command(["apt-get", "install", "-y", "-qq", "--no-install-recommends", package])
    if not shutil.which(name):
        raise PeerMissing(f"{name} is still missing after installing {package}")


def _command(command: list[str]) -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run(
            command, env=environment, check=True, capture_output=True, timeout=_INSTALL_S
        )
    except subprocess.CalledProcessError as error:
        lines = error.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise PeerMissing(f"{Path(command[0]).name} failed: {lines[-1][:300]}") from error
    except (OSError, subprocess.SubprocessError) as error:
        raise PeerMissing(f"{Path(command[0]).name} failed: {error}") from error

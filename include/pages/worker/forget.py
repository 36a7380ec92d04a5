"""Between two files, a child forgets the earlier one: objects, temporary files, cached texts."""

from __future__ import annotations

import functools
import gc
import shutil
import sys
from pathlib import Path
from typing import Any

#: Whose caches of more than one value hold pieces of a file's text.
_OWNERS = ("include.", "unstructured")


def forget(folder: str) -> None:
    """Leave nothing of a file whose last reference is gone; `folder` is this child's own."""
    for path in Path(folder).iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    for cached in caches():
        cached.cache_clear()
    gc.collect()


@functools.cache
def caches() -> tuple[Any, ...]:
    """The bounded caches of all modules that are loaded; those without a bound hold models."""
    found = {
        id(value): value
        for name, module in tuple(sys.modules.items())
        if name.startswith(_OWNERS) and module is not None
        for value in vars(module).values()
        if isinstance(value, functools._lru_cache_wrapper)
        and (value.cache_parameters()["maxsize"] or 0) > 1
    }
    return tuple(found.values())

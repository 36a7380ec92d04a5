"""`python -m benchmarks.peers.serve TOOL`: a peer as a warm process, one file per line of JSON.

It may run in a Python that has nothing of Lading's: only the standard library up here.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from typing import Any, TextIO

from benchmarks.peers.tools import TOOLS


def main(name: str) -> int:
    """Answers `{"version"}` when ready, then one object per file; ends with its input."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as out:
        os.dup2(2, 1)  # what a library prints is no answer
        try:
            version, read = TOOLS[name]()
        except Exception as error:
            _say(out, {"error": f"{type(error).__name__}: {error}"[:300]})
            return 1
        _say(out, {"version": version})
        for line in sys.stdin:
            try:
                answer = read(json.loads(line)["path"])
            except Exception as error:  # a peer may fail on a file, and is asked for the next
                answer = {"error": f"{type(error).__name__}: {error}"[:300]}
            _say(out, answer | {"peak_mb": _peak_mb()})
    return 0


def _say(out: TextIO, answer: dict[str, Any]) -> None:
    out.write(json.dumps(answer) + "\n")
    out.flush()


def _peak_mb() -> int:
    """Of the largest process so far: this one or one that it started."""
    both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(who).ru_maxrss for who in both) >> 10


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))

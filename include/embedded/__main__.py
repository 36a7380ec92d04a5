"""`python -m include.embedded up|down|status|demo`."""

from __future__ import annotations

import sys

from include.embedded.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`python -m include.samples OUT [N] [SEED]`: writes N generated shipments with their truth."""

from __future__ import annotations

import sys
from pathlib import Path

from include.samples.dataset import write
from include.samples.generate import generate


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0].startswith("-"):
        sys.stderr.write(f"{__doc__}\n")
        return 2
    folder = Path(arguments[0])
    count = int(arguments[1]) if len(arguments) > 1 else 10
    seed = int(arguments[2]) if len(arguments) > 2 else 1
    paths = write(folder, generate(count, seed))
    sys.stdout.write(f"Wrote {len(paths)} documents of {count} shipments to {folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What `make bench` and `make evaluate` run; what is measured is read anew each time."""

from __future__ import annotations

import os

os.environ.setdefault("LADING_READER_CACHE_MB", "0")

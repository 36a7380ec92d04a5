"""Files that hold several papers, and papers of several pages that are one, with their truth."""

from __future__ import annotations

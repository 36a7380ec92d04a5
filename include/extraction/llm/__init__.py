"""The second reader: a language model for what the rules did not find or are not sure of."""

from __future__ import annotations

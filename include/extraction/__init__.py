"""Extraction: words become typed fields and lines, each tied to its place."""

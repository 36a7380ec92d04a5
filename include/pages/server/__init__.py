"""The reader's process, `python -m include.pages.server`, and how it serves."""

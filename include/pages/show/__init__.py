"""How a file was read, for whoever tunes the reading: `python -m include.pages.show FILE`."""

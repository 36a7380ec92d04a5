"""One module per kind of file."""

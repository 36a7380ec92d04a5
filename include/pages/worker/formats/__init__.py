"""One module per kind of file, and what they share: words of a text layer, OCR."""

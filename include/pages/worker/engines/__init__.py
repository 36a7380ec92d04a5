"""OCR: a page image becomes words; engines behind one contract."""

"""Files without page images: what they say, laid out on pages."""

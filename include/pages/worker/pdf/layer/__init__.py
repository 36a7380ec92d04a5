"""The text layer of a PDF page against what a person sees."""

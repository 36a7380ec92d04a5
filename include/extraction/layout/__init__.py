"""Pages as rows and segments of words."""

"""Checks: what the code knows about a value, alone and against the company's own tables."""

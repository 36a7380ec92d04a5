"""Registered documents: their bytes, their states, the work done on each."""

"""Samples: generated shipments with truth, and their degradations."""

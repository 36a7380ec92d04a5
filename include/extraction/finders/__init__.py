"""Typed finders: what in a run of words is a date, an amount, a code."""

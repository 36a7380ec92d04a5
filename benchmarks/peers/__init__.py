"""The tools Lading is measured against, each a program of its own, and Lading's reader likewise."""

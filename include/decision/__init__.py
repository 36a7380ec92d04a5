"""Decision: export, review or reject, with reasons."""

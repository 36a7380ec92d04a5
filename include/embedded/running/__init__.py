"""How processes are started, watched, adopted and stopped."""

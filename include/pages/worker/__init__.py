"""What only the reader's own process imports, so that heavy imports may stand at the top."""

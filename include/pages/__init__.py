"""Reading: a file's bytes become words with boxes, inside a sandboxed process."""

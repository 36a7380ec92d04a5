"""Tables: header rows, cells, items, and lines with typed values."""

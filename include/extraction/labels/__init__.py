"""Where labels stand on a page, and what stands beside and under them."""

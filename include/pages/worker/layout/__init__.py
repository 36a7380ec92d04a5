"""Where words stand on a page: order, blocks, language."""

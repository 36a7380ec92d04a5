"""Tables of a page: rows and cells with boxes, from drawn lines or from the gaps between words."""

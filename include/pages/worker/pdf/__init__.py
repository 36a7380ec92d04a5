"""PDF: text layer, rendering, attachments, repair."""

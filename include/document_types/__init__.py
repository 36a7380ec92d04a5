"""Document types: one YAML file each, and the catalogue that loads them."""

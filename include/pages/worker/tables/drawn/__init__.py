"""Tables whose cells are drawn."""

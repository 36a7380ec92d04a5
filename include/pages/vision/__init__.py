"""A second look at poor pages: by a model that sees pictures, grounded by the words read here."""

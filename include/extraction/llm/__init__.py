"""The tier that asks a language model for what the rules left open."""

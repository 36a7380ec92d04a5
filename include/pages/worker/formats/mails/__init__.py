"""Mails of every make, understood as one kind of letter."""

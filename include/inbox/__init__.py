"""Inbox sources: each lands bytes durably, then acknowledges."""

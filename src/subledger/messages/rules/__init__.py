"""Decisions of messages: pure functions over texts."""

"""The writes of messages."""

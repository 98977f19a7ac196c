"""Decisions about webhooks: which events, how they are signed, what an answer means, when to try again."""

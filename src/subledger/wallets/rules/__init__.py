"""Decisions about wallets, as pure functions."""

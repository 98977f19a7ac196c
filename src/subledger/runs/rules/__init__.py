"""Decisions about when runs are due."""

"""When the network may be spoken to: never while a database transaction is open, whose locks would wait for it."""

from __future__ import annotations

from django.db import connection


def is_in_transaction() -> bool:
    """Whether a database transaction is open, but for the one that a test rolls back."""
    return any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)


def refuse_in_transaction(what: str) -> None:
    """Asked before the network is spoken to. RuntimeError: a transaction is open, which is a programming error."""
    if is_in_transaction():
        raise RuntimeError(f"{what} inside a database transaction: its locks would wait for the network.")

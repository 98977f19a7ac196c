"""When the network may be spoken to: never while a database transaction is open, whose locks would wait for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from .dry_runs import is_dry_run
from .errors import DryRunStaysInside


def open_blocks() -> Sequence[Any]:
    """The `atomic` blocks that are open; a name of its own, so that another account of them can be put in its place."""
    return connection.atomic_blocks


def is_in_transaction() -> bool:
    """Whether a database transaction is open."""
    return bool(open_blocks())


def refuse_in_transaction(what: str) -> None:
    """Asked before the network is spoken to.

    Raises:
        DryRunStaysInside: of what is undone nobody outside is told.
        RuntimeError: a transaction is open, which is a programming error.
    """
    if is_dry_run():
        raise DryRunStaysInside
    if is_in_transaction():
        raise RuntimeError(f"{what} inside a database transaction: its locks would wait for the network.")

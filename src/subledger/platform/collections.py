"""Looking for garbage in cycles less often, while very many objects are held that are in none."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

USUAL = gc.get_threshold()


@contextmanager
def rare_collections() -> Iterator[None]:
    """For work that holds hundreds of thousands of rows: walking them again and again takes a third of its time
    (measured on an import of 40,000 payments, and on FIFO over 8,000 accounts)."""
    gc.set_threshold(100_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*USUAL)

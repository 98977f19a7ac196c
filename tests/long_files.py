"""Watching long files go out: what is fetched from the database at a time, and how large the process gets."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import psycopg

MANY = 1_000_000
MIB = 1024 * 1024


@contextmanager
def fetches() -> Iterator[list[int]]:
    """How many rows each fetch from a cursor of the server brought."""
    numbers: list[int] = []
    fetch = psycopg.ServerCursor.fetchmany

    def noted(cursor, size=0):
        found = fetch(cursor, size)
        numbers.append(len(found))
        return found

    with mock.patch.object(psycopg.ServerCursor, "fetchmany", noted):
        yield numbers


def most_memory(work: Callable[[], Iterable[bytes]]) -> tuple[int, int]:
    """By how many bytes this process is larger at most while it works than before, and how many lines that makes."""
    own = Path("/proc/self")

    def of_status(name: str) -> int:
        [line] = [one for one in (own / "status").read_text().splitlines() if one.startswith(name)]
        return int(line.split()[1]) * 1024

    gc.collect()
    (own / "clear_refs").write_text("5")  # the high-water mark begins anew (proc(5))
    before = of_status("VmRSS")
    lines = sum(part.count(b"\n") for part in work())
    return of_status("VmHWM") - before, lines

"""Limits that several processes keep together: one table of buckets in a file that each has in its memory."""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import struct
import threading
from collections.abc import Hashable
from functools import cache
from pathlib import Path

# Where the processes that serve together find their table.
TABLE = "SUBLEDGER_LIMITS_TABLE"
SLOTS = 1 << 16
PROBED = 16
SLOT = struct.Struct("=QQ")  # whose bucket, and the instant at which it is paid off, in nanoseconds


class SharedBuckets:
    """The instants at which buckets are paid off, by their names, for all processes that open the same file.

    A name has one of sixteen slots. Where all are taken, the one that is paid off first is taken over: whoever had it
    begins anew, which only a stranger with a million addresses can bring about.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("r+b")
        self._table = mmap.mmap(self._file.fileno(), SLOTS * SLOT.size)
        self._lock = threading.Lock()  # a lock of the file is one of the process, not of a thread

    @staticmethod
    def make(path: Path) -> None:
        """An empty table, made once, before the first process opens it."""
        with path.open("wb") as file:
            file.truncate(SLOTS * SLOT.size)

    def later(self, name: Hashable, now: int, cost: int, most: int) -> int:
        """Charge ``cost`` to a bucket unless it would then be paid off more than ``most`` after ``now``.

        The instant at which it would be paid off; it was charged where that is at most ``now + most``.
        """
        digest = hashlib.blake2b(repr(name).encode(), digest_size=16).digest()
        owner = int.from_bytes(digest[:8], "big") | 1  # 0 is nobody
        first = int.from_bytes(digest[8:], "big")
        with self._lock:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                at, paid_off = self._slot(owner, first, now)
                after = max(paid_off, now) + cost
                if after - now <= most:
                    SLOT.pack_into(self._table, at, owner, after)
                return after
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        self._table.close()
        self._file.close()

    def _slot(self, owner: int, first: int, now: int) -> tuple[int, int]:
        """Where a bucket is, or is to be, and when it is paid off."""
        oldest, oldest_at = None, 0
        for step in range(PROBED):
            at = (first + step) % SLOTS * SLOT.size
            holder, paid_off = SLOT.unpack_from(self._table, at)
            if holder == owner:
                return at, paid_off
            if oldest is None or paid_off < oldest:
                oldest, oldest_at = paid_off, at
        return oldest_at, now


@cache
def shared_buckets() -> SharedBuckets | None:
    """The table of the processes that this one serves with: one object, whose lock holds between its threads."""
    path = os.environ.get(TABLE)
    return SharedBuckets(Path(path)) if path else None

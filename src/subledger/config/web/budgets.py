"""Threads by kind of request, so that none of a kind waits for those of another.

Whoever stretches one kind – guesses passwords, pays through a gateway that says nothing, sends a long file – holds the
threads of that kind and no others. A kind has few threads and a short queue; beyond it a request is refused at once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from django.db import connections

from . import metrics
from .refusals import Busy

T = TypeVar("T")

# Who has waited longer for a thread has given up, or will not like the answer any more.
WAIT_SECONDS = 30


class Kind(StrEnum):
    """What a request is for, as far as threads go."""

    PAGES = "pages"  # and the API: everything that is not one of the others
    LOGIN = "login"  # passwords are hashed: a second of processor each
    CUSTOMERS = "customers"  # links to pay, which ask a gateway
    FILES = "files"  # uploads, read and imported while one waits
    READY = "ready"  # found out once for all who ask
    WATCH = "watch"  # figures, for those who may read them: they answer when nothing else does


@dataclass(frozen=True, slots=True)
class Size:
    threads: int
    waiting: int
    keeps_connections: bool = False


# A kept database connection a thread: four threads are plenty for two cores and kind to PostgreSQL. The others give
# theirs back after every request.
SIZES = {
    Kind.PAGES: Size(threads=4, waiting=256, keeps_connections=True),
    Kind.LOGIN: Size(threads=1, waiting=3),
    Kind.CUSTOMERS: Size(threads=2, waiting=16),
    Kind.FILES: Size(threads=2, waiting=4),
    Kind.READY: Size(threads=1, waiting=1),
    Kind.WATCH: Size(threads=1, waiting=8),
}


class Budget:
    """Threads of one kind, and the requests that wait for them."""

    def __init__(self, kind: Kind, size: Size) -> None:
        self.kind, self.size = kind, size
        self.taken = 0  # running and waiting; changed on the event loop alone
        self._pool = ThreadPoolExecutor(size.threads, thread_name_prefix=kind.value)

    async def run(self, work: Callable[[], T]) -> T:
        """The result of ``work`` in a thread of this kind.

        Raises:
            Busy: too many wait already, or this one has waited too long; ``work`` was not begun.
        """
        if self.taken >= self.size.threads + self.size.waiting:
            raise Busy
        loop = asyncio.get_running_loop()
        self._count(+1)
        future = self._pool.submit(self._work, work, time.monotonic() + WAIT_SECONDS)
        # The thread is taken until the work ends, also when nobody waits for its result any more.
        future.add_done_callback(lambda _: loop.call_soon_threadsafe(self._let_go))
        return await asyncio.wrap_future(future)

    def _let_go(self) -> None:
        self._count(-1)

    def _count(self, change: int) -> None:
        self.taken += change
        metrics.UNDER_WAY.labels(self.kind.value).set(self.taken)

    def _work(self, work: Callable[[], T], latest: float) -> T:
        if time.monotonic() > latest:
            raise Busy
        try:
            return work()
        finally:
            if not self.size.keeps_connections:
                connections.close_all()

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def budgets() -> dict[Kind, Budget]:
    return {kind: Budget(kind, size) for kind, size in SIZES.items()}

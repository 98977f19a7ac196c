"""How many requests a key, or an address, may send: a bucket of tokens for each, in all that serve together."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable

from .shared_limits import shared_buckets

MINUTE = 60 * 10**9  # nanoseconds


class RateLimit:
    """At most ``per_minute`` requests a key in a burst, and as many a minute in the long run.

    A bucket is the instant at which the key's requests so far are paid off (GCRA): one number a key. Strangers make
    keys of their own, such as addresses, so paid-off ones are dropped once there are many.
    """

    MANY = 10_000

    def __init__(self, per_minute: int, *, name: str = "", now: Callable[[], int] = time.monotonic_ns) -> None:
        """A ``name`` says which limit it is to the other processes; without one it is this process's own."""
        self._cost = MINUTE // per_minute
        self._name = name
        self._shared = shared_buckets() if name else None
        self._now = now
        self._paid_off: dict[Hashable, int] = {}
        self._lock = threading.Lock()

    def seconds_to_wait(self, key_id: Hashable) -> int:
        """0 when the request may go on, else the whole seconds until the next one may."""
        now = self._now()
        if self._shared is not None:
            return _wait(self._shared.later((self._name, key_id), now, self._cost, MINUTE), now)
        with self._lock:
            if len(self._paid_off) >= self.MANY:
                self._paid_off = {key: at for key, at in self._paid_off.items() if at > now}
            after = max(self._paid_off.get(key_id, now), now) + self._cost
            if after - now <= MINUTE:
                self._paid_off[key_id] = after
            return _wait(after, now)


def _wait(after: int, now: int) -> int:
    """Of a bucket that would be paid off at ``after``: the whole seconds until the request may come."""
    return 0 if after - now <= MINUTE else max(1, -(-(after - now - MINUTE) // 10**9))

"""How many requests a key, or an address, may send: a bucket of tokens for each, in this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable

MINUTE = 60 * 10**9  # nanoseconds


class RateLimit:
    """At most ``per_minute`` requests a key in a burst, and as many a minute in the long run.

    A bucket is the instant at which the key's requests so far are paid off (GCRA): one number a key. Strangers make
    keys of their own, such as addresses, so paid-off ones are dropped once there are many.
    """

    MANY = 10_000

    def __init__(self, per_minute: int, *, now: Callable[[], int] = time.monotonic_ns) -> None:
        self._cost = MINUTE // per_minute
        self._now = now
        self._paid_off: dict[Hashable, int] = {}
        self._lock = threading.Lock()

    def seconds_to_wait(self, key_id: Hashable) -> int:
        """0 when the request may go on, else the whole seconds until the next one may."""
        now = self._now()
        with self._lock:
            if len(self._paid_off) >= self.MANY:
                self._paid_off = {key: at for key, at in self._paid_off.items() if at > now}
            after = max(self._paid_off.get(key_id, now), now) + self._cost
            if after - now > MINUTE:
                return max(1, -(-(after - now - MINUTE) // 10**9))
            self._paid_off[key_id] = after
            return 0

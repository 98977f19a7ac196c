"""A token bucket: so many a second, and as many at once."""


class Bucket:
    """Starts full with one second's worth (at least one), and fills at ``rate`` a second."""

    def __init__(self, rate: float, now: float) -> None:
        self.rate = rate
        self._size = max(rate, 1.0)
        self._tokens, self._at = self._size, now

    def take(self, now: float) -> bool:
        """Take one token if there is one."""
        self._tokens = min(self._size, self._tokens + (now - self._at) * self.rate)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True

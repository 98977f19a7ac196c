"""Time in the sandbox: the one place that asks the machine what time it is."""

import heapq
import time
from collections.abc import Callable
from itertools import count

Action = Callable[[], object]


class Timeline:
    """A time that only moves forward, and what is to happen on it.

    Either it stands still until told to advance (``start`` given), so that a run can be replayed, or it follows the
    machine's clock and may be put ahead of it. While an action runs, now is the moment it was due, so a jump of a month
    leaves the same dates as a month of waiting.
    """

    def __init__(self, start: float | None = None) -> None:
        self.is_frozen = start is not None
        self._offset = start if start is not None else 0.0
        self._acting_at: float | None = None
        self._due: list[tuple[float, int, Action]] = []
        self._order = count()

    @property
    def exact(self) -> float:
        """Seconds since 1970, with their fraction."""
        if self._acting_at is not None:
            return self._acting_at
        return self._offset if self.is_frozen else time.time() + self._offset

    @property
    def now(self) -> int:
        """Whole seconds since 1970, as Stripe writes instants."""
        return int(self.exact)

    @property
    def next_due(self) -> float | None:
        """When something happens next, or None."""
        return self._due[0][0] if self._due else None

    def at(self, when: float, action: Action) -> None:
        """Do ``action`` once time has reached ``when``, a past one being now; equal instants keep the order given."""
        heapq.heappush(self._due, (max(when, self.exact), next(self._order), action))

    def advance_to(self, moment: float) -> None:
        """Move to ``moment`` and do everything that fell due until then, each at its own instant."""
        if moment < self.exact:
            raise ValueError(f"time only moves forward: it is {self.now}, {moment} has passed")
        self._act_until(moment)
        self._offset += moment - self.exact

    def hold(self) -> None:
        """Stand still from the beginning of time on, to be led through what has been."""
        self.is_frozen, self._offset = True, 0.0

    def follow(self) -> None:
        """Follow the machine's clock again, or go on ahead of it where time had come further."""
        self._offset = max(0.0, self._offset - time.time())
        self.is_frozen = False

    def catch_up(self) -> None:
        """Do what has fallen due by now."""
        if self._due and self._acting_at is None and self._due[0][0] <= self.exact:
            self._act_until(self.exact)

    def _act_until(self, moment: float) -> None:
        if self._acting_at is not None:
            raise RuntimeError("an action may not move the time that it happens on")
        try:
            while self._due and self._due[0][0] <= moment:
                due, _, action = heapq.heappop(self._due)
                self._acting_at = due
                action()
        finally:
            self._acting_at = None


def wall_time() -> float:
    """The machine's time, whatever a timeline says: for signatures that a receiver checks against its own clock."""
    return time.time()

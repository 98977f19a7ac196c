"""When something that was not delivered is tried again, and when nobody tries any more."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

# After the first attempt, the second, …; the last one again and again. With it, three days hold about 13 attempts.
LADDER = tuple(
    timedelta(seconds=seconds) for seconds in (5, 60, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 8 * 3600)
)  # fmt: skip
GIVEN_UP_AFTER = timedelta(days=3)
DISABLED_AFTER = timedelta(days=1)
# So many failures in a row, and the endpoint is asked once in a while, by one delivery, until it answers.
FAILURES_IN_A_ROW = 5
LONGEST_PAUSE = timedelta(hours=1)
LONGEST_RETRY_AFTER = timedelta(hours=8)
JITTER = 0.2


def delay(attempts: int, chance: float) -> timedelta:
    """How long to wait after so many attempts; ``chance`` from 0 to 1 spreads it by a fifth to both sides."""
    step = LADDER[min(max(attempts, 1), len(LADDER)) - 1]
    return step * (1 - JITTER + 2 * JITTER * chance)


def pause(failures: int, chance: float) -> timedelta | None:
    """How long an endpoint is left alone after so many failures in a row; None: not at all."""
    if failures < FAILURES_IN_A_ROW:
        return None
    return min(delay(failures - FAILURES_IN_A_ROW + 1, chance), LONGEST_PAUSE)


def retry_after(header: str, at: datetime) -> timedelta | None:
    """What ``Retry-After`` asks for (RFC 9110, 10.2.3), seconds or a date, as far as we heed it."""
    text = header.strip()
    if text.isascii() and text.isdecimal():
        asked = timedelta(seconds=min(int(text[:9]), int(LONGEST_RETRY_AFTER.total_seconds())))
    else:
        try:
            until = parsedate_to_datetime(text)
        except ValueError:
            return None
        if until.tzinfo is None:
            return None
        asked = until - at
    return min(max(asked, timedelta(0)), LONGEST_RETRY_AFTER)

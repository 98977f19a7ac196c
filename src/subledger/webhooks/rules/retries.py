"""When something that was not delivered is tried again, and when nobody tries any more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from subledger.webhooks.states import DisabledReason

from .answers import EndpointResponse, Verdict

# After the first attempt, the second, …; the last one again and again. With it, three days hold about 13 attempts.
LADDER = tuple(
    timedelta(seconds=seconds) for seconds in (5, 60, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 8 * 3600)
)  # fmt: skip
GIVEN_UP_AFTER = timedelta(days=3)
DISABLED_AFTER = timedelta(days=1)
KEPT = timedelta(days=30)  # deliveries that have ended
# So many failures in a row, and the endpoint is asked once in a while, by one delivery, until it answers.
FAILURES_IN_A_ROW = 5
LONGEST_PAUSE = timedelta(hours=1)
LONGEST_RETRY_AFTER = timedelta(hours=8)
JITTER = 0.2


@dataclass(frozen=True, slots=True)
class Health:
    """How an endpoint answers: its ``failures`` in a row, since when, and until when it is left alone for them."""

    failures: int = 0
    failing_since: datetime | None = None
    paused_until: datetime | None = None

    def is_failing_too_long(self, at: datetime) -> bool:
        return self.failing_since is not None and self.failing_since <= longest_failing(at)


@dataclass(frozen=True, slots=True)
class Following:
    """What follows from answers: how the endpoint fares, why it is disabled, and whether it is back from a pause."""

    health: Health
    disabled: DisabledReason | None = None
    is_back: bool = False


def longest_failing(at: datetime) -> datetime:
    """An endpoint that fails since then, or longer, is disabled."""
    return at - DISABLED_AFTER


def after(health: Health, answers: Sequence[EndpointResponse], at: datetime, chance: Callable[[], float]) -> Following:
    """What follows from the answers of one endpoint, in the order in which they came."""
    verdicts = [one.verdict for one in answers]
    arrived = Verdict.DELIVERED in verdicts
    missed = verdicts[::-1].index(Verdict.DELIVERED) if arrived else len(verdicts)
    before, following = health, Health() if arrived else health
    if missed:
        failures = following.failures + missed
        asked = [retry_after(one.retry_after, at) for one in answers]
        pauses = [one for one in (*asked, pause(failures, chance())) if one]
        following = Health(failures, following.failing_since or at, at + max(pauses) if pauses else None)
    disabled = DisabledReason.FAILING if following.is_failing_too_long(at) else None
    if Verdict.GONE in verdicts:
        disabled = DisabledReason.GONE
    return Following(following, disabled, arrived and before.paused_until is not None)


def next_attempt(
    attempts: int, first_at: datetime, answer: EndpointResponse, at: datetime, chance: Callable[[], float]
) -> datetime | None:
    """When what did not arrive after so many attempts is tried again; None: it is given up."""
    if at - first_at >= GIVEN_UP_AFTER:
        return None
    waits = (delay(attempts, chance()), retry_after(answer.retry_after, at))
    return at + max(one for one in waits if one is not None)


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
    if not text:
        return None
    if text.isascii() and text.isdecimal():
        asked = timedelta(seconds=min(int(text[:9]), int(LONGEST_RETRY_AFTER.total_seconds())))
    else:
        try:
            until = parsedate_to_datetime(text)
            if until.tzinfo is None:
                return None
            asked = until - at
        except Exception:  # a stranger's text: whatever it does to the parser, it asks for nothing
            return None
    return min(max(asked, timedelta(0)), LONGEST_RETRY_AFTER)

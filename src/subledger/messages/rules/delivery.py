"""When a message is tried again, and what a mail server's answer means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

# Waits after each try, a day and a half in all: a mail server that is away over night gets its mail in the morning.
LADDER = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 4 * 60, 8 * 60, 24 * 60)
)  # fmt: skip
# So that what waited together does not come back together.
SPREAD = 0.2
# A mail server says so of an address that it does not have (RFC 5321, 4.2.2), unless it names a policy (RFC 3463).
NO_SUCH_ADDRESS = (550, 551, 553)
OF_POLICY = "5.7."


def wait_after(tries: int, chance: float) -> timedelta | None:
    """How long to wait after so many tries, spread by a ``chance`` from 0 to 1; None where it was tried enough."""
    if tries > len(LADDER):
        return None
    return LADDER[max(tries, 1) - 1] * (1 + SPREAD * (2 * chance - 1))


# A server that is away is asked again after these waits, then each time after the last, for as long as the ladder is.
PROBES = LADDER[:3]
GIVEN_UP_AFTER = sum(LADDER, timedelta())


def wait_unreached(waited: timedelta, chance: float) -> timedelta | None:
    """How long to wait where the server is away and the message has waited for that so long; None where it waited
    enough."""
    if waited >= GIVEN_UP_AFTER:
        return None
    passed = timedelta()
    for step in PROBES:
        passed += step
        if waited < passed * (1 - SPREAD):
            break
    return step * (1 + SPREAD * (2 * chance - 1))


class Verdict(StrEnum):
    SENT = "sent"
    AGAIN = "again"  # refused for now, or not handed over
    UNREACHED = "unreached"  # nothing could be handed over: the message is not at fault
    REFUSED = "refused"  # for good
    NO_ADDRESS = "no_address"  # for good, and whatever follows to this address would be
    UNKNOWN = "unknown"  # handed over, with no answer


@dataclass(frozen=True, slots=True)
class MailReply:
    """What handing over came to, and the words of it."""

    verdict: Verdict
    words: str = ""


def verdict_of(code: int, words: str, *, of_recipient: bool) -> Verdict:
    """By the code of an SMTP reply; ``of_recipient``: it was the answer to the address."""
    if code < 500:
        return Verdict.AGAIN
    if of_recipient and code in NO_SUCH_ADDRESS and OF_POLICY not in words:
        return Verdict.NO_ADDRESS
    return Verdict.REFUSED

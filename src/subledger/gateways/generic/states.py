"""What an integrator may say of a request, by the request's state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from subledger.gateways.states import RequestState as S
from subledger.kernel.lifecycle import Lifecycle

FINAL = frozenset({S.POSTED, S.REJECTED})
# Unknown is a request that was reported as executed and that the books refused to post: it may be reported again.
# What a bank gave back, said by its statement alone, undoes a refund or cancellation that was posted.
REPORTS: Lifecycle[S] = Lifecycle(
    {
        (S.PENDING, "process"): S.UNDER_PROCESSING,
        (S.PENDING, "post"): S.POSTED,
        (S.PENDING, "reject"): S.REJECTED,
        (S.PENDING, "return"): S.REJECTED,
        (S.UNDER_PROCESSING, "post"): S.POSTED,
        (S.UNDER_PROCESSING, "reject"): S.REJECTED,
        (S.UNDER_PROCESSING, "return"): S.REJECTED,
        (S.UNKNOWN, "post"): S.POSTED,
        (S.UNKNOWN, "reject"): S.REJECTED,
        (S.UNKNOWN, "return"): S.REJECTED,
    }
)
AFTER = {"process": S.UNDER_PROCESSING, "post": S.POSTED, "reject": S.REJECTED, "return": S.REJECTED}


def is_said_already(state: S, verb: str, *, was_begun: bool = False) -> bool:
    """Whether a report tells nothing new: the request is there, or past it. That it is begun is new of one that was
    rejected before it ever was."""
    if verb == "process" and state is S.REJECTED:
        return was_begun
    return state is AFTER[verb] or (verb == "process" and state is not S.PENDING)


class Told(NamedTuple):
    """A booking or return as a source tells it: its own reference, "" for none, and the day, where it names one."""

    reference: str
    booked_on: date | None


STATEMENTS = frozenset({"camt.053", "camt.054"})  # a bank tells of the same bookings by both, each in its own detail


def is_another(told: Told, *, source: str, before: Mapping[str, Sequence[Told]]) -> bool:
    """Whether a source tells of another booking (or return) than it told of the same request ``before``, by source.

    Its first word is of the booking that is known by others, whose references are theirs; but where a bank's other
    statements name another day. What is not named differs from nothing."""
    own = before.get(source, ())
    if own:
        return not any(_agree(one.reference, told.reference) and _agree(one.booked_on, told.booked_on) for one in own)
    known = [one for name in STATEMENTS - {source} for one in before.get(name, ())] if source in STATEMENTS else []
    return bool(known) and not any(_agree(one.booked_on, told.booked_on) for one in known)


def _agree(one: object, other: object) -> bool:
    return not one or not other or one == other

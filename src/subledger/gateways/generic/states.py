"""What an integrator may say of a request, by the request's state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
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


class BookingReference(NamedTuple):
    """A booking or return as a source tells it: its own reference, "" for none, and the day, where it names one."""

    reference: str
    booked_on: date | None


STATEMENTS = frozenset({"camt.053", "camt.054"})  # a bank tells of the same bookings by both, each in its own detail


def is_another(
    told: BookingReference,
    *,
    source: str,
    before: Mapping[str, Collection[BookingReference]],
    others: Collection[tuple[BookingReference, int]] = (),
) -> bool:
    """Whether a source tells of another booking (or return) than it told of the same request ``before``, by source.

    ``others`` are the bookings that it told of beside, by their words and their place among equals. What it tells now
    takes up one of all those, and so does each of its words before; it is another where that takes one booking more.
    Its first word is of the booking that is known by others, whose references are theirs; but where a bank's other
    statements name another day. What is not named differs from nothing."""
    own = before.get(source, ())
    if own:
        apart = dict.fromkeys(own, 1)
        for words, place in others:
            apart[words] = max(apart.get(words, 0), place)
        if told in apart:
            return told not in own
        return least_bookings(apart | {told: 1}) > max(least_bookings(apart), 1 + len(others))
    known = [one for name in STATEMENTS - {source} for one in before.get(name, ())] if source in STATEMENTS else []
    return not all(not one.booked_on or not told.booked_on or one.booked_on == told.booked_on for one in known)


def least_bookings(told: Mapping[BookingReference, int]) -> int:
    """The least number of bookings of which a source may have told in these words, of each of which it told apart at
    least that many.

    Words may be of one booking unless they name another reference or another day. So each reference on a day is one,
    and takes up words that name that reference, or that day, alone. What is left of those goes together by twos, and
    what names neither goes with any."""
    whole = {one: count for one, count in told.items() if one.reference and one.booked_on}
    by_reference, by_day = Counter[str](), Counter[date | None]()
    for one, count in whole.items():
        by_reference[one.reference] += count
        by_day[one.booked_on] += count
    references = sum(
        max(count - by_reference[one.reference], 0)
        for one, count in told.items()
        if one.reference and not one.booked_on
    )
    days = sum(
        max(count - by_day[one.booked_on], 0) for one, count in told.items() if one.booked_on and not one.reference
    )
    return max(sum(whole.values()) + max(references, days), told.get(BookingReference("", None), 0))

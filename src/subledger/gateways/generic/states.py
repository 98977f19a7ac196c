"""What an integrator may say of a request, by the request's state."""

from __future__ import annotations

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

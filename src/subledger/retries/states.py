from __future__ import annotations

from enum import StrEnum

from subledger.kernel.lifecycle import Lifecycle
from subledger.kernel.sentences import say


class RetryState(StrEnum):
    SCHEDULED = "scheduled"
    WAITING = "waiting"  # for another way to pay: the one that failed is not charged again
    MADE = "made"
    STOPPED = "stopped"


S = RetryState
LIVE = frozenset({S.SCHEDULED, S.WAITING})
RETRY: Lifecycle[RetryState] = Lifecycle(
    {
        (S.SCHEDULED, "make"): S.MADE,
        (S.SCHEDULED, "stop"): S.STOPPED,
        (S.SCHEDULED, "wait"): S.WAITING,
        (S.WAITING, "schedule"): S.SCHEDULED,
        (S.WAITING, "stop"): S.STOPPED,
    }
)


class StopReason(StrEnum):
    """Why nothing is tried again, in the order in which reasons are looked for."""

    EXHAUSTED = "exhausted"
    CALLED_OFF = "called_off"
    TAKEN_BACK = "taken_back"
    SILENCE = "silence"
    SETTLED = "settled"
    PAYMENT_REJECTED = "payment_rejected"
    ACCOUNT_TERMINATED = "account_terminated"
    DISPUTED = "disputed"
    PROMISED = "promised"
    METHOD_REMOVED = "method_removed"
    PLAN_ENDED = "plan_ended"
    # When it was to be made:
    NOT_RECURRING = "not_recurring"
    CURRENCY = "currency"
    REFUSED = "refused"
    # By somebody, or something else:
    BY_HAND = "by_hand"
    SUPERSEDED = "superseded"


REASONS: dict[str, str] = {
    StopReason.EXHAUSTED: say("Tried as often as the plan says"),
    StopReason.CALLED_OFF: say("Called off at the gateway"),
    StopReason.TAKEN_BACK: say("Its payment request was taken back before it left"),
    StopReason.SILENCE: say("The money may have moved"),
    StopReason.SETTLED: say("Nothing of it is open any more"),
    StopReason.PAYMENT_REJECTED: say("The payment was rejected"),
    StopReason.ACCOUNT_TERMINATED: say("The account is terminated"),
    StopReason.DISPUTED: say("Disputed"),
    StopReason.PROMISED: say("Promised for a later day"),
    StopReason.METHOD_REMOVED: say("The card or account that failed was removed"),
    StopReason.PLAN_ENDED: say("No retry plan is in force for its provider"),
    StopReason.NOT_RECURRING: say("The way to pay is not to be charged automatically"),
    StopReason.CURRENCY: say("The provider does not take its currency"),
    StopReason.REFUSED: say("The payment is not due as it stands"),
    StopReason.BY_HAND: say("Stopped by hand"),
    StopReason.SUPERSEDED: say("Another payment of it failed since"),
}
# What may be over soon: no run asks before the day of the plan all the same, and the chain goes on where it stood.
HELD = frozenset({StopReason.PROMISED, StopReason.DISPUTED})
# Also values of other rooms, which mean something else there: a word has one meaning for the house.
WORDS_OF_OTHERS = frozenset({
    StopReason.CALLED_OFF, StopReason.SILENCE, StopReason.SETTLED, StopReason.DISPUTED, StopReason.PROMISED,
    StopReason.CURRENCY, StopReason.REFUSED,
})  # fmt: skip
# Of those a person has to see to: nothing else happens by itself.
TO_SEE_TO = frozenset({
    StopReason.EXHAUSTED, StopReason.METHOD_REMOVED, StopReason.NOT_RECURRING, StopReason.CURRENCY, StopReason.REFUSED,
})  # fmt: skip

"""What an outcome does to a payment request. Pure, and blind to who tells: the call, a notice, the reconciler, a file.

Outcomes may come in any order and any number of times; the same facts end in the same state. What is final goes back
for a new fact of the gateway's alone: money that moved after a rejection, a refund that came back. An outcome that
contradicts a final state counts only when it was asked for after that state was reached; an older one may be an echo,
so the gateway is asked again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from subledger.gateways.port import (
    ActionRequired,
    Declined,
    InProgress,
    Lost,
    Outcome,
    Postponed,
    Returned,
    Succeeded,
)
from subledger.gateways.states import OPEN, PAYMENT_REQUEST, RequestState, RequestType
from subledger.kernel.sentences import say

ACTIONS: dict[type, str] = {
    Succeeded: "confirm",
    Declined: "decline",
    Returned: "decline",
    ActionRequired: "challenge",
    InProgress: "wait",
    Lost: "lose",
    Postponed: "postpone",
}


AGAIN = "again"  # no action of the life cycle: ask the gateway again


def action_of(
    state: RequestState,
    type_: RequestType,
    outcome: Outcome,
    *,
    observed_at: datetime | None = None,
    settled_at: datetime | None = None,
) -> str | None:
    """The life cycle's action that an outcome asks for, `AGAIN`, or None where it tells nothing new.

    A loss after the request is settled, a decline of a payment after it was confirmed (its return is a fact of its
    own), a challenge that is known already: all are echoes. `NotThere` asks for nothing by itself: `when_not_there`.

    Args:
        observed_at: when the gateway was asked, before its answer; None for a person's or an integrator's word.
        settled_at: when the request became what it is, if that is final.
    """
    action = ACTIONS.get(type(outcome))
    can_reverse = type_ is not RequestType.PAYMENT or isinstance(outcome, Returned)
    if action == "decline" and state is RequestState.POSTED and can_reverse:
        action = "reverse"
    if action is None or not PAYMENT_REQUEST.allows(state, action):
        return None
    if state not in OPEN and observed_at is not None and settled_at is not None and observed_at <= settled_at:
        return AGAIN
    return action


# Looked up five minutes after it was sent, after an hour, and then daily (failure modes: a reconciler's ladder).
LADDER = (timedelta(minutes=5), timedelta(hours=1), timedelta(days=1))


def next_check(checks: int, at: datetime) -> datetime:
    """When a request that was looked up ``checks`` times before is looked up next."""
    return at + LADDER[min(checks, len(LADDER) - 1)]


# Stripe may forget an idempotency key once it is 24 hours old and then treats a reuse as a new request
# (docs.stripe.com/api/idempotent_requests): re-sending later could charge twice.
RESEND_WINDOW = timedelta(hours=23)
# A call that was committed is sent within this, or not at all: after five minutes the reconciler may send it.
SEND_WITHIN = timedelta(minutes=4)
# Searching by metadata lags behind what has happened, so what was just sent may be there and not be found yet.
SEARCH_LAG = timedelta(minutes=4)

RESEND, WAIT, GIVE_UP = "resend", "wait", "give_up"


def when_not_there(sent_at: datetime, now: datetime) -> str:
    """What to do when the gateway knows nothing of a request that was sent: wait, resend under its key, or give up."""
    age = now - sent_at
    if age < SEARCH_LAG:
        return WAIT
    return RESEND if age < RESEND_WINDOW else GIVE_UP


NEVER_ARRIVED = Declined(
    "never_arrived", say("The gateway never received the request, and it is too old to be sent again under its key.")
)
WITHDRAWN = "withdrawn"  # taken back before it left: what waited is a draft again, whoever would have carried it out


class NotDueCode(StrEnum):
    """Why a request is taken back before it leaves."""

    ALREADY_SETTLED = "already_settled"
    LESS_IS_OWED = "less_is_owed"
    CREDIT_USED = "credit_used"
    LESS_CREDIT = "less_credit"
    ACCOUNT_TERMINATED = "account_terminated"
    METHOD_REMOVED = "method_removed"
    # Of what nobody asked for by hand (`services.last_look`):
    NOT_RECURRING = "not_recurring"
    DECLINED_FOR_GOOD = "declined_for_good"
    # Said by rooms above, of the same:
    DISPUTED = "disputed"
    PROMISED = "promised"


NOT_LEFT: frozenset[str] = frozenset({WITHDRAWN, *(str(code) for code in NotDueCode)})
EXPIRED = Declined("action_expired", say("The customer did not finish in time."))


def is_usable(exp_year: int | None, exp_month: int | None, *, year: int, month: int) -> bool:
    """A card is good through the last day of its month of expiry; what has none does not expire."""
    return exp_year is None or exp_month is None or (exp_year, exp_month) >= (year, month)

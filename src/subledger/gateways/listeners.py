"""What gateways do after something happened elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from subledger.accounts.states import AccountState
from subledger.kernel.sentences import say
from subledger.messages.services.outbox import send_by_itself
from subledger.platform import jobs
from subledger.platform.listeners import Listener
from subledger.platform.models import Event

from .models import PaymentRequest
from .states import RequestState

WAKES = {RequestState.REQUIRES_ACTION: "close_pages", RequestState.PENDING: "take_back_stranded"}


def _end_requests(events: Sequence[Event]) -> None:
    """Wake whoever closes customers' pages, and takes back what has not left, where an account was terminated."""
    accounts = {event.object_id for event in events if event.data.get("to") == AccountState.TERMINATED}
    if accounts:
        waiting = PaymentRequest.objects.filter(account_id__in=accounts, state__in=list(WAKES))
        for provider_id, state in sorted(set(waiting.values_list("provider_id", "state"))):
            jobs.wake(WAKES[RequestState(state)], provider_id=provider_id)


def _remind_customers(events: Sequence[Event]) -> None:
    """Write to customers whose bank waits for them, where the company wants that."""
    send_by_itself(kind="authentication_reminder", object_ids=[event.object_id for event in events], actor="system")


PAGES_CLOSE = Listener(
    name="pages of terminated accounts",
    about=say(
        "An account was terminated: the pages on which its customer was to pay are closed, and "
        "payment requests that have not left are taken back."
    ),
    handle=_end_requests,
    hears=frozenset({"account.state_changed"}),
)
REMINDERS = Listener(
    name="reminders to confirm payments",
    about=say(
        "Half the time in which a customer can confirm a payment is over: they are reminded by "
        "e-mail, where the company has that sent by itself."
    ),
    handle=_remind_customers,
    hears=frozenset({"payment_request.reminder"}),
    makes=frozenset({"message.queued", "message.suppressed", "payment_request.authentication_link_made"}),
)
LISTENERS = (REMINDERS, PAGES_CLOSE)

"""What gateways do after something happened elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from subledger.accounts.states import AccountState
from subledger.platform import jobs
from subledger.platform.listeners import Listener
from subledger.platform.models import Event

from .models import PaymentRequest
from .states import RequestState


def _close_pages(events: Sequence[Event]) -> None:
    """Wake whoever closes customers' pages where an account was terminated: nothing is to be paid there any more."""
    accounts = {event.object_id for event in events if event.data.get("to") == AccountState.TERMINATED}
    if accounts:
        waiting = PaymentRequest.objects.filter(account_id__in=accounts, state=RequestState.REQUIRES_ACTION)
        for provider_id in sorted(set(waiting.values_list("provider_id", flat=True))):
            jobs.wake("close_pages", provider_id=provider_id)


LISTENERS = (
    Listener(
        name="pages of terminated accounts",
        about="An account was terminated: the pages on which its customer was to pay are closed.",
        handle=_close_pages,
        hears=frozenset({"account.state_changed"}),
    ),
)

"""What gateways do together with what is written elsewhere."""

from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.platform import jobs
from subledger.transactions.consequences import Consequence, DecidedSet

from .models import PaymentRequest
from .states import RequestState


def _wake_pages(set_: DecidedSet) -> None:
    """Credit that was there is allocated: pages over more than is then owed are closed. What is posted wakes them by a
    trigger, through whatever door it comes."""
    if set_.effects.rows or not set_.effects.allocations:
        return
    accounts = {row.account_id for row in set_.effects.allocations}
    waiting = PaymentRequest.objects.filter(account_id__in=accounts, state=RequestState.REQUIRES_ACTION)
    for provider_id in sorted(set(waiting.exclude(reference="").values_list("provider_id", flat=True))):
        jobs.wake("close_pages", provider_id=provider_id)


CONSEQUENCES = (
    Consequence(
        name="closing of customers' pages",
        about=say("Credit is allocated without a posting: pages that ask for more than is then owed are closed."),
        write=_wake_pages,
    ),
)

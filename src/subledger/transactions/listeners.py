"""What transactions do after something was posted: receipts, where a company wants them sent by themselves."""

from __future__ import annotations

from collections.abc import Sequence

from subledger.companies.queries import company_zone
from subledger.kernel.sentences import say
from subledger.messages.services.outbox import send_by_itself
from subledger.platform.listeners import Listener
from subledger.platform.models import Event

from .models import Transaction
from .rules.receipts import RECEIPT, is_told_of

ACTOR = "system"


def _send_receipts(events: Sequence[Event]) -> None:
    zone = company_zone()
    told_on = {event.object_id: event.at.astimezone(zone).date() for event in events}
    days = Transaction.objects.filter(pk__in=told_on).values_list("pk", "received_on", "posted_on")
    lately = {pk for pk, received_on, posted_on in days if is_told_of(received_on or posted_on, told_on[pk])}
    wanted = [event.object_id for event in events if event.object_id in lately]
    send_by_itself(kind=RECEIPT, object_ids=wanted, actor=ACTOR)


LISTENERS = (
    Listener(
        name="receipts of payments",
        about=say(
            "A payment of the last 31 days was posted: its customer gets a receipt, where the company has receipts "
            "sent by themselves."
        ),
        handle=_send_receipts,
        hears=frozenset({"payment.posted"}),
        makes=frozenset({"message.queued", "message.suppressed"}),
    ),
)

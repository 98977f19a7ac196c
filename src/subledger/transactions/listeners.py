"""What transactions do after something was posted: receipts, where a company wants them sent by themselves."""

from __future__ import annotations

from collections.abc import Sequence

from subledger.messages.services.outbox import send_by_itself
from subledger.platform.listeners import Listener
from subledger.platform.models import Event

ACTOR = "system"


def _send_receipts(events: Sequence[Event]) -> None:
    send_by_itself(kind="payment_receipt", object_ids=[event.object_id for event in events], actor=ACTOR)


LISTENERS = (
    Listener(
        name="receipts of payments",
        about="A payment was posted: its customer gets a receipt, where the company has receipts sent by themselves.",
        handle=_send_receipts,
        hears=frozenset({"payment.posted"}),
        makes=frozenset({"message.queued", "message.suppressed"}),
    ),
)

"""What dunning does after something was posted: interest up to the day on which a document was paid."""

from __future__ import annotations

from collections.abc import Sequence

from subledger.kernel.sentences import say
from subledger.platform.listeners import Listener
from subledger.platform.models import Event

from .models import DunningClaim, DunningPlan
from .services.claims import draft_interest

ACTOR = "system"


def _draft(events: Sequence[Event]) -> None:
    documents = {event.object_id for event in events}
    if not DunningPlan.objects.filter(interest_percent__gt=0, is_active=True).exists():
        documents = set(
            DunningClaim.objects.filter(document_id__in=documents, superseded_at=None).values_list(
                "document_id", flat=True
            )
        )
    if documents:
        draft_interest(document_ids=sorted(documents), up_to=None, actor=ACTOR)


LISTENERS = (
    Listener(
        name="interest up to the day of payment",
        about=say(
            "An invoice was paid, or its payments changed: late interest is drafted for the days up to its payment, "
            "and anew where it was drafted for days that turned out otherwise."
        ),
        handle=_draft,
        hears=frozenset(
            {
                "invoice.paid",
                "invoice.partially_paid",
                "invoice.settled_otherwise",
                "invoice.due_again",
                "invoice.cancelled",
            }
        ),
        makes=frozenset({"invoice.drafted", "invoice.rejected"}),
        at_once=200,
    ),
)

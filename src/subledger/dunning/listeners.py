"""What dunning does after something was posted: interest up to the day on which a document was paid."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence

from django.db.transaction import atomic

from subledger.accounts.states import AccountState
from subledger.kernel.errors import DomainError
from subledger.kernel.sentences import say
from subledger.platform.listeners import Listener
from subledger.platform.models import Event
from subledger.transactions.models import Transaction
from subledger.transactions.states import Classification

from .models import DunningClaim, DunningRate
from .services.claims import draft_interest

logger = logging.getLogger("subledger.worker")
ACTOR = "system"
STATE_CHANGED = "account.state_changed"
OF_INVOICES = frozenset(
    {
        "invoice.paid",
        "invoice.partially_paid",
        "invoice.settled_otherwise",
        "invoice.due_again",
        "invoice.cancelled",
        "invoice.written_off",
    }
)


def _draft(events: Sequence[Event]) -> None:
    documents = {event.object_id for event in events if event.type in OF_INVOICES}
    documents |= _left_for_later([event for event in events if event.type == STATE_CHANGED])
    charged = DunningRate.objects.filter(percent__gt=0, is_active=True)
    if documents and not charged.exists():
        documents = set(
            DunningClaim.objects.filter(document_id__in=documents, superseded_at=None).values_list(
                "document_id", flat=True
            )
        )
    if documents:
        _draft_by_account(documents)


def _draft_by_account(documents: Collection[int]) -> None:
    """All together; where something is refused, each account by itself, so that it holds up no other."""
    try:
        with atomic():
            draft_interest(document_ids=sorted(documents), up_to=None, actor=ACTOR)
        return
    except DomainError:
        by_account: dict[int, list[int]] = {}
        rows = Transaction.objects.filter(pk__in=documents).order_by("account_id", "pk")
        for account_id, ident in rows.values_list("account_id", "pk"):
            by_account.setdefault(account_id, []).append(ident)
    for account_id, of_account in by_account.items():
        try:
            with atomic():
                draft_interest(document_ids=of_account, up_to=None, actor=ACTOR)
        except DomainError as refusal:
            logger.error("late interest of account %s was not drafted: %s", account_id, refusal)


def _left_for_later(events: Sequence[Event]) -> set[int]:
    """The invoices that something was heard of while their accounts were suspended, of those that are active again."""
    found: set[int] = set()
    for event in events:
        if event.data.get("to") == AccountState.ACTIVE:
            of_account = Event.objects.filter(
                object_type="account", object_id=event.object_id, type=STATE_CHANGED, pk__lt=event.pk
            )
            since = of_account.order_by("-pk").values_list("pk", flat=True).first()
            invoices = Transaction.objects.filter(account=event.object_id, classification=Classification.INVOICE)
            heard = Event.objects.filter(
                object_type="transaction",
                object_id__in=invoices.values("pk"),
                type__in=OF_INVOICES,
                pk__gt=since or 0,
            )
            found |= set(heard.values_list("object_id", flat=True))
    return found


LISTENERS = (
    Listener(
        name="interest up to the day of payment",
        about=say(
            "An invoice was paid, or its payments changed: late interest is drafted for the days up to its payment, "
            "and anew where it was drafted for days that turned out otherwise. Of a suspended account once it is "
            "active again."
        ),
        handle=_draft,
        hears=OF_INVOICES | {STATE_CHANGED},
        makes=frozenset({"invoice.drafted", "invoice.rejected"}),
        at_once=200,
    ),
)

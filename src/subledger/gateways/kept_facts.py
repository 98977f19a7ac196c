"""Facts that the books could not take, read for what they say of money that may have moved."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from subledger.platform.models import Event

from .models import PaymentRequest, UnbookedFact
from .states import RequestState

FEE_ACCOUNT_MISSING = "fee_account_missing"
RATE_MISSING = "exchange_rate_missing"
OF_FEES = (FEE_ACCOUNT_MISSING, RATE_MISSING)  # they are dealt with by themselves, whatever becomes of their request


def held_by(row: UnbookedFact) -> set[int]:
    """The requests in the file that a fact is about as a whole."""
    files = Event.objects.filter(object_id=row.provider_id, type="provider.requests_exported")
    found = files.filter(data__message=row.message).values_list("data__requests", flat=True).first()
    return set(found or ())


def said_to_have_moved() -> QuerySet[UnbookedFact]:
    """What is kept of money that moved, or began to, until somebody closes it."""
    kept = UnbookedFact.objects.filter(resolved_at=None, verb__in=("post", "process", ""))
    return kept.exclude(code__in=OF_FEES)


def rejected_and_said(there: Q) -> QuerySet[PaymentRequest]:
    """Requests that are over and moved nothing in the books, while it is said that their money moved."""
    kept = said_to_have_moved()
    in_files: set[int] = set().union(*(held_by(fact) for fact in kept.filter(request=None).exclude(message="")))
    over = PaymentRequest.objects.filter(Q(pk__in=in_files) | Q(unbooked_facts__in=kept), there)
    return over.filter(state=RequestState.REJECTED).distinct().order_by("pk")

"""What of gateways and banks a closing of the books leaves unfinished inside its days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Q, Sum

from subledger.journal.closure import Unfinished
from subledger.kernel.sentences import say
from subledger.kernel.words import counted

from .models import PaymentRequest, UnbookedFact
from .states import RequestState


def unfinished(closed: date | None, through: date) -> Iterator[Unfinished]:
    """What a bank or gateway said that is in no books, and payment requests of which nobody knows the end."""
    told = Q(booked_on__lte=through) | Q(booked_on=None, created_at__date__lte=through)
    facts = UnbookedFact.objects.filter(told, resolved_at=None).aggregate(number=Count("pk"), ids=Sum("pk"))
    if facts["number"]:
        yield Unfinished(
            say("{facts} of banks and gateways", facts=counted(facts["number"], "unbooked fact")), (facts["ids"],)
        )
    asked = PaymentRequest.objects.filter(state=RequestState.UNKNOWN, created_at__date__lte=through)
    requests = asked.aggregate(number=Count("pk"), ids=Sum("pk"))
    if requests["number"]:
        yield Unfinished(
            say("{requests} without a known end", requests=counted(requests["number"], "payment request")),
            (requests["ids"],),
        )

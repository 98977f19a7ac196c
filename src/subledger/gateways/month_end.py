"""What a month's end asks of gateways and banks: that nothing is left whose money may have moved."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from subledger.companies.models import Company
from subledger.journal.month_end import Looked, Month, MonthEndItem
from subledger.kernel.sentences import joined, say
from subledger.kernel.words import counted
from subledger.platform.scope import current_company_id

from .models import PaymentRequest, UnbookedFact
from .services.unbooked import held_back
from .states import RequestState


def _end_of(month: Month) -> datetime:
    zone = Company.objects.get(pk=current_company_id()).time_zone
    return datetime.combine(month.last + timedelta(days=1), time.min, ZoneInfo(zone))


def _requests(month: Month) -> Looked:
    asked = PaymentRequest.objects.filter(created_at__lt=_end_of(month))
    unknown = asked.filter(state=RequestState.UNKNOWN).count()
    about = UnbookedFact.objects.filter(resolved_at=None).exists()
    pending = asked.filter(state=RequestState.PENDING).values_list("pk", flat=True) if about else ()
    held = len(held_back(pending))
    if not unknown and not held:
        return Looked(say("None."), True)
    parts = [say("{requests} without a known end", requests=counted(unknown, "payment request"))] if unknown else []
    parts += [say("{requests} held back", requests=counted(held, "payment request"))] if held else []
    return Looked(say("{parts}.", parts=joined(parts)), False)


def _facts(month: Month) -> Looked:
    told = Q(booked_on__lte=month.last) | Q(booked_on=None, created_at__lt=_end_of(month))
    left = UnbookedFact.objects.filter(told, resolved_at=None).count()
    return Looked(say("{facts} in no books.", facts=counted(left, "fact")) if left else say("None."), not left)


ITEMS = (
    MonthEndItem(
        name="payment-requests",
        title=say("Payments that need review"),
        about=say("Payment requests of which nobody knows whether their money has moved. Look them up at the gateway."),
        position=40,
        look=_requests,
    ),
    MonthEndItem(
        name="unbooked-facts",
        title=say("Unbooked reports of banks and gateways"),
        about=say("What a bank or gateway said that the books could not take. Look into each."),
        position=50,
        look=_facts,
    ),
)

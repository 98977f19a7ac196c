"""Ways to pay that were declined for good: the table of them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from subledger.accounts.models import AccountPaymentPreference
from subledger.companies.owned import Owned


class BarredWay(Owned):
    """A card, mandate or account that its bank declined for good. Until ``ended_at`` nothing is charged by it, whatever
    document it is for, unless somebody names it."""

    preference = models.ForeignKey(AccountPaymentPreference, models.PROTECT, related_name="bars")
    failed_request = models.ForeignKey("gateways.PaymentRequest", models.PROTECT, related_name="+", db_index=False)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("preference", condition=Q(ended_at=None), name="barred_way_once"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by="") | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
                name="barred_way_ended",
            ),
        ]

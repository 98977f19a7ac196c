"""What a bank or a gateway says of us and the books could not take by themselves: work for a person."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from subledger.companies.owned import Owned
from subledger.platform.fields import currency_field, minor_field


class UnbookedFact(Owned):
    """One such fact. It is open until somebody says what was done about it, or until the books take that very fact;
    what they take besides of the same request leaves it open."""

    PREFIX = "ubf"

    provider = models.ForeignKey("gateways.Provider", models.PROTECT, related_name="unbooked_facts")
    request = models.ForeignKey("gateways.PaymentRequest", models.PROTECT, null=True, related_name="unbooked_facts")
    key = models.CharField(max_length=64)  # of the fact: told again, it is the same
    source = models.CharField(max_length=20)  # the format of the file, or "gateway"
    # What a bank says happened (a verb of generic/reported.py) and which way the money went; empty: of former times.
    verb = models.CharField(max_length=10, blank=True, default="", db_default="")
    direction = models.CharField(max_length=3, blank=True, default="", db_default="")  # in, out
    # The file of ours that it is about as a whole, by the name that banks repeat.
    message = models.TextField(blank=True, default="", db_default="")
    position = models.TextField(blank=True)  # where it stands in which file
    said = models.TextField()  # what happened there, for people
    code = models.CharField(max_length=80)
    reason = models.TextField()  # why the books could not take it, and what to do
    reference = models.TextField(blank=True)
    amount_minor = minor_field(null=True)
    currency = currency_field(blank=True)
    booked_on = models.DateField(null=True)
    # Among those that its statement tells in the same words, each of which is a booking by itself.
    place = models.IntegerField(default=1, db_default=1)
    created_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.TextField(blank=True)
    resolution = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["company", "-id"], condition=Q(resolved_at=None), name="unbooked_open")]
        constraints = [models.UniqueConstraint("provider", "key", name="unbooked_fact_once")]

    def __str__(self) -> str:
        return self.said

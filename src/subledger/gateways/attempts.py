"""Calls to gateways: the table of them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from subledger.platform.fields import Record
from subledger.platform.scope import ScopedManager


class Attempt(Record):
    """One call to the gateway. Its key is its public id: new with each attempt, the same for each sending of it."""

    PREFIX = "att"

    request = models.ForeignKey("gateways.PaymentRequest", models.PROTECT, related_name="attempts")
    started_at = models.DateTimeField()
    sent = models.PositiveSmallIntegerField(default=1)  # how often, under this key
    sent_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True)  # the class of port.Outcome, in small letters
    code = models.CharField(max_length=80, blank=True)
    message = models.TextField(blank=True)
    reference = models.TextField(blank=True)

    objects = ScopedManager("request__company_id")
    unscoped = models.Manager()

    class Meta:
        indexes = [models.Index("sent_at", condition=Q(ended_at=None), name="attempt_unanswered")]

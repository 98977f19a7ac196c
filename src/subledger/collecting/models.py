from __future__ import annotations

from django.db import models

from subledger.companies.owned import Owned
from subledger.gateways.models import Instrument, Provider, RequestBatch
from subledger.runs.models import Run


class PaymentRun(Owned):
    """What a payment run asked for: its requests are one batch."""

    run = models.OneToOneField(Run, models.PROTECT, related_name="payment_run")
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="payment_runs")
    batch = models.OneToOneField(RequestBatch, models.PROTECT, related_name="payment_run")

    class Meta:
        verbose_name = "payment run"


class CardNotice(Owned):
    """That a customer was told, once, of a card that ends: at so many days before, or 0 before the next charge."""

    PREFIX = "cnt"

    card = models.ForeignKey(Instrument, models.PROTECT, related_name="notices")
    level = models.SmallIntegerField()
    run = models.ForeignKey(Run, models.PROTECT, related_name="+")
    told_at = models.DateTimeField()

    class Meta:
        verbose_name = "notice of a card that ends"
        constraints = [
            models.UniqueConstraint("card", "level", name="card_notice_once"),
            models.CheckConstraint(condition=models.Q(level__gte=0), name="card_notice_level"),
        ]

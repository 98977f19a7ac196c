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
    """That a customer was told, once, of the end of a card: at so many days before, or 0 before the next charge. A card
    that is renewed keeps its row and has another end."""

    PREFIX = "cnt"

    card = models.ForeignKey(Instrument, models.PROTECT, related_name="notices")
    level = models.SmallIntegerField()
    ends_on = models.DateField(null=True)  # None: not kept then; within a year of when it was told
    run = models.ForeignKey(Run, models.PROTECT, related_name="+")
    told_at = models.DateTimeField()

    class Meta:
        verbose_name = "notice of a card that ends"
        constraints = [
            models.UniqueConstraint("card", "level", "ends_on", name="card_notice_of_end"),
            models.CheckConstraint(condition=models.Q(level__gte=0), name="card_notice_level"),
        ]

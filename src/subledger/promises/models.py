from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from subledger.accounts.models import Account
from subledger.companies.owned import Owned, one_of
from subledger.platform.fields import Record, currency_field, minor_field
from subledger.platform.scope import ScopedManager
from subledger.transactions.models import Transaction

from .rules.instalments import GRACE_DAYS, MOST_GRACE_DAYS
from .states import (
    DISPUTE_PREFIX,
    LIVING,
    PROMISE_PREFIX,
    DisputeOutcome,
    DisputeState,
    EndReason,
    PromiseState,
)


class PromiseDefinition(Owned):
    """What the company decides about promises to pay."""

    PREFIX = "ppd"

    grace_days = models.PositiveSmallIntegerField(default=GRACE_DAYS)

    class Meta:
        verbose_name = "promise definition"
        constraints = [
            models.UniqueConstraint("company", name="promise_definition_one"),
            models.CheckConstraint(condition=Q(grace_days__lte=MOST_GRACE_DAYS), name="promise_definition_grace"),
        ]


class Promise(Owned):
    """A promise to pay what was unsettled of an invoice. What was promised never changes; its state follows.

    ``open_since`` is the day it was made, or the day on which a posting reopened it. ``ended_on`` is the day of the
    posting that settled it, the day from which it is broken, or that of its withdrawal.
    """

    PREFIX = PROMISE_PREFIX

    account = models.ForeignKey(Account, models.PROTECT, related_name="promises")
    document = models.ForeignKey(Transaction, models.PROTECT, related_name="promises", db_index=False)
    currency = currency_field()
    promised_minor = minor_field()
    grace_days = models.PositiveSmallIntegerField(default=GRACE_DAYS)
    waives_interest = models.BooleanField(default=False)
    note = models.TextField(blank=True)
    state = models.CharField(max_length=9, default=PromiseState.OPEN)
    made_on = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.TextField()
    open_since = models.DateField()
    ended_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.TextField(blank=True)
    end_reason = models.CharField(max_length=11, null=True)
    end_note = models.TextField(blank=True)

    class Meta:
        verbose_name = "promise to pay"
        verbose_name_plural = "promises to pay"
        indexes = [
            models.Index("document", name="promise_document"),
            models.Index("company", "id", condition=Q(state=PromiseState.OPEN), name="promise_open"),
            models.Index("company", "ended_on", condition=Q(state=PromiseState.BROKEN), name="promise_broken"),
        ]
        constraints = [
            models.UniqueConstraint("document", condition=Q(state__in=sorted(LIVING)), name="promise_one_living"),
            one_of("state", PromiseState, name="promise_state"),
            one_of("end_reason", EndReason, name="promise_end_reason", null=True),
            models.CheckConstraint(condition=Q(promised_minor__gt=0), name="promise_amount"),
            models.CheckConstraint(condition=Q(grace_days__lte=MOST_GRACE_DAYS), name="promise_grace"),
            models.CheckConstraint(
                condition=Q(state=PromiseState.OPEN, ended_on=None, ended_at=None, end_reason=None)
                | Q(
                    state=PromiseState.WITHDRAWN,
                    ended_on__isnull=False,
                    ended_at__isnull=False,
                    end_reason__isnull=False,
                )
                | Q(
                    state__in=[PromiseState.KEPT, PromiseState.BROKEN],
                    ended_on__isnull=False,
                    ended_at__isnull=False,
                    end_reason=None,
                ),
                name="promise_ended",
            ),
        ]

    def __str__(self) -> str:
        return str(self.document)


class Instalment(Record):
    """A day of a promise, and what was promised for it."""

    promise = models.ForeignKey(Promise, models.PROTECT, related_name="instalments", db_index=False)
    agreed_on = models.DateField()
    minor = minor_field()

    objects = ScopedManager("promise__company_id")
    unscoped = models.Manager()

    class Meta:
        ordering = ["agreed_on"]
        constraints = [
            models.UniqueConstraint("promise", "agreed_on", name="instalment_day"),
            models.CheckConstraint(condition=Q(minor__gt=0), name="instalment_amount"),
        ]


class InvoiceDispute(Owned):
    """A customer's objection to an invoice. While it is open, the invoice is neither collected nor dunned."""

    PREFIX = DISPUTE_PREFIX

    account = models.ForeignKey(Account, models.PROTECT, related_name="invoice_disputes")
    document = models.ForeignKey(Transaction, models.PROTECT, related_name="invoice_disputes", db_index=False)
    currency = currency_field()
    reason = models.TextField()
    amount_minor = minor_field(null=True)  # of the invoice; null: all of it
    note = models.TextField(blank=True)
    follow_up_on = models.DateField(null=True)
    state = models.CharField(max_length=6, default=DisputeState.OPEN)
    opened_on = models.DateField()
    opened_at = models.DateTimeField()
    opened_by = models.TextField()
    outcome = models.CharField(max_length=15, null=True)
    resolution = models.TextField(blank=True)
    closed_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.TextField(blank=True)

    class Meta:
        verbose_name = "invoice dispute"
        indexes = [
            models.Index("document", name="invoice_dispute_document"),
            models.Index("company", "follow_up_on", condition=Q(state=DisputeState.OPEN), name="invoice_dispute_open"),
        ]
        constraints = [
            models.UniqueConstraint("document", condition=Q(state=DisputeState.OPEN), name="invoice_dispute_one_open"),
            one_of("state", DisputeState, name="invoice_dispute_state"),
            one_of("outcome", DisputeOutcome, name="invoice_dispute_outcome", null=True),
            models.CheckConstraint(
                condition=Q(amount_minor=None) | Q(amount_minor__gt=0), name="invoice_dispute_amount"
            ),
            models.CheckConstraint(
                condition=Q(state=DisputeState.OPEN, outcome=None, closed_on=None, closed_at=None)
                | Q(
                    state=DisputeState.CLOSED,
                    outcome__isnull=False,
                    closed_on__gte=F("opened_on"),
                    closed_at__isnull=False,
                ),
                name="invoice_dispute_closed",
            ),
        ]

    def __str__(self) -> str:
        return str(self.document)

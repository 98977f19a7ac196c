from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from subledger.accounts.models import Account, AccountPaymentPreference
from subledger.companies.owned import Catalogue, Owned, one_of
from subledger.gateways.declines import DeclineClass
from subledger.gateways.models import PaymentRequest, Provider
from subledger.platform.fields import currency_field, minor_field

from .rules.plans import DAYS, HOURS
from .states import HELD, LIVE, RetryState, StopReason


def standard_days() -> list[int]:
    return list(DAYS)


def standard_hours() -> list[int]:
    return list(HOURS)


class RetryPlan(Catalogue):
    """When payments that failed are tried again. A provider is named by one plan at most."""

    PREFIX = "rtp"

    providers = models.ManyToManyField(Provider, blank=True, related_name="retry_plans")
    days = ArrayField(models.SmallIntegerField(), default=standard_days)  # after the failure before
    paydays = ArrayField(models.SmallIntegerField(), default=list, blank=True)  # of the month
    hours = ArrayField(
        models.SmallIntegerField(), default=standard_hours, blank=True
    )  # after what a gateway could not do
    only_automatic = models.BooleanField(default=False)  # not what people and programs asked for
    tells_customers = models.BooleanField(default=True)  # of cards and accounts that are not charged again

    class Meta(Catalogue.Meta):
        verbose_name = "retry plan"
        constraints = [models.UniqueConstraint("company", "code", name="retry_plan_code")]


class DeclineCode(Owned):
    """What a code of a provider means, where its gateway does not say, or the company sees it otherwise."""

    PREFIX = "dcc"

    provider = models.ForeignKey(Provider, models.PROTECT, null=True, blank=True, related_name="+")  # null: of any
    code = models.CharField(max_length=80)
    decline_class = models.CharField(max_length=16)

    class Meta:
        verbose_name = "decline code"
        constraints = [
            models.UniqueConstraint("company", "provider", "code", nulls_distinct=False, name="decline_code_once"),
            one_of("decline_class", DeclineClass, name="decline_code_class"),
        ]

    def __str__(self) -> str:
        return self.code


class Retry(Owned):
    """What follows from one payment request that failed. ``document_kind`` and ``document_id`` say what is tried again:
    a document that is collected, or the draft of the very payment (`PAYMENT`)."""

    PREFIX = "rty"

    account = models.ForeignKey(Account, models.PROTECT, related_name="retries")
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="+")
    plan = models.ForeignKey(RetryPlan, models.PROTECT, related_name="+", db_index=False)
    preference = models.ForeignKey(AccountPaymentPreference, models.PROTECT, related_name="+")  # that failed
    failed_request = models.ForeignKey(PaymentRequest, models.PROTECT, related_name="retries", db_index=False)
    document_kind = models.CharField(max_length=20)
    document_id = models.BigIntegerField()
    document_number = models.CharField(max_length=100)
    amount_minor = minor_field()  # that was asked for
    currency = currency_field()
    decline_class = models.CharField(max_length=16)
    code = models.CharField(max_length=80)
    failed_on = models.DateField()
    number = models.PositiveSmallIntegerField(default=0)  # of the plan's days, or hours; 0: none is planned
    of = models.PositiveSmallIntegerField(default=0)
    used_days = models.PositiveSmallIntegerField(default=0)  # of the plan, with this one
    used_hours = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=9)
    due_at = models.DateTimeField(null=True)  # while it is scheduled
    due_on = models.DateField(null=True)  # the day of that, where the company is
    planned_on = models.DateField(null=True)  # the day of the plan, also of what was stopped before it
    put_off = models.CharField(max_length=24, blank=True)  # why it was not made when it was due
    made_request = models.ForeignKey(
        PaymentRequest, models.PROTECT, null=True, related_name="made_by_retries", db_index=False
    )
    stop_reason = models.CharField(max_length=20, null=True)
    stop_note = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)  # made, or stopped
    ended_by = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "retry"
        verbose_name_plural = "retries"
        indexes = [
            models.Index("due_at", condition=Q(state=RetryState.SCHEDULED), name="retry_due"),
            models.Index("company", "account", condition=Q(state__in=sorted(LIVE)), name="retry_live_account"),
            models.Index("document_id", name="retry_document"),
            models.Index(fields=["company", "-id"], name="retry_newest"),
            models.Index(
                "company",
                "planned_on",
                condition=Q(stop_reason__in=sorted({*HELD, StopReason.EXHAUSTED})),
                name="retry_left_alone",
            ),
        ]
        constraints = [
            models.UniqueConstraint("failed_request", name="retry_one_a_failure"),
            models.UniqueConstraint("made_request", name="retry_of_request_once"),
            models.UniqueConstraint(
                "document_kind", "document_id", condition=Q(state__in=sorted(LIVE)), name="retry_one_live"
            ),
            one_of("state", RetryState, name="retry_state"),
            one_of("stop_reason", StopReason, name="retry_stop_reason", null=True),
            one_of("decline_class", DeclineClass, name="retry_decline_class"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="retry_amount"),
            models.CheckConstraint(
                condition=Q(
                    state=RetryState.SCHEDULED, due_at__isnull=False, due_on__isnull=False, made_request=None,
                    stop_reason=None, ended_at=None,
                )
                | Q(state=RetryState.WAITING, due_at=None, made_request=None, stop_reason=None, ended_at=None)
                | Q(state=RetryState.MADE, made_request__isnull=False, stop_reason=None, ended_at__isnull=False)
                | Q(state=RetryState.STOPPED, made_request=None, stop_reason__isnull=False, ended_at__isnull=False),
                name="retry_ended",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.document_number

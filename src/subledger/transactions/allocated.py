"""The table of what credits settle of debits."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from subledger.companies.owned import one_of
from subledger.platform.fields import Record, minor_field
from subledger.platform.guards import GuardedCheck
from subledger.platform.scope import ScopedManager

from .states import LinkPrinciple, ReleaseReason


class Allocation(Record):
    """An amount carried from a credit to a debit: inserted, perhaps released once, never edited."""

    PREFIX = "alc"

    company_id = models.BigIntegerField()
    account = models.ForeignKey("accounts.Account", models.DO_NOTHING, db_constraint=False, db_index=False)
    credit = models.ForeignKey(
        "transactions.Transaction",
        models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="credit_allocations",
    )
    debit = models.ForeignKey(
        "transactions.Transaction",
        models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="debit_allocations",
    )
    minor = minor_field()
    credit_base_minor = minor_field()  # base-currency share of each side; their difference is realised
    debit_base_minor = minor_field()
    principle = models.CharField(max_length=12)
    allocated_on = models.DateField()
    created_at = models.DateTimeField()
    released_on = models.DateField(null=True)
    released_at = models.DateTimeField(null=True)
    release_reason = models.CharField(max_length=20, null=True)

    objects = ScopedManager()
    unscoped = models.Manager()

    class Meta:
        indexes = [
            models.Index("account", "allocated_on", name="allocation_account_day"),
            models.Index(
                "account", "released_on", name="allocation_account_release", condition=Q(released_on__isnull=False)
            ),
            # What was allocated and released since a day, of a whole company: rows lie nearly in order of their day.
            BrinIndex(fields=["allocated_on"], name="allocation_day", autosummarize=True),
            models.Index("released_on", name="allocation_release_day", condition=Q(released_on__isnull=False)),
            models.Index("credit", name="allocation_credit"),
            models.Index("debit", name="allocation_debit"),
        ]
        constraints = [
            one_of("principle", LinkPrinciple, name="allocation_principle", check=GuardedCheck),
            one_of("release_reason", ReleaseReason, name="allocation_release_reason", check=GuardedCheck, null=True),
            GuardedCheck(condition=Q(minor__gt=0), name="allocation_amount"),
            GuardedCheck(
                condition=Q(released_on=None, released_at=None, release_reason=None)
                | Q(
                    released_on__gte=F("allocated_on"),
                    released_at__isnull=False,
                    release_reason__isnull=False,
                ),
                name="allocation_release",
            ),
        ]

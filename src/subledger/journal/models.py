from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import Func, Q

from subledger.companies.owned import Catalogue, Owned, one_of
from subledger.platform.fields import Record, currency_field, minor_field
from subledger.platform.guards import GuardedCheck
from subledger.platform.scope import ScopedManager


class LedgerKind(StrEnum):
    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"
    INCOME = "income"
    EXPENSE = "expense"
    MEMORANDUM = "memorandum"  # off the balance sheet: shown apart, always nets to zero


class LedgerAccount(Catalogue):
    """An account of the chart."""

    PREFIX = "lac"

    kind = models.CharField(max_length=12)

    class Meta(Catalogue.Meta):
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint("company", "code", name="ledger_account_code"),
            one_of("kind", LedgerKind, name="ledger_account_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class ExchangeRate(Owned):
    """Base currency per one major unit of ``currency``, from ``on`` until a later rate."""

    PREFIX = "fxr"

    currency = currency_field()
    on = models.DateField()
    rate = models.DecimalField(max_digits=20, decimal_places=10)

    class Meta:
        constraints = [
            models.UniqueConstraint("company", "currency", "on", name="exchange_rate_day"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="exchange_rate_positive"),
        ]


class PeriodClose(Owned):
    """The books were closed through a day; reopened rows stay as history."""

    PREFIX = "per"

    through = models.DateField()
    closed_at = models.DateTimeField()
    closed_by = models.TextField()
    reopened_at = models.DateTimeField(null=True)
    reopened_by = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("company", "through", condition=Q(reopened_at=None), name="period_close_once"),
        ]


class MonthEndMark(Owned):
    """Somebody marked a line of a month's end as done, with what it said then; marks taken back stay as history."""

    PREFIX = "mee"

    month = models.DateField()  # its first day
    item = models.CharField(max_length=40)
    words = models.TextField()
    done_at = models.DateTimeField()
    done_by = models.TextField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.TextField(blank=True)

    class Meta:
        verbose_name = "mark of a month's end"
        constraints = [
            models.UniqueConstraint(
                "company", "month", "item", condition=Q(undone_at=None), name="month_end_marked_once"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="month_end_of_a_month"),
        ]


class EntrySource(StrEnum):
    """What entries could be of before rooms declared it; the first migration names this class."""

    TRANSACTION = "transaction"
    ALLOCATION = "allocation"
    RELEASE = "release"


class Source(models.Model):
    """What entries are of; rooms declare it, and every migration of the database writes it down (`defaults`)."""

    code = models.TextField(primary_key=True)
    title = models.TextField()
    shares_id = models.BooleanField()  # the entry bears the id of what it is of: there is no second one


class JournalEntry(models.Model):
    """One balanced entry of a `Source`: of ``source_id``, whose id it bears where the source says so."""

    PREFIX = "jen"

    id = models.BigIntegerField(primary_key=True)
    company_id = models.BigIntegerField()
    effective_on = models.DateField()
    source = models.TextField()
    source_id = models.BigIntegerField()
    recorded_at = models.DateTimeField()
    # The database transaction that made it: lines can be added by no other.
    recorded_in = models.BigIntegerField(db_default=Func(function="txid_current"))

    objects = ScopedManager()
    unscoped = models.Manager()

    class Meta:
        indexes = [models.Index("company_id", "effective_on", name="journal_entry_day")]
        constraints = [
            models.UniqueConstraint("source_id", condition=Q(source="release"), name="journal_entry_one_per_release"),
        ]

    @property
    def public_id(self) -> str:
        return Record.public_id.fget(self)  # type: ignore[attr-defined]


class JournalLine(models.Model):
    """A debit or a credit. References are checked for a whole set at once, by the trigger, not row by row."""

    pk = models.CompositePrimaryKey("entry_id", "position")
    entry = models.ForeignKey(
        JournalEntry, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="lines"
    )
    position = models.SmallIntegerField()
    ledger_account = models.ForeignKey(LedgerAccount, models.DO_NOTHING, db_constraint=False, db_index=False)
    account_id = models.BigIntegerField(null=True)  # the receivable account behind the line, where there is one
    currency = currency_field()
    debit_minor = minor_field()
    credit_minor = minor_field()
    base_debit_minor = minor_field()
    base_credit_minor = minor_field()

    objects = ScopedManager("entry__company_id")
    unscoped = models.Manager()

    class Meta:
        constraints = [
            GuardedCheck(
                condition=Q(debit_minor__gte=0, credit_minor__gte=0, base_debit_minor__gte=0, base_credit_minor__gte=0)
                & (Q(debit_minor=0) | Q(credit_minor=0))
                & (Q(base_debit_minor=0) | Q(base_credit_minor=0)),
                name="journal_line_one_side",
            )
        ]


class Totals(models.Model):
    """What lines on a ledger account came to on a day, in one currency, as minor units; triggers alone write it."""

    company_id = models.BigIntegerField()
    ledger_account = models.ForeignKey(
        LedgerAccount, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    currency = currency_field()
    effective_on = models.DateField()
    lines = models.BigIntegerField()  # how many
    debit_minor = minor_field()
    credit_minor = minor_field()
    base_debit_minor = minor_field()
    base_credit_minor = minor_field()

    objects = ScopedManager()
    unscoped = models.Manager()

    class Meta:
        abstract = True


class DailyTotal(Totals):
    """The sum of a day's parts that were merged."""

    pk = models.CompositePrimaryKey("company_id", "ledger_account_id", "currency", "effective_on")


class DailyTotalPart(Totals):
    """What a set of lines adds to a day, until it is merged (deleting it does that): no poster waits for another.

    A day came to the sum of its total and its parts.
    """

    id = models.BigAutoField(primary_key=True)

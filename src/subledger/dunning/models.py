from __future__ import annotations

from django.db import models
from django.db.models import Q

from subledger.accounts.models import Account, AccountClassification
from subledger.companies.owned import Catalogue, Owned, Translated, one_of
from subledger.kernel.kept_sentences import recalled
from subledger.kernel.names import TranslatedName
from subledger.kernel.sentences import joined
from subledger.messages.models import Message, MessageTemplate
from subledger.platform.fields import currency_field, minor_field
from subledger.segments.models import Segment
from subledger.transactions.models import Transaction

from .states import After, ClaimKind, RecordOutcome


class DunningPlan(Catalogue):
    """How accounts are reminded. ``rank`` orders plans where several would serve an account."""

    PREFIX = "dpl"

    classifications = models.ManyToManyField(AccountClassification, blank=True, related_name="+")
    segment = models.ForeignKey(Segment, models.PROTECT, null=True, blank=True, related_name="+")
    rank = models.PositiveSmallIntegerField(default=100)
    interest_percent = models.DecimalField(max_digits=7, decimal_places=4, default=0)  # as last said; see its rates
    is_default = models.BooleanField(default=False)  # of accounts that no other serves

    class Meta(Catalogue.Meta):
        verbose_name = "dunning plan"
        constraints = [
            models.UniqueConstraint("company", "code", name="dunning_plan_code"),
            models.UniqueConstraint("company", condition=Q(is_default=True), name="dunning_plan_one_default"),
            models.CheckConstraint(
                condition=Q(interest_percent__gte=0, interest_percent__lte=100), name="dunning_plan_interest"
            ),
        ]


class DunningRate(Owned):
    """Late interest of a plan, and the day from which it holds; without one from the beginning. 0: none is charged."""

    PREFIX = "drt"

    plan = models.ForeignKey(DunningPlan, models.PROTECT, related_name="rates")
    from_on = models.DateField(null=True, blank=True)
    percent = models.DecimalField(max_digits=7, decimal_places=4)  # a year
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name = "dunning rate"
        ordering = ["plan", models.F("from_on").asc(nulls_first=True)]
        constraints = [
            models.UniqueConstraint(
                "plan", "from_on", condition=Q(is_active=True), nulls_distinct=False, name="dunning_rate_day"
            ),
            models.CheckConstraint(condition=Q(percent__gte=0, percent__lte=100), name="dunning_rate_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.percent.normalize():f} %"


class DunningAssignment(Owned):
    """Which plan serves an account, from the day on which that was first seen; the first of them from the beginning."""

    PREFIX = "das"

    account = models.ForeignKey(Account, models.PROTECT, db_index=False, related_name="+")
    plan = models.ForeignKey(DunningPlan, models.PROTECT, null=True, db_index=False, related_name="+")  # null: none
    from_on = models.DateField(null=True)

    class Meta:
        verbose_name = "dunning assignment"
        constraints = [
            models.UniqueConstraint("account", "from_on", nulls_distinct=False, name="dunning_assignment_day"),
        ]

    def __str__(self) -> str:
        return f"{self.from_on or ''}"


class DunningMinimum(Owned):
    """The least that an account has to be overdue by, in its currency, for a plan to remind of it."""

    PREFIX = "dmn"

    plan = models.ForeignKey(DunningPlan, models.PROTECT, related_name="minimums")
    amount = models.DecimalField(max_digits=24, decimal_places=8)  # in minor units, whole ones
    currency = currency_field()
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name = "dunning minimum"
        ordering = ["plan", "currency"]
        constraints = [
            models.UniqueConstraint("plan", "currency", condition=Q(is_active=True), name="dunning_minimum_currency"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="dunning_minimum_amount"),
        ]

    def __str__(self) -> str:
        return self.currency.upper()


class DunningLevel(Translated, Owned):
    """A level of a plan: so many days from a document's due date, which message, fee and what is done then."""

    PREFIX = "dlv"

    plan = models.ForeignKey(DunningPlan, models.PROTECT, related_name="levels")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    days = models.SmallIntegerField()  # from the due date; negative: before it
    message = models.CharField(max_length=40, null=True, blank=True)  # a kind of message of this room
    template = models.ForeignKey(MessageTemplate, models.PROTECT, null=True, blank=True, related_name="+")
    fee = models.DecimalField(max_digits=24, decimal_places=8, null=True, blank=True)  # in minor units, whole ones
    currency = currency_field(blank=True)  # of the fee
    after = models.CharField(max_length=12, default=After.GO_ON)
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name = "dunning level"
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint("plan", "number", name="dunning_level_number"),
            models.UniqueConstraint("plan", "days", condition=Q(is_active=True), name="dunning_level_days"),
            one_of("after", After, name="dunning_level_after"),
            models.CheckConstraint(condition=Q(fee=None) | Q(fee__gt=0) & ~Q(currency=""), name="dunning_level_fee"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def fee_minor(self) -> int:
        return int(self.fee or 0)


class DunningRecord(Owned):
    """One level of one document, reached. ``document_kind`` and ``document_id`` say which document."""

    PREFIX = "dnr"

    document_kind = models.CharField(max_length=20)
    document_id = models.BigIntegerField()
    document_number = models.CharField(max_length=100)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    level = models.ForeignKey(DunningLevel, models.PROTECT, related_name="+", db_index=False)
    level_name = models.CharField(max_length=120)  # and the level's days and number, as they were
    level_number = models.SmallIntegerField()
    days = models.SmallIntegerField()
    shift_days = models.IntegerField(default=0)  # how much later than its plan says it came, after a hold
    due_on = models.DateField()
    recorded_on = models.DateField()  # the day of the run
    open_minor = minor_field()
    currency = currency_field()
    outcome = models.CharField(max_length=12)
    why = models.TextField(blank=True)  # a letter is to be printed, or no fee was drafted: a line each
    sentences = models.JSONField(default=dict)  # of those: how they are said in other languages
    after = models.CharField(max_length=12, default=After.GO_ON)  # what was done, as `After` says
    message = models.ForeignKey(Message, models.PROTECT, null=True, related_name="+")
    run_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "dunning record"
        constraints = [
            models.UniqueConstraint("document_id", "level", name="dunning_record_once"),
            one_of("outcome", RecordOutcome, name="dunning_record_outcome"),
            one_of("after", After, name="dunning_record_after"),
        ]
        indexes = [
            models.Index(fields=["company", "-recorded_on", "-id"], name="dunning_record_latest"),
            models.Index(
                "company", "account", condition=Q(outcome=RecordOutcome.TO_PRINT), name="dunning_record_to_print"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_number}, {self.level_name}"

    @property
    def level_names(self) -> TranslatedName:
        """What its level was called; in other languages where it is called so still."""
        return self.level.names if self.level.name == self.level_name else TranslatedName(self.level_name)

    @property
    def reasons(self) -> str:
        """``why``, as it is said to its reader."""
        return joined((recalled(line, self.sentences) for line in self.why.splitlines()), " ")


class DunningClaim(Owned):
    """A late fee, or the late interest of some days, that was drafted as an invoice of its own."""

    PREFIX = "dnc"

    kind = models.CharField(max_length=20)
    document_kind = models.CharField(max_length=20)
    document_id = models.BigIntegerField()
    document_number = models.CharField(max_length=100)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    record = models.ForeignKey(DunningRecord, models.PROTECT, null=True, related_name="claims")
    from_on = models.DateField(null=True)  # of interest: its days, both included
    through_on = models.DateField(null=True)
    percent = models.DecimalField(max_digits=7, decimal_places=4, null=True)  # of its last day
    pieces = models.JSONField(null=True)  # of interest: [{from_on, through_on, percent}], each rate with its days
    plan = models.ForeignKey(  # of interest: on its last day; null: what an older server drafted, by ``percent`` alone
        DunningPlan, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    amount_minor = minor_field()
    currency = currency_field()
    invoice = models.OneToOneField(Transaction, models.DO_NOTHING, db_constraint=False, related_name="dunning_claim")
    superseded_at = models.DateTimeField(null=True)  # drafted anew since; its invoice is rejected
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "late charge"
        constraints = [
            one_of("kind", ClaimKind, name="dunning_claim_kind"),
            models.UniqueConstraint("record", condition=Q(kind=ClaimKind.FEE), name="dunning_fee_once"),
            models.UniqueConstraint(
                "document_id",
                "from_on",
                condition=Q(kind=ClaimKind.INTEREST, superseded_at=None),
                name="dunning_interest_from_once",
            ),
            models.UniqueConstraint(
                "document_id",
                "through_on",
                condition=Q(kind=ClaimKind.INTEREST, superseded_at=None),
                name="dunning_interest_through_once",
            ),
            models.CheckConstraint(
                condition=Q(kind=ClaimKind.FEE, record__isnull=False, from_on=None, through_on=None, percent=None)
                | Q(
                    kind=ClaimKind.INTEREST,
                    from_on__isnull=False,
                    through_on__gte=models.F("from_on"),
                    percent__isnull=False,
                ),
                name="dunning_claim_days",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="dunning_claim_amount"),
        ]
        indexes = [models.Index("document_id", name="dunning_claim_document")]

    def __str__(self) -> str:
        return self.document_number

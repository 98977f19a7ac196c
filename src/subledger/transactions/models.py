from __future__ import annotations

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from subledger.accounts.models import Account
from subledger.catalog.models import Product, TaxRate
from subledger.companies.owned import one_of
from subledger.kernel import ids
from subledger.kernel.lifecycle import Lifecycle
from subledger.platform.fields import currency_field, minor_field
from subledger.platform.guards import GuardedCheck
from subledger.platform.scope import ScopedManager

from .allocated import Allocation
from .catalogues import (
    Category,
    CreditReason,
    PaymentMethod,
    PostingRule,
    Reason,
    RefundMethod,
    TransactionDefinition,
    TransactionType,
)
from .credit_shares import CreditShare
from .kept_days import DaysFollowed, PostedDay, SettledDay
from .rules.item_entry import PriceIs
from .rules.items import unit_kept
from .spoken_orders import SPOKEN_ORDER
from .states import (
    DEBITS,
    RARER,
    REFERENCE_PREFIX,
    TRANSACTION_PREFIX,
    Classification,
    TransactionState,
    lifecycle_of,
)

__all__ = [
    "Allocation",
    "Category",
    "CreditReason",
    "CreditShare",
    "DaysFollowed",
    "OpenItem",
    "PaymentMethod",
    "PostedDay",
    "PostingRule",
    "Reason",
    "RefundMethod",
    "SettledDay",
    "Transaction",
    "TransactionDefinition",
    "TransactionItem",
    "TransactionType",
]


class Transaction(models.Model):
    """A financial transaction of any classification. Posted ones change nothing but their state, by trigger.

    References are kept by statement triggers, a set at once: foreign keys would check each row, and take twice as long.
    """

    PREFIX = TRANSACTION_PREFIX

    id = models.BigIntegerField(primary_key=True)
    company_id = models.BigIntegerField()
    account = models.ForeignKey(Account, models.DO_NOTHING, db_constraint=False, db_index=False)
    classification = models.CharField(max_length=20)
    type = models.ForeignKey(TransactionType, models.DO_NOTHING, db_constraint=False, db_index=False)
    category = models.ForeignKey(Category, models.DO_NOTHING, db_constraint=False, db_index=False, null=True)
    state = models.CharField(max_length=12)
    number = models.TextField(null=True)  # null iff never posted
    amount_minor = minor_field()
    net_minor = minor_field(null=True)  # net, discount and tax: documents with items
    discount_minor = minor_field(null=True)
    tax_minor = minor_field(null=True)
    currency = currency_field()
    base_minor = minor_field(null=True)  # amount in base currency at the rate of the posting date
    issued_on = models.DateField()
    # Somebody said that day. A draft of which nobody did bears the day on which it is posted.
    is_dated = models.BooleanField(default=True, db_default=True)
    posted_on = models.DateField(null=True)
    posted_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)
    back_office_code = models.TextField(null=True)
    order_reference = models.TextField(null=True)  # the buyer's purchase order
    payment_method = models.ForeignKey(PaymentMethod, models.DO_NOTHING, db_constraint=False, db_index=False, null=True)
    refund_method = models.ForeignKey(RefundMethod, models.DO_NOTHING, db_constraint=False, db_index=False, null=True)
    payment_preference_id = models.BigIntegerField(null=True)
    received_on = models.DateField(null=True)
    received_by = models.TextField(null=True)
    intended_ids = ArrayField(models.BigIntegerField(), null=True)  # invoices it is meant for
    rejection_reason = models.ForeignKey(Reason, models.DO_NOTHING, db_constraint=False, db_index=False, null=True)
    issue_reason = models.TextField(null=True)
    credit_reason = models.ForeignKey(CreditReason, models.DO_NOTHING, db_constraint=False, db_index=False, null=True)
    cancels = models.ForeignKey(
        "self",
        models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        null=True,
        related_name="cancellations",
    )
    writes_off = models.ForeignKey(
        "self", models.DO_NOTHING, db_constraint=False, db_index=False, null=True, related_name="write_offs"
    )
    mirrors = models.ForeignKey(
        "self",
        models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        null=True,
        related_name="mirror_invoices",
    )
    moved_from = models.ForeignKey(
        "self", models.DO_NOTHING, db_constraint=False, db_index=False, null=True, related_name="moved_to"
    )
    metadata = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    created_by = models.TextField()
    updated_at = models.DateTimeField(null=True)
    updated_by = models.TextField(null=True)

    objects = ScopedManager()
    unscoped = models.Manager()

    class Meta:
        indexes = [
            models.Index("account_id", "posted_on", name="transaction_account_day"),
            models.Index("company_id", "amount_minor", name="transaction_amounts"),  # for the search alone
            models.Index("company_id", "id", condition=Q(state=TransactionState.DRAFT), name="transaction_drafts"),
            models.Index(
                "credit_reason",
                "id",
                condition=Q(credit_reason__isnull=False),
                name="transaction_credit_reasons",
            ),
            models.Index(
                "company_id",
                Upper("order_reference"),
                condition=Q(order_reference__isnull=False),
                name="transaction_order_references",
            ),
            models.Index(
                "company_id",
                SPOKEN_ORDER,
                condition=Q(order_reference__isnull=False),
                name="transaction_orders_spoken",  # for the search alone
            ),
            # What lists are sorted and narrowed by; what was posted since a month's end.
            models.Index(
                "company_id", "posted_on", "id", condition=Q(posted_on__isnull=False), name="transaction_days"
            ),
            models.Index("company_id", "due_on", "id", condition=Q(due_on__isnull=False), name="transaction_due_days"),
            # Kinds that are few among many invoices and payments are found without these.
            models.Index(
                "company_id",
                "classification",
                "id",
                condition=Q(classification__in=sorted(RARER)),
                name="transaction_rarer_kinds",
            ),
            models.Index("mirrors", condition=Q(mirrors__isnull=False), name="transaction_mirrors"),
            models.Index("moved_from", condition=Q(moved_from__isnull=False), name="transaction_moved_from"),
        ]
        constraints = [
            models.UniqueConstraint(
                "company_id", "number", name="transaction_number", condition=Q(number__isnull=False)
            ),
            models.UniqueConstraint(
                "company_id",
                "classification",
                "back_office_code",
                name="transaction_back_office_code",
                condition=Q(back_office_code__isnull=False),
            ),
            models.UniqueConstraint("cancels", condition=Q(cancels__isnull=False), name="transaction_cancelled_once"),
            models.UniqueConstraint(
                "writes_off", condition=Q(writes_off__isnull=False), name="transaction_written_off_once"
            ),
            one_of("classification", Classification, name="transaction_classification", check=GuardedCheck),
            one_of("state", TransactionState, name="transaction_state", check=GuardedCheck),
            # Only an invoice, and so its cancellation, may come to nothing.
            GuardedCheck(
                condition=Q(amount_minor__lt=2**53)
                & (
                    Q(amount_minor__gt=0)
                    | Q(
                        amount_minor=0,
                        classification__in=[Classification.INVOICE, Classification.INVOICE_CANCELLATION],
                    )
                ),
                name="transaction_amount",
            ),
            GuardedCheck(
                condition=Q(credit_reason=None) | Q(classification=Classification.CREDIT_NOTE),
                name="transaction_credit_reason",
            ),
            GuardedCheck(
                condition=Q(net_minor__isnull=True)
                | Q(amount_minor=F("net_minor") - F("discount_minor") + F("tax_minor")),
                name="transaction_total",
            ),
            GuardedCheck(
                condition=Q(
                    state__in=["draft", "pending", "rejected"],
                    posted_on=None,
                    posted_at=None,
                    number=None,
                    base_minor=None,
                )
                | Q(
                    state__in=["posted", "cancelled", "written_off"],
                    posted_on__isnull=False,
                    posted_at__isnull=False,
                    number__isnull=False,
                    base_minor__isnull=False,
                ),
                name="transaction_posted_has_number_and_day",
            ),
            GuardedCheck(
                condition=~Q(classification=Classification.INVOICE)
                | Q(posted_on=None)
                | Q(due_on__isnull=False, due_on__gte=F("posted_on")),
                name="transaction_invoice_due",
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.reference_number

    @property
    def public_id(self) -> str:
        return ids.encode(self.PREFIX, self.pk)

    @property
    def reference_number(self) -> str:
        """Given at creation, draft or posted: the id in capitals, so it needs no counter."""
        return ids.encode(REFERENCE_PREFIX, self.pk).upper().replace("_", "-")

    @property
    def lifecycle(self) -> Lifecycle[TransactionState]:
        return lifecycle_of(self.classification, is_mirror=self.mirrors_id is not None)

    @property
    def is_debit(self) -> bool:
        return self.classification in DEBITS


class TransactionItem(models.Model):
    """One item of an invoice, credit note, write-off or invoice cancellation, with what it came to."""

    pk = models.CompositePrimaryKey("transaction_id", "position")
    transaction = models.ForeignKey(
        Transaction, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="items"
    )
    position = models.SmallIntegerField()
    product = models.ForeignKey(Product, models.DO_NOTHING, db_constraint=False, db_index=False, null=True)
    description = models.TextField(default="")
    quantity = models.DecimalField(max_digits=24, decimal_places=8)
    unit_amount = models.DecimalField(max_digits=28, decimal_places=12)  # minor units, with decimals
    net_minor = minor_field()
    discount_percent = models.DecimalField(max_digits=9, decimal_places=4)
    discount_minor = minor_field()
    tax_rate = models.ForeignKey(TaxRate, models.DO_NOTHING, db_constraint=False, db_index=False, null=True)
    tax_percent = models.DecimalField(max_digits=7, decimal_places=4)
    tax_minor = minor_field()
    sub_total_minor = minor_field()
    service_start = models.DateField(null=True)  # delivered from this day to that, both included; both or neither
    service_end = models.DateField(null=True)
    credits_id = models.BigIntegerField(null=True)  # the item of an invoice that an item of a credit note credits
    credits_position = models.SmallIntegerField(null=True)
    metadata = models.JSONField(null=True)  # null: none
    # How it was entered, so that it is edited and copied as it was; null: made by the system, or kept before this was.
    price_is = models.CharField(max_length=16, null=True)
    entered_discount_percent = models.DecimalField(max_digits=9, decimal_places=4, null=True)
    entered_discount_minor = minor_field(null=True)

    objects = ScopedManager("transaction__company_id")
    unscoped = models.Manager()

    class Meta:
        indexes = [
            models.Index(
                "credits_id", "credits_position", condition=Q(credits_id__isnull=False), name="item_credits_index"
            )
        ]
        constraints = [
            GuardedCheck(
                condition=Q(credits_id=None, credits_position=None)
                | Q(credits_id__isnull=False, credits_position__isnull=False),
                name="item_credits",
            ),
            GuardedCheck(
                condition=Q(sub_total_minor=F("net_minor") - F("discount_minor") + F("tax_minor")),
                name="item_sub_total",
            ),
            one_of("price_is", PriceIs, name="item_price_is", check=GuardedCheck, null=True),
            GuardedCheck(
                condition=Q(service_start=None, service_end=None)
                | Q(service_start__isnull=False, service_end__isnull=False, service_end__gte=F("service_start")),
                name="item_service_period",
            ),
        ]

    @property
    def unit_price(self) -> Decimal:
        """Of one, in minor units with decimals: as it was said, else the shortest that leads to its net amount."""
        return unit_kept(self.unit_amount, self.net_minor, self.quantity)

    def said_in(self, language: str) -> str:
        """What it is for: the product's name as a reader of ``language`` knows it, else what somebody wrote."""
        if self.product is not None and self.description in ("", self.product.name):
            return self.product.name_in(language)
        return self.description


class OpenItem(models.Model):
    """What of a posted transaction is not allocated. A row exists while there is any; triggers alone write it."""

    transaction = models.OneToOneField(
        Transaction, models.DO_NOTHING, db_constraint=False, primary_key=True, related_name="open_item"
    )
    company_id = models.BigIntegerField()
    account = models.ForeignKey(Account, models.DO_NOTHING, db_constraint=False, db_index=False)
    is_debit = models.BooleanField()
    order_on = models.DateField()  # due date of invoices, posting date of everything else
    posted_on = models.DateField()
    available_on = models.DateField()  # from when it can be allocated: posted, or its latest link released
    open_minor = minor_field()
    open_base_minor = minor_field()

    objects = ScopedManager()
    unscoped = models.Manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["account", "is_debit", "order_on", "transaction"],
                include=["open_minor", "posted_on"],  # a balance is then a sum over the index alone
                name="open_item_order",
            )
        ]
        constraints = [models.CheckConstraint(condition=Q(open_minor__gt=0), name="allocation_within_open")]

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from subledger.accounts.models import Account
from subledger.catalog.models import Product, TaxRate
from subledger.companies.owned import Catalogue, Owned, Translated, one_of
from subledger.journal.models import LedgerAccount
from subledger.platform.fields import Record, currency_field, minor_field
from subledger.platform.scope import ScopedManager
from subledger.transactions.models import Transaction, TransactionType

from .states import ENTRY_PREFIX, LOT_PREFIX, WALLET_PREFIX, Cause, EntryKind, EntryState, WalletState


class WalletDefinition(Owned):
    """What the company decides about wallets."""

    PREFIX = "wdf"

    crediting_types = models.ManyToManyField(TransactionType, blank=True, related_name="+")
    funding_type = models.ForeignKey(TransactionType, models.PROTECT, related_name="+")
    reimbursement_type = models.ForeignKey(TransactionType, models.PROTECT, related_name="+")
    wallet_account = models.ForeignKey(LedgerAccount, models.PROTECT, related_name="+")
    breakage_account = models.ForeignKey(LedgerAccount, models.PROTECT, related_name="+")
    may_overdraw = models.BooleanField(default=True)

    class Meta:
        verbose_name = "wallet definition"
        constraints = [models.UniqueConstraint("company", name="wallet_definition_one")]

    def __str__(self) -> str:
        return "Wallets"


class WalletTransactionType(Translated, Catalogue):
    PREFIX = "wtt"

    kind = models.CharField(max_length=9)
    is_default = models.BooleanField(default=False)

    class Meta(Catalogue.Meta):
        verbose_name = "wallet transaction type"
        constraints = [
            models.UniqueConstraint("company", "code", name="wallet_type_code"),
            models.UniqueConstraint("company", "kind", condition=Q(is_default=True), name="wallet_type_one_default"),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(is_active=True), name="wallet_type_default_active"
            ),
            one_of("kind", EntryKind, name="wallet_type_kind"),
        ]


class Wallet(Owned):
    """The wallet of an account, in its currency. ``left_minor`` is what its lots can buy, ``short_minor`` what no lot
    covers of what was bought."""

    PREFIX = WALLET_PREFIX

    number = models.TextField()
    account = models.OneToOneField(Account, models.PROTECT, related_name="wallet")
    currency = currency_field()
    state = models.CharField(max_length=9, default=WalletState.EFFECTIVE)
    left_minor = minor_field(default=0)
    short_minor = minor_field(default=0)
    opened_on = models.DateField()
    created_at = models.DateTimeField()
    created_by = models.TextField()
    cancelled_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("company", "number", name="wallet_number"),
            one_of("state", WalletState, name="wallet_state"),
            models.CheckConstraint(condition=Q(left_minor__gte=0, short_minor__gte=0), name="wallet_amounts"),
            models.CheckConstraint(
                condition=Q(state=WalletState.EFFECTIVE, cancelled_on=None)
                | Q(state=WalletState.CANCELLED, cancelled_on__isnull=False, left_minor=0),
                name="wallet_cancelled_empty",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def balance_minor(self) -> int:
        return self.left_minor - self.short_minor


class WalletTransaction(Owned):
    """One thing that moved money of a wallet. ``face_minor`` and ``paid_minor`` are what it does to the balance and to
    ledger account 2300: above zero what comes in, below zero what goes out."""

    PREFIX = ENTRY_PREFIX

    number = models.TextField()
    wallet = models.ForeignKey(Wallet, models.PROTECT, related_name="entries", db_index=False)
    kind = models.CharField(max_length=9)
    type = models.ForeignKey(WalletTransactionType, models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, default=EntryState.EFFECTIVE)
    face_minor = minor_field()
    paid_minor = minor_field()
    currency = currency_field()
    posted_on = models.DateField()
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+", db_index=False)
    tax_rate = models.ForeignKey(TaxRate, models.PROTECT, null=True, related_name="+", db_index=False)
    tax_percent = models.DecimalField(max_digits=7, decimal_places=4, default=0)
    net_minor = minor_field(default=0)  # of a debit when it was made, with discount and tax: what it was to the books
    discount_minor = minor_field(default=0)
    tax_minor = minor_field(default=0)
    voids = models.OneToOneField("self", models.PROTECT, null=True, related_name="voided_by")
    counterpart = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", db_index=False
    )  # of a transfer
    document = models.ForeignKey(  # the invoice or credit note by which money came from its account, or went there
        Transaction, models.PROTECT, null=True, related_name="wallet_entries"
    )
    source = models.ForeignKey(  # the payment or credit note that credited it
        Transaction, models.PROTECT, null=True, related_name="wallet_credits", db_index=False
    )
    cause = models.CharField(max_length=16)
    cause_number = models.TextField(blank=True)
    note = models.TextField(blank=True)
    metadata = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    created_by = models.TextField()

    class Meta:
        verbose_name = "wallet transaction"
        indexes = [
            models.Index("wallet", "posted_on", "id", name="wallet_entry_wallet"),
            models.Index("source", condition=Q(source__isnull=False), name="wallet_entry_source"),
        ]
        constraints = [
            models.UniqueConstraint("company", "number", name="wallet_entry_number"),
            one_of("kind", EntryKind, name="wallet_entry_kind"),
            one_of("state", EntryState, name="wallet_entry_state"),
            one_of("cause", Cause, name="wallet_entry_cause"),
            models.CheckConstraint(condition=~Q(face_minor=0), name="wallet_entry_amount"),
            models.CheckConstraint(
                condition=Q(face_minor__gt=0, paid_minor__gte=0, paid_minor__lte=F("face_minor"))
                | Q(face_minor__lt=0, paid_minor__lte=0, paid_minor__gte=F("face_minor")),
                name="wallet_entry_paid",
            ),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.CREDIT, face_minor__gt=0)
                | Q(kind__in=[EntryKind.DEBIT, EntryKind.REIMBURSE], face_minor__lt=0)
                | Q(kind__in=[EntryKind.VOID, EntryKind.TRANSFER]),
                name="wallet_entry_sign",
            ),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.VOID, voids__isnull=False, state=EntryState.EFFECTIVE)
                | (~Q(kind=EntryKind.VOID) & Q(voids=None)),
                name="wallet_entry_void",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Lot(Owned):
    """What is left of one credit, or of the part of it that is meant for one product."""

    PREFIX = LOT_PREFIX

    wallet = models.ForeignKey(Wallet, models.PROTECT, related_name="lots", db_index=False)
    credit = models.ForeignKey(WalletTransaction, models.PROTECT, related_name="lots")
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+", db_index=False)
    face_minor = minor_field()
    paid_minor = minor_field()
    face_left_minor = minor_field()
    paid_left_minor = minor_field()
    credited_on = models.DateField()
    expires_on = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(
                *("wallet", "product", "expires_on", "credited_on", "id"),
                condition=Q(face_left_minor__gt=0),
                name="wallet_lot_left",
            ),
            models.Index(
                *("company", "expires_on"),
                condition=Q(face_left_minor__gt=0, expires_on__isnull=False),
                name="wallet_lot_expires",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(face_minor__gt=0, paid_minor__gte=0, paid_minor__lte=F("face_minor")),
                name="wallet_lot_face",
            ),
            models.CheckConstraint(
                condition=Q(face_left_minor__gte=0, face_left_minor__lte=F("face_minor")), name="wallet_lot_left_face"
            ),
            models.CheckConstraint(
                condition=Q(
                    paid_left_minor__gte=0,
                    paid_left_minor__lte=F("paid_minor"),
                )
                & Q(paid_left_minor__lte=F("face_left_minor")),
                name="wallet_lot_left_paid",
            ),
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gte=F("credited_on")), name="wallet_lot_expiry"
            ),
        ]


class LotTake(Record):
    """What a lot gave to a debit, a transfer, a reimbursement or a void; of no lot where none covers it.

    ``made_by`` is the transaction itself, or the void or credit by which other lots came to pay for it; ``ended_by`` is
    the void, or the credit, by which this one no longer does.
    """

    debit = models.ForeignKey(WalletTransaction, models.PROTECT, related_name="takes", db_index=False)
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, related_name="takes", db_index=False)
    face_minor = minor_field()
    paid_minor = minor_field()
    made_by = models.ForeignKey(WalletTransaction, models.PROTECT, related_name="+", db_index=False)
    ended_by = models.ForeignKey(WalletTransaction, models.PROTECT, null=True, related_name="+", db_index=False)

    objects = ScopedManager("debit__company_id")
    unscoped = models.Manager()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index("debit", name="wallet_take_debit"),
            models.Index("lot", name="wallet_take_lot"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(face_minor__gt=0, paid_minor__gte=0, paid_minor__lte=F("face_minor")),
                name="wallet_take_paid",
            )
        ]
